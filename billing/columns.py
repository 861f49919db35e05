"""The columns of the lists of money: what each cell shows, from facts of the row."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from billing.models import Receipt, Refund
from core.columns import Column, GradedColumn, LinkColumn, MomentColumn, MoneyColumn, StatusColumn


def customer(row) -> tuple[str, str]:
    """The customer's grade with its short name."""
    return row.customer.grade, row.customer.short_name


def recorded_by(row) -> str:
    return str(row.recorded_by or _("the system"))


def state(receipt: Receipt | Refund) -> tuple[str, str]:
    """Whether it counts, and in which colour."""
    if receipt.is_reversed:
        return "void", _("Reversed")
    return ("idle", _("Reversal")) if receipt.reverses_id else ("good", _("Counts"))


def rest(receipt: Receipt) -> Decimal | None:
    """What of it is the customer's balance (元)."""
    return receipt.rest if receipt.counts and receipt.rest else None


RECEIPT_COLUMNS = (
    LinkColumn(
        "received_on",
        gettext_lazy("Received on"),
        lambda row: row.received_on.isoformat(),
        css="card-top text-nowrap",
        sort="received_on",
    ),
    GradedColumn("customer", gettext_lazy("Customer"), customer, css="card-middle text-nowrap"),
    MoneyColumn("amount", gettext_lazy("Amount (元)"), css="card-top-end", sort="amount", price=True),
    MoneyColumn("rest", gettext_lazy("Balance (元)"), rest, css="only-desk", price=True),
    Column("method", gettext_lazy("Method"), lambda row: row.get_method_display(), css="only-desk"),
    Column("bank_reference", gettext_lazy("Bank reference"), css="card-middle-end"),
    Column("payer", gettext_lazy("Payer"), css="only-desk"),
    StatusColumn("state", gettext_lazy("Status"), state, css="card-foot"),
    Column("recorded_by", gettext_lazy("Recorded by"), recorded_by, css="card-foot-end"),
    MomentColumn("recorded_at", pgettext_lazy("moment", "Recorded"), css="only-desk text-nowrap"),
)

REFUND_COLUMNS = (
    LinkColumn(
        "refunded_on",
        gettext_lazy("Refunded on"),
        lambda row: row.refunded_on.isoformat(),
        css="card-top text-nowrap",
        sort="refunded_on",
    ),
    GradedColumn("customer", gettext_lazy("Customer"), customer, css="card-middle text-nowrap"),
    MoneyColumn("amount", gettext_lazy("Amount (元)"), css="card-top-end", sort="amount", price=True),
    Column("of", gettext_lazy("Refund of"), lambda row: row.order or _("Balance"), css="card-middle-end"),
    Column("method", gettext_lazy("Method"), lambda row: row.get_method_display(), css="only-desk"),
    Column("bank_reference", gettext_lazy("Bank reference"), css="only-desk"),
    Column("payee", gettext_lazy("Payee"), css="only-desk"),
    StatusColumn("state", gettext_lazy("Status"), state, css="card-foot"),
    Column("recorded_by", gettext_lazy("Recorded by"), recorded_by, css="card-foot-end"),
)
