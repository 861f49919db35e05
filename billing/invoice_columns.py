"""The columns of the list of invoices."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.columns import customer
from billing.models import Invoice
from core.columns import Column, DateColumn, GradedColumn, LinkColumn, MomentColumn, MoneyColumn, StatusColumn


def state(invoice: Invoice) -> tuple[str, str]:
    """Where it stands, and in which colour; a red one says so."""
    return ("bad", _("Red invoice")) if invoice.is_red else (invoice.status_family, invoice.status_label)


def orders(invoice) -> str:
    """The first of its orders, and how many more there are."""
    first, more = invoice.order_numbers[0], len(invoice.order_numbers) - 1
    return _("%(order)s and %(n)s more") % {"order": first, "n": more} if more else first


INVOICE_COLUMNS = (
    LinkColumn("number", gettext_lazy("Invoice"), str, css="card-top text-nowrap"),
    GradedColumn("customer", gettext_lazy("Customer"), customer, css="card-middle text-nowrap"),
    Column("orders", gettext_lazy("Orders"), orders, css="card-middle-end"),
    MoneyColumn("gross_total", gettext_lazy("With tax (元)"), css="card-top-end", sort="gross_total", price=True),
    MoneyColumn("net_total", gettext_lazy("Net (元)"), css="only-desk", price=True),
    MoneyColumn("tax_total", gettext_lazy("Tax (元)"), css="only-desk", price=True),
    Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display(), css="only-desk"),
    StatusColumn("state", gettext_lazy("Status"), state, css="card-foot"),
    Column("requested_by", gettext_lazy("Requested by"), lambda row: str(row.requested_by), css="only-desk"),
    MomentColumn("requested_at", gettext_lazy("Requested"), css="card-foot-end text-nowrap", sort="requested_at"),
    DateColumn("issued_on", gettext_lazy("Issued on"), css="only-desk text-nowrap"),
)
