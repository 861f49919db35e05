"""Order lines as they are given, made into rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orders.content import WRITTEN_LINE
from orders.models import Order, OrderLine
from orders.totals import LARGEST_AMOUNT, line_amounts
from products.models import Product

DEFAULT_TAX_RATE = Decimal(13)
#: More than anybody types; keeps a page and a save within bounds.
MOST_LINES = 500


def too_many_lines(count: int) -> str:
    """The sentence about more lines than an order can have; empty when they are not too many."""
    return _("An order has at most %(count)s lines.") % {"count": MOST_LINES} if count > MOST_LINES else ""


@dataclass(frozen=True)
class LineInput:
    """One line as it was given: price in 元 without tax, percentages in points. A draft may lack quantity or price.

    ``as_typed`` are its cells while something in them cannot be read; it has no quantity and so no amount then.
    """

    name: str
    product_id: int | None = None
    specification: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    discount: Decimal = Decimal(0)
    tax_rate: Decimal = DEFAULT_TAX_RATE
    special_demand: str = ""
    as_typed: Mapping[str, str] = field(default_factory=dict)


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
    written = {column.name: getattr(given, column.name) for column in WRITTEN_LINE if not column.is_relation}
    written["as_typed"] = dict(given.as_typed)
    line = OrderLine(order=order, revision=order.revision, position=position, product=product, **written)
    line.net_amount, line.tax_amount = line_amounts(line.quantity, line.unit_price, line.discount, line.tax_rate)
    line.list_price = product.list_price if product else None
    return line


def _faults(line: OrderLine, given: LineInput) -> dict[str, str]:
    found = {}
    if given.product_id and line.product is None:
        found["product"] = _("This product does not exist any more.")
    try:
        # The relations are known to exist, and looking each up would cost a query per line.
        line.clean_fields(exclude=["order", "product", *(["name"] if given.as_typed else [])])
    except ValidationError as error:
        # Amounts follow from quantity and price: what is wrong with them is said there.
        amounts = dict.fromkeys(("net_amount", "tax_amount"), "quantity")
        found |= {amounts.get(name, name): sentences[0] for name, sentences in error.message_dict.items()}
    if line.quantity is not None and line.quantity <= 0:
        found["quantity"] = _("Quantity must be above zero.")
    if line.unit_price is not None and line.unit_price < 0:
        found["unit_price"] = _("A price cannot be negative.")
    if line.net_amount + line.tax_amount > LARGEST_AMOUNT:
        found["quantity"] = _("This line amounts to more than can be kept.")
    return found
