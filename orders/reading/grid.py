"""The lines of a purchase order as rows of order entry: what is understood in its cell, what is unsure marked."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agreements.prices import net_price
from core.templatetags.ui import price as shown_price
from customers.models import Customer
from orders.entry.grid import Row, read_grid
from orders.entry.suggestions import agreements_with, last_deals
from orders.lines import DEFAULT_TAX_RATE
from orders.number_input import plain_figure, plain_price
from orders.reading.cells import Money, day_in, quantity_and_unit, same_unit, tax_rate
from orders.reading.columns import (
    AMOUNT,
    CODE,
    DISCOUNT,
    NAME,
    OUR_CODE,
    QUANTITY,
    REMARKS,
    SPECIFICATION,
    TAX_RATE,
    UNIT,
    WANTED,
)
from orders.reading.document import Document
from orders.reading.headings import unit_in
from orders.reading.marks import Marks
from orders.reading.matching import Catalogue, Match
from orders.reading.prices import agrees, basis_of, price_from_amount, without_tax
from orders.reading.table import Line
from products.models import Product

_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)
AGREED, LAST, LISTED = (
    gettext_noop("The file says %(theirs)s; agreed are %(ours)s."),
    gettext_noop("The file says %(theirs)s; the customer's last price was %(ours)s."),
    gettext_noop("The file says %(theirs)s; the list price is %(ours)s."),
)
_NO_PRICE = gettext_noop("The file gives no price: this is ours.")
_OTHER_UNIT = gettext_noop("The file counts in %(theirs)s; we sell it by %(ours)s. Check the quantity, too.")
_OTHER_AMOUNT = gettext_noop("The file's own amount for this line is %(amount)s, which quantity and price do not give.")
_THEIR_SPECIFICATION = gettext_noop("The file says “%(theirs)s”.")
_FROM_AMOUNT = gettext_noop("The file gives no price of a unit: this one is its amount divided by the quantity.")


@dataclass(frozen=True)
class Known:
    """What a product costs this customer as we know it (元 without tax), and the sentence about another price."""

    price: Decimal
    otherwise: str


@dataclass
class ReadRow:
    """One line: as it stands in the file, as a row of order entry, and what of it is unsure."""

    line: Line
    row: Row
    marks: Marks


class GridReader:
    """Reads the lines of a document for one customer; what it asks the database does not grow with them."""

    def __init__(self, document: Document, customer: Customer, by, day: date):
        self.document, self.table, self.day = document, document.table, day
        catalogue = Catalogue(self.table.lines, customer, by)
        self.matches = [catalogue.match(line) for line in self.table.lines]
        products = {match.product.pk: match.product for match in self.matches if match.product}
        self.known = _known_prices(products, customer, by, day)
        self.basis = basis_of(document, list(self._known_lines()))
        self.unit = unit_in(self.table.headings.get(QUANTITY, ""))
        self.wants_differ = len(set(self.wanted_days)) > 1

    def _known_lines(self):
        for line, match in zip(self.table.lines, self.matches, strict=True):
            if match.product:
                yield line, self.known[match.product.pk].price, match.product.tax_rate

    @property
    def wanted_days(self) -> list[date]:
        """The days for which the lines are wanted, of those that say one."""
        found = (day_in(line.cells[WANTED], self.day)[0] for line in self.table.lines if WANTED in line.cells)
        return [day for day in found if day]

    def rows(self) -> list[ReadRow]:
        """All lines, their cells judged as order entry judges what is typed."""
        marks = [Marks() for _line in self.table.lines]
        cells = [self._cells(*parts) for parts in zip(self.table.lines, self.matches, marks, strict=True)]
        data = {f"lines-{n}-{name}": text for n, row in enumerate(cells) for name, text in row.items()}
        rows = read_grid(data)
        return [ReadRow(*parts) for parts in zip(self.table.lines, rows, marks, strict=True)]

    def _cells(self, line: Line, match: Match, marks: Marks) -> dict[str, str]:
        if match.sentence:
            marks.add("name", match.sentence, **match.values)
        quantity, unit = quantity_and_unit(line.cells.get(QUANTITY))
        rate = self._tax_rate(line, match.product)
        return {
            **_named(line, match, marks),
            "quantity": quantity,
            "unit": self._unit(line, unit, match.product, marks),
            "unit_price": self._price(line, match.product, _number(quantity), _number(rate), marks),
            "discount": line.text(DISCOUNT),
            "tax_rate": rate,
            "special_demand": line.text(REMARKS),
            "promised_date": self._wanted(line),
        }

    # ---- cell by cell ----

    def _unit(self, line: Line, behind: str, product: Product | None, marks: Marks) -> str:
        theirs = line.text(UNIT) or behind or self.unit
        if product is None or not theirs:
            return theirs or (product.unit if product else "")
        if same_unit(theirs, product.unit):
            return product.unit
        marks.add("unit", _OTHER_UNIT, theirs=theirs, ours=product.unit)
        return theirs

    def _tax_rate(self, line: Line, product: Product | None) -> str:
        if TAX_RATE in line.cells:
            return tax_rate(line.cells[TAX_RATE])
        return self.basis.rate or plain_figure(product.tax_rate if product else DEFAULT_TAX_RATE)

    def _wanted(self, line: Line) -> str:
        """When the line is wanted, where that differs from line to line; what cannot be read as it was written."""
        day, _sure = day_in(line.cells[WANTED], self.day) if WANTED in line.cells else (None, False)
        if day is None:
            return line.text(WANTED)
        return day.isoformat() if self.wants_differ else ""

    def _price(
        self, line: Line, product: Product | None, quantity: Decimal | None, rate: Decimal | None, marks: Marks
    ) -> str:
        known = self.known.get(product.pk) if product else None
        written = self.basis.written(line) or self._from_amount(line, quantity, marks)
        if written is None:
            if known:
                marks.add("unit_price", _NO_PRICE)
            return plain_price(known.price) if known else ""
        if written.value is None or self.basis.currency:
            return f"{self.basis.currency} {written.written}".strip()
        rate = DEFAULT_TAX_RATE if rate is None else rate
        if quantity and DISCOUNT not in line.cells and not agrees(self.table, line, quantity, written.value, rate):
            marks.add("unit_price", _OTHER_AMOUNT, amount=line.text(AMOUNT))
        return self._compared(written.value, rate, known, marks)

    def _from_amount(self, line: Line, quantity: Decimal | None, marks: Marks) -> Money | None:
        value = price_from_amount(self.table, line, quantity) if quantity and not self.basis.column else None
        if value is None:
            return None
        marks.add("unit_price", _FROM_AMOUNT)
        return Money(plain_price(value), value)

    def _compared(self, written: Decimal, rate: Decimal, known: Known | None, marks: Marks) -> str:
        """The price without tax; ours where both are the same to the cent, else marked."""
        net = without_tax(written, rate) if self.basis.with_tax else written
        if known is None:
            return plain_price(net)
        ours = known.price * (_HUNDRED + rate) / _HUNDRED if self.basis.with_tax else known.price
        if abs(ours - written) < _CENT if self.basis.with_tax else ours == written:
            return plain_price(known.price)
        marks.add("unit_price", known.otherwise, theirs=self._as_said(written, net), ours=shown_price(known.price))
        return plain_price(net)

    def _as_said(self, written: Decimal, net: Decimal) -> str:
        if not self.basis.with_tax:
            return shown_price(net)
        return _("%(gross)s with tax, %(net)s without") % {"gross": shown_price(written), "net": shown_price(net)}


def _named(line: Line, match: Match, marks: Marks) -> dict[str, str]:
    """Product, name and specification: ours for a product that is known, else the customer's words."""
    product, theirs = match.product, line.text(SPECIFICATION)
    if product is None:
        texts = [text for text in (line.text(NAME), theirs, line.text(CODE), line.text(OUR_CODE)) if text]
        return {"product": "", "name": texts[0], "specification": "、".join(texts[1:])}
    says_more = theirs and not match.sentence and theirs not in (product.specification, product.code)
    if says_more and product.specification:
        marks.add("specification", _THEIR_SPECIFICATION, theirs=theirs)
    return {"product": str(product.pk), "name": product.name, "specification": product.specification or theirs}


def _known_prices(products: dict[int, Product], customer: Customer, by, day: date) -> dict[int, Known]:
    """What is agreed on the day, else what the customer paid last, else the list price."""
    known = {pk: Known(product.list_price, LISTED) for pk, product in products.items()}
    for pk, deal in last_deals(by, customer, products).items():
        known[pk] = Known(net_price(deal.unit_price, deal.discount), LAST)  # type: ignore[arg-type]
    for pk, agreement in agreements_with(by, customer, products, day).items():
        known[pk] = Known(agreement.price, AGREED)
    return known


def _number(text: str) -> Decimal | None:
    """The number that a cell says; None when it says none, of which order entry tells."""
    plain = text.replace(",", "")
    return Decimal(plain) if plain.replace(".", "", 1).isdecimal() and plain.isascii() else None
