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

from agreements.prices import net_price
from core.http import is_key
from core.text_key import text_key, written_line
from orders.content import LINE_BY_NAME, WRITTEN_LINE
from orders.discount_input import discount_text, read_discount
from orders.lines import DEFAULT_TAX_RATE, LineInput
from orders.models import OrderLine
from orders.number_input import Fault, Figure, plain_figure, plain_price, read_figure
from orders.totals import LARGEST_AMOUNT, Amounts, line_amounts
from products.models import Product

_CELL = re.compile(rf"lines-([0-9]{{1,6}})-({'|'.join(field.name for field in WRITTEN_LINE)}|delete)")
TEXTS = tuple(field.name for field in WRITTEN_LINE if not (field.is_relation or field.is_figure))
_FIGURES = tuple(field for field in WRITTEN_LINE if field.is_figure)


@dataclass(frozen=True)
class Offer:
    """A price that can be taken over into a row: what it is, the price in 元, its discount, and where it comes from.

    ``agreed``: it is what was agreed with the customer.
    """

    label: str
    price: Decimal
    discount: Decimal = Decimal(0)
    note: str = ""
    agreed: bool = False

    @property
    def price_text(self) -> str:
        return plain_price(self.price)

    @property
    def discount_text(self) -> str:
        return discount_text(self.discount)

    @property
    def as_json(self) -> dict[str, str]:
        """What a script needs to offer it."""
        return {"label": self.label, "price": self.price_text, "discount": self.discount_text, "note": self.note}


@dataclass
class Row:
    """One row of the grid: what its cells say, what is wrong with them, and what it amounts to.

    ``hint`` is something to know that does not forbid saving; ``filled`` are the cells that the product brought.
    ``agreed`` is the price agreed with the customer on the order date, ``offer`` another one that may be taken over.
    """

    key: str
    number: int
    cells: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    product: Product | None = None
    hint: str = ""
    filled: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Decimal | None] = field(default_factory=dict)
    agreed: Offer | None = None
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
    def missing(self) -> dict[str, str]:
        """The figures without which it amounts to nothing, by cell, each with a sentence: for rows that were pasted."""
        empty = [cell for cell in ("quantity", "unit_price") if not self.is_blank and not self.cells.get(cell)]
        words = {cell: {"n": self.number, "label": str(LINE_BY_NAME[cell].label).lower()} for cell in empty}
        return {cell: _("Line %(n)s is incomplete: %(label)s is missing.") % words[cell] for cell in empty}

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
    def net_price(self) -> Decimal | None:
        """What a unit costs after the discount, in 元; None without a price."""
        price = self.figures.get("unit_price")
        return None if price is None else net_price(price, self.discount)

    @property
    def strays(self) -> bool:
        """Whether it has another price than the one that was agreed."""
        return self.agreed is not None and self.net_price not in (None, self.agreed.price)

    def take_price(self, price: Decimal) -> None:
        """Puts a price into the cell in place of the one that the product has just brought."""
        self.cells["unit_price"] = self.filled["unit_price"] = plain_price(price)
        _judge(self)

    @property
    def tax_rate(self) -> Decimal:
        """As typed, else the product's, else the usual one."""
        typed = self.figures["tax_rate"]
        if typed is not None:
            return typed
        return self.product.tax_rate if self.product else DEFAULT_TAX_RATE

    def as_input(self) -> LineInput:
        """The line that a row stands for; one with faults keeps its cells as typed, and amounts to nothing."""
        return LineInput(
            product_id=self.product.pk if self.product else None,
            quantity=None if self.faults else self.figures["quantity"],
            unit_price=self.figures["unit_price"],
            discount=self.discount,
            tax_rate=self.tax_rate,
            as_typed=self.cells if self.faults else {},
            **{name: self.cells.get(name, "")[: LINE_BY_NAME[name].model_field.max_length] for name in TEXTS},
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
            rows.setdefault(key, Row(key, 0)).cells[cell] = written_line(data[name])
    return list(rows.values())


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
        if product and (not name or text_key(name) == product.name_key or (product.pk, name) in known):
            row.product = product
    open_rows = [row for row in rows if row.product is None and row.cells.get("name")]
    catalogue = _catalogue({row.cells["name"] for row in open_rows})
    for row in open_rows:
        _resolve(row, catalogue)
    for row in rows:
        _take_over(row)


def _id(row: Row) -> int | None:
    text = row.cells.get("product", "")
    return int(text) if is_key(text) else None


def _catalogue(texts: set[str]) -> list[Product]:
    """The products on sale that any of the texts names by number or by name."""
    if not texts:
        return []
    keys = {text_key(text) for text in texts}
    return list(Product.objects.on_sale().filter(Q(code_key__in=keys) | Q(name_key__in=keys)))


def _resolve(row: Row, catalogue: list[Product]) -> None:
    text, key = row.cells["name"], text_key(row.cells["name"])
    wanted = text_key(row.cells.get("specification", ""))
    found = [p for p in catalogue if p.code_key == key] or [p for p in catalogue if p.name_key == key]
    if len(found) > 1:
        found = [p for p in found if wanted and wanted in (text_key(p.specification), p.code_key)] or found
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
    for column in _FIGURES:
        figure = Figure(column.label, column.places, column.largest, zero=column.name != "quantity")
        reader = read_discount if column.name == "discount" else read_figure
        read = reader(row.cells.get(column.name, ""), figure)
        if isinstance(read, Fault):
            row.faults[column.name], read = read, None
        row.figures[column.name] = read
    if row.is_blank:
        return
    if not row.cells.get("name"):
        row.faults["name"] = Fault(_("Which product? Type its name or number."))
    if row.amounts.gross > LARGEST_AMOUNT:
        row.faults["quantity"] = Fault(_("This line amounts to more than can be kept."))
    for name in TEXTS:
        column, count = LINE_BY_NAME[name], len(row.cells.get(name, ""))
        most = column.model_field.max_length
        if count > most:
            sentence = _("At most %(most)s characters fit into %(label)s, this has %(count)s.")
            row.faults[name] = Fault(sentence % {"most": most, "label": column.label, "count": count})


# ---- rows to show ----------------------------------------------------------------------------------------------------


def rows_of(lines: Iterable[OrderLine]) -> list[Row]:
    """Stored lines as rows of the grid; their products must be at hand (``select_related``)."""
    rows = []
    for number, line in enumerate(lines, start=1):
        cells = {
            "product": str(line.product_id or ""),
            "quantity": plain_figure(line.quantity),
            "unit_price": plain_price(line.unit_price),
            "discount": discount_text(line.discount),
            "tax_rate": plain_figure(line.tax_rate),
            **{name: getattr(line, name) for name in TEXTS},
        }
        cells |= line.as_typed
        row = Row(str(number - 1), number, cells, product=line.product, hint=_gone(line.product))
        _judge(row)
        rows.append(row)
    return rows


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
