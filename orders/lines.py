"""Order lines as they are given, made into rows, and compared with those of before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orders.figures import plain_figure
from orders.models import Order, OrderLine
from orders.totals import LARGEST_AMOUNT, line_amounts
from products.models import Product

DEFAULT_TAX_RATE = Decimal(13)
#: More than anybody types; keeps a page and a save within bounds.
MOST_LINES = 500
#: What is written down about a line; the rest follows from it.
FACTS = (
    "product_id",
    "name",
    "specification",
    "unit",
    "quantity",
    "unit_price",
    "discount",
    "tax_rate",
    "special_demand",
)


@dataclass(frozen=True)
class LineInput:
    """One line as it was given: price in 元 without tax, percentages in points. A draft may lack quantity or price."""

    name: str
    product_id: int | None = None
    specification: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    discount: Decimal = Decimal(0)
    tax_rate: Decimal = DEFAULT_TAX_RATE
    special_demand: str = ""


#: Sentences by field, by the line's place in the input.
LineFaults = dict[int, dict[str, str]]


def build_lines(order: Order, given: Sequence[LineInput]) -> tuple[list[OrderLine], LineFaults]:
    """The rows for an order's revision in force, not saved yet, with amounts and today's list prices; one query."""
    products = Product.objects.in_bulk({line.product_id for line in given if line.product_id})
    lines, faults = [], {}
    for place, line_input in enumerate(given):
        line = make_line(order, place + 1, line_input, products.get(line_input.product_id))
        lines.append(line)
        if found := _faults(line, line_input):
            faults[place] = found
    return lines, faults


def make_line(order: Order, position: int, given: LineInput, product: Product | None) -> OrderLine:
    """The row for a line as it was given, not saved yet, with amounts and the product's list price."""
    line = OrderLine(order=order, revision=order.revision, position=position, product=product)
    for name in FACTS[1:]:
        setattr(line, name, getattr(given, name))
    line.net_amount, line.tax_amount = line_amounts(line.quantity, line.unit_price, line.discount, line.tax_rate)
    line.list_price = product.list_price if product else None
    return line


def _faults(line: OrderLine, given: LineInput) -> dict[str, str]:
    found = {}
    if given.product_id and line.product is None:
        found["product"] = _("This product does not exist any more.")
    try:
        # The relations are known to exist, and looking each up would cost a query per line.
        line.clean_fields(exclude=["order", "product"])
    except ValidationError as error:
        found |= {_visible(name): sentences[0] for name, sentences in error.message_dict.items()}
    if line.quantity is not None and line.quantity <= 0:
        found["quantity"] = _("Quantity must be above zero.")
    if line.unit_price is not None and line.unit_price < 0:
        found["unit_price"] = _("A price cannot be negative.")
    if line.net_amount + line.tax_amount > LARGEST_AMOUNT:
        found["quantity"] = _("This line amounts to more than can be kept.")
    return found


def _visible(field: str) -> str:
    """Amounts follow from quantity and price: what is wrong with them is said there."""
    return "quantity" if field in ("net_amount", "tax_amount") else field


def facts_of(line: OrderLine) -> tuple:
    """What is written on a line, with the list price it is compared with, for telling whether it changed."""
    return (*(getattr(line, name) for name in FACTS), line.list_price)


def line_changes(before: Iterable[OrderLine], after: Iterable[OrderLine]) -> list[list[str]]:
    """``[#position, old, new]`` for each line that was changed, added (old is empty) or dropped (new is empty)."""
    old, new = [words_of(line) for line in before], [words_of(line) for line in after]
    changes = []
    for verb, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            continue
        for step in range(max(old_to - old_from, new_to - new_from)):
            was = old[old_from + step] if old_from + step < old_to else ""
            now = new[new_from + step] if new_from + step < new_to else ""
            changes.append([f"#{(new_from if now else old_from) + step + 1}", was, now])
    return changes


def words_of(line: OrderLine) -> str:
    """The line in one row of text, whatever the language: ``控制柜 KX-200 · 12 台 × 8,600 · −5% · 13% · 红色外观``."""
    quantity = f"{plain_figure(line.quantity) or '?'} {line.unit}".strip()
    parts = [
        f"{line.name} {line.specification}".strip(),
        f"{quantity} × {plain_figure(line.unit_price) or '?'}",
        f"−{plain_figure(line.discount)}%" if line.discount else "",
        f"{plain_figure(line.tax_rate)}%",
        line.special_demand,
    ]
    return " · ".join(part for part in parts if part)
