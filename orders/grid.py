"""The line grid as it is posted: cells read into lines, with a sentence for each cell that cannot be read.

A cell is named ``lines-<key>-<field>``. Rows keep the order in which they were posted, whatever their keys; a row in
which nothing was typed is kept on the page and left out of the order.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.figures import Fault, Figure, plain_figure, plain_price, read_figure
from orders.lines import DEFAULT_TAX_RATE, LineInput
from orders.models import OrderLine
from orders.totals import LARGEST_AMOUNT, Amounts, line_amounts
from products.models import Product

_CELL = re.compile(
    r"lines-([0-9]{1,6})-(product|name|specification|quantity|unit|unit_price|discount|tax_rate|special_demand|delete)"
)
TEXTS = ("name", "specification", "unit", "special_demand")
LABELS = {
    "name": gettext_lazy("product"),
    "specification": gettext_lazy("specification"),
    "unit": gettext_lazy("unit"),
    "special_demand": gettext_lazy("special demand"),
    "quantity": gettext_lazy("Quantity"),
    "unit_price": gettext_lazy("Price"),
    "discount": gettext_lazy("Discount"),
    "tax_rate": gettext_lazy("Tax rate"),
}
#: decimals, upper bound, whether zero is allowed; as the columns of the table.
_FIGURES = {
    "quantity": (3, Decimal("99999999999.999"), False),
    "unit_price": (6, Decimal("99999999.999999"), True),
    "discount": (2, Decimal(100), True),
    "tax_rate": (2, Decimal(100), True),
}


@dataclass(frozen=True)
class Offer:
    """A price that can be taken over into a row: what it is, the price in 元, its discount, and where it comes from."""

    label: str
    price: Decimal
    discount: Decimal = Decimal(0)
    note: str = ""

    @property
    def price_text(self) -> str:
        return plain_price(self.price)

    @property
    def discount_text(self) -> str:
        return plain_figure(self.discount)


@dataclass
class Row:
    """One row of the grid: what its cells say, what is wrong with them, and what it amounts to.

    ``hint`` is something to know that does not forbid saving; ``filled`` are the cells that the product brought.
    """

    key: str
    number: int
    cells: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    product: Product | None = None
    hint: str = ""
    filled: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Decimal | None] = field(default_factory=dict)
    offer: Offer | None = None

    @property
    def is_blank(self) -> bool:
        """Nothing was typed in it."""
        return not any(self.cells.values())

    @property
    def counts(self) -> bool:
        """It has a place in the total: something was typed, and nothing in it is wrong."""
        return not self.is_blank and not self.faults

    @property
    def is_priced(self) -> bool:
        """It amounts to something already."""
        return self.counts and self.figures["quantity"] is not None and self.figures["unit_price"] is not None

    @property
    def amounts(self) -> Amounts:
        if not self.counts:
            return Amounts()
        figures = self.figures
        return line_amounts(figures["quantity"], figures["unit_price"], self.discount, self.tax_rate)

    @property
    def discount(self) -> Decimal:
        return self.figures["discount"] or Decimal(0)

    @property
    def tax_rate(self) -> Decimal:
        """As typed, else the product's, else the usual one."""
        typed = self.figures["tax_rate"]
        if typed is not None:
            return typed
        return self.product.tax_rate if self.product else DEFAULT_TAX_RATE

    def as_input(self) -> LineInput:
        """The line that a row without faults stands for."""
        return LineInput(
            product_id=self.product.pk if self.product else None,
            quantity=self.figures["quantity"],
            unit_price=self.figures["unit_price"],
            discount=self.discount,
            tax_rate=self.tax_rate,
            **{name: self.cells.get(name, "") for name in TEXTS},
        )


def read_grid(data: Mapping[str, str], known: Iterable[tuple[int, str]] = ()) -> list[Row]:
    """The posted rows in their order, those ticked for deletion left out; two queries at most.

    ``known`` are the (product id, name) pairs that the draft's stored lines carry: they stay together although the
    catalogue may call the product otherwise by now.
    """
    rows = [row for row in _rows(data) if not row.cells.pop("delete", "")]
    for number, row in enumerate(rows, start=1):
        row.number = number
    find_products(rows, frozenset(known))
    for row in rows:
        _judge(row)
    return rows


def _rows(data: Mapping[str, str]) -> list[Row]:
    rows: dict[str, Row] = {}
    for name in data:
        if found := _CELL.fullmatch(name):
            key, cell = found.groups()
            rows.setdefault(key, Row(key, 0)).cells[cell] = tidy(data[name])
    return list(rows.values())


