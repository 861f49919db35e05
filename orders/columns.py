"""The columns of order lists: what each cell shows, from facts of the row."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.columns import (
    Column,
    DateColumn,
    DetailColumn,
    DueColumn,
    GradedColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    PaidColumn,
    PercentColumn,
    PriceColumn,
    QuantityColumn,
    StatusColumn,
)
from core.templatetags.ui import when
from orders.models import Order
from orders.statuses import EFFECTIVE, FINISHED, Status
from orders.turn import turn_of


def graded_customer(order: Order) -> tuple[str, str]:
    """The grade frozen at approval, before that the customer's own, with the customer's short name."""
    return order.grade, order.customer_name


def promised(order: Order) -> tuple[date, bool] | None:
    """The promised date, and whether it has passed while the order is not complete."""
    if order.promised_date is None:
        return None
    finished = order.status in FINISHED
    return order.promised_date, not finished and order.promised_date < timezone.localdate()


def received_percent(order: Order) -> int | None:
    """How much of the total is received, in whole per cent, 100 only for all of it; None where no money can come."""
    if order.number is None or order.status == Status.CANCELLED or not order.gross_total:
        return None
    rounded = int((order.received_total * 100 / order.gross_total).quantize(Decimal(1), ROUND_HALF_UP))
    return min(rounded, 99) if order.unpaid_total > 0 else rounded


def turn(order: Order) -> tuple[str, str]:
    """Who holds the order and since when."""
    holder = turn_of(order)
    return holder.who, _("since %(when)s") % {"when": when(holder.since)} if holder.since else ""


def delivery(order: Order) -> tuple[str, str] | None:
    """How far an approved order is delivered; None before."""
    return (order.delivery_family, order.delivery_label) if order.status in EFFECTIVE else None


def status(order: Order) -> tuple[str, str]:
    return order.status_family, order.status_label


ORDER_COLUMNS = (
    LinkColumn("number", gettext_lazy("Order number"), str, css="card-top text-nowrap"),
    GradedColumn("customer", gettext_lazy("Customer"), graded_customer, css="card-middle text-nowrap"),
    DateColumn("order_date", gettext_lazy("Order date"), css="only-desk text-nowrap", sort="order_date"),
    DueColumn(
        "promised_date",
        gettext_lazy("Promised"),
        promised,
        css="card-middle-end text-nowrap",
        card_label=gettext_lazy("Delivery"),
    ),
    MoneyColumn("gross_total", gettext_lazy("Total with tax (元)"), css="card-top-end", sort="gross_total", price=True),
    StatusColumn("status", gettext_lazy("Status"), status, css="card-foot"),
    StatusColumn("delivery", gettext_lazy("Fulfilment"), delivery, css="card-foot-middle"),
    PaidColumn("received", gettext_lazy("Received"), received_percent, css="only-desk", price=True),
    DetailColumn("turn", gettext_lazy("Whose turn"), turn, css="card-foot-end"),
)

_SHOWN = {column.key: column for column in ORDER_COLUMNS}
# A file is read on another day than it was written: it says since when by the date. It also has what one adds up by.
EXPORTED_ORDER_COLUMNS = (
    *(_SHOWN[key] for key in ("number", "customer")),
    Column("rep", gettext_lazy("Sales representative"), lambda order: order.rep and str(order.rep)),
    *(_SHOWN[key] for key in ("order_date", "promised_date")),
    MoneyColumn("net_total", gettext_lazy("Net (元)"), price=True),
    MoneyColumn("tax_total", gettext_lazy("Tax (元)"), price=True),
    *(_SHOWN[key] for key in ("gross_total", "status", "delivery", "received")),
    Column("turn", gettext_lazy("Whose turn"), lambda order: turn_of(order).who),
    MomentColumn("since", gettext_lazy("Waiting since"), lambda order: turn_of(order).since),
)

# The second sheet: one row per line in force, each with what one filters it by.
EXPORTED_LINE_COLUMNS = (
    Column("order", gettext_lazy("Order number"), lambda line: str(line.order)),
    Column("customer", gettext_lazy("Customer"), lambda line: line.order.customer_name),
    DateColumn("order_date", gettext_lazy("Order date"), lambda line: line.order.order_date),
    Column("position", gettext_lazy("Line")),
    Column("product", gettext_lazy("Product number"), lambda line: line.product and line.product.code),
    Column("name", gettext_lazy("Product name")),
    Column("specification", gettext_lazy("Specification")),
    Column("unit", gettext_lazy("Unit")),
    QuantityColumn("quantity", gettext_lazy("Quantity")),
    PriceColumn("unit_price", gettext_lazy("Unit price without tax (元)"), price=True),
    PercentColumn("discount", gettext_lazy("Discount"), price=True),
    PercentColumn("tax_rate", gettext_lazy("Tax rate"), price=True),
    MoneyColumn("net_amount", gettext_lazy("Net (元)"), price=True),
    MoneyColumn("tax_amount", gettext_lazy("Tax (元)"), price=True),
    Column("special_demand", gettext_lazy("Special demand")),
    QuantityColumn("shipped_quantity", gettext_lazy("Shipped")),
    QuantityColumn("signed_quantity", gettext_lazy("Signed off")),
)

# What the columns read: an order has many times as many fields.
ORDER_FIELDS = (
    *("number", "grade", "customer_name", "order_date", "promised_date", "gross_total", "received_total"),
    *("net_total", "tax_total"),
    *(
        "status",
        "status_since",
        "sent_back",
        "delivery_status",
        "released_at",
        "signed_off_on",
        "drafted_by",
        "rep__name",
        "rep__username",
        "team__name",
    ),
)
