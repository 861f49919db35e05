"""The columns of order lists: what each cell shows, from facts of the row."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.columns import Column
from core.templatetags.ui import when
from orders.models import Order
from orders.statuses import EFFECTIVE, Status
from orders.turn import turn_of


def graded_customer(order: Order) -> tuple[str, str]:
    """The grade frozen at approval, before that the customer's own, with the customer's short name."""
    return order.grade, order.customer_name


def promised(order: Order) -> tuple[date, bool] | None:
    """The promised date, and whether it has passed while the order is not complete."""
    if order.promised_date is None:
        return None
    finished = order.status in (Status.COMPLETED, Status.CANCELLED)
    return order.promised_date, not finished and order.promised_date < timezone.localdate()


def received_percent(order: Order) -> int | None:
    """How much of the total is received, in whole per cent rounded down; None where no money can come."""
    if order.number is None or order.status == Status.CANCELLED or not order.gross_total:
        return None
    return int(order.received_total * 100 / order.gross_total)


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
    Column("number", gettext_lazy("Order number"), str, kind="link", css="c-id text-nowrap"),
    Column("customer", gettext_lazy("Customer"), graded_customer, kind="graded", css="c-cust text-nowrap"),
    Column("order_date", gettext_lazy("Order date"), kind="date", css="c-date text-nowrap", sort="order_date"),
    Column(
        "promised_date",
        gettext_lazy("Promised"),
        promised,
        kind="due",
        css="c-due text-nowrap",
        card_label=gettext_lazy("Delivery"),
    ),
    Column(
        "gross_total", gettext_lazy("Total with tax (元)"), kind="money", css="c-amt", sort="gross_total", price=True
    ),
    Column("status", gettext_lazy("Status"), status, kind="status", css="c-st"),
    Column("delivery", gettext_lazy("Fulfilment"), delivery, kind="status", css="c-dl"),
    Column("received", gettext_lazy("Received"), received_percent, kind="paid", css="c-pay", price=True),
    Column("turn", gettext_lazy("Whose turn"), turn, kind="who", css="c-who"),
)

# A file is read on another day than it was written: it says since when by the date.
EXPORTED_ORDER_COLUMNS = (
    *(column for column in ORDER_COLUMNS if column.key != "turn"),
    Column("turn", gettext_lazy("Whose turn"), lambda order: turn_of(order).who),
    Column("since", gettext_lazy("Waiting since"), lambda order: turn_of(order).since, kind="datetime"),
)