def tidy(text: str) -> str:
    """One line of printable text, without spaces at its ends."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


# ---- products --------------------------------------------------------------------------------------------------------


def find_products(rows: list[Row], known: frozenset[tuple[int, str]]) -> None:
    """Gives each row the product that its hidden id or its text stands for, and lets the product fill empty cells.

    What is typed wins: a text that names another product by number or name takes that one, and a text that the
    catalogue does not know makes a free-text line.
    """
    chosen = Product.objects.in_bulk({pk for row in rows if (pk := _id(row))})
    for row in rows:
        product = chosen.get(_id(row) or 0)
        name = row.cells.get("name", "")
        if product and (not name or name == product.name or (product.pk, name) in known):
            row.product = product
    open_rows = [row for row in rows if row.product is None and row.cells.get("name")]
    catalogue = _catalogue({row.cells["name"] for row in open_rows})
    for row in open_rows:
        _resolve(row, catalogue)
    for row in rows:
        _take_over(row)


def _id(row: Row) -> int | None:
    text = row.cells.get("product", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _catalogue(texts: set[str]) -> list[Product]:
    """The products on sale that any of the texts names by number or by name."""
    if not texts:
        return []
    codes = texts | {text.upper() for text in texts} | {text.lower() for text in texts}
    return list(Product.objects.on_sale().filter(Q(code__in=codes) | Q(name__in=texts)))


def _resolve(row: Row, catalogue: list[Product]) -> None:
    text, specification = row.cells["name"], row.cells.get("specification", "")
    found = [p for p in catalogue if p.code.lower() == text.lower()] or [p for p in catalogue if p.name == text]
    if len(found) > 1:
        found = [p for p in found if specification and specification in (p.specification, p.code)] or found
    row.product = found[0] if len(found) == 1 else None
    if len(found) > 1:
        row.hint = _("%(count)s products are called “%(name)s”: add the specification or type the number.") % {
            "count": len(found),
            "name": text,
        }
    elif not found:
        row.hint = _("“%(name)s” is not in the catalogue and stays a free-text line.") % {"name": text}


def _take_over(row: Row) -> None:
    """A product that was just found fills what is empty; one that was chosen before fills only its name."""
    product = row.product
    if product is None:
        row.cells["product"] = ""
        return
    if row.cells.get("product") != str(product.pk):
        brought = {
            "specification": product.specification,
            "unit": product.unit,
            "unit_price": plain_price(product.list_price),
            "tax_rate": plain_figure(product.tax_rate),
        }
        row.filled = {name: text for name, text in brought.items() if not row.cells.get(name)}
        row.filled |= {"product": str(product.pk), "name": product.name}
    elif not row.cells.get("name"):
        row.filled = {"name": product.name}
    row.cells |= row.filled
    row.hint = _gone(product)


def _gone(product: Product | None) -> str:
    """A word of warning about a product that was taken out of the catalogue."""
    return "" if product is None or product.active else _("“%(product)s” is no longer sold.") % {"product": product}


# ---- cells -----------------------------------------------------------------------------------------------------------


def _judge(row: Row) -> None:
    """Reads the figures and checks the texts of a row."""
    for name, (places, largest, zero) in _FIGURES.items():
        read = read_figure(row.cells.get(name, ""), Figure(str(LABELS[name]), places, largest, zero))
        if isinstance(read, Fault):
            row.faults[name], read = read, None
        row.figures[name] = read
    if row.is_blank:
        return
    if not row.cells.get("name"):
        row.faults["name"] = Fault(_("Which product? Type its name or number."))
    if row.amounts.gross > LARGEST_AMOUNT:
        row.faults["quantity"] = Fault(_("This line amounts to more than can be kept."))
    for name in TEXTS:
        _limit(row, name)


def _limit(row: Row, name: str) -> None:
    most, count = OrderLine._meta.get_field(name).max_length, len(row.cells.get(name, ""))
    if count > most:
        sentence = _("At most %(most)s characters fit into %(label)s, this has %(count)s.")
        row.faults[name] = Fault(sentence % {"most": most, "label": LABELS[name], "count": count})


# ---- rows to show ----------------------------------------------------------------------------------------------------


def rows_of(lines: Iterable[OrderLine]) -> list[Row]:
    """Stored lines as rows of the grid; their products must be at hand (``select_related``)."""
    return [_row_of(number, line) for number, line in enumerate(lines, start=1)]


def _row_of(number: int, line: OrderLine) -> Row:
    cells = {
        "product": str(line.product_id or ""),
        "quantity": plain_figure(line.quantity),
        "unit_price": plain_price(line.unit_price),
        "discount": plain_figure(line.discount),
        "tax_rate": plain_figure(line.tax_rate),
    }
    row = Row(str(number - 1), number, cells | {name: getattr(line, name) for name in TEXTS}, product=line.product)
    row.hint = _gone(line.product)
    _judge(row)
    return row


def copies_of(lines: Iterable[OrderLine]) -> list[Row]:
    """Lines of another order as rows of a new one, their products called as the catalogue calls them today."""
    rows = rows_of(lines)
    for row in rows:
        if row.product:
            row.cells["name"] = row.product.name
    return rows


def with_blanks(rows: list[Row], count: int) -> list[Row]:
    """The rows and ``count`` empty ones below them, with keys of their own."""
    first_key = max((int(row.key) for row in rows), default=-1) + 1
    return [*rows, *(Row(str(first_key + n), len(rows) + n + 1) for n in range(count))]
