"""Invoices: the list, one of them, its paper for finance, those of an order and of a customer."""

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, Sum
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from accounts.requests import PersonRequest
from accounts.rights import demand
from billing.filters import InvoiceFilter
from billing.invoice_columns import INVOICE_COLUMNS
from billing.invoice_split import sum_by_rate
from billing.invoice_statuses import InvoiceStatus
from billing.models import INVOICE_FILE, Invoice, InvoicePart
from billing.rights import may_read_money, may_request_invoices
from core import parameters, typed
from core.buttons import buttons_for
from core.capitals import capitals
from core.events import timeline_of
from core.files import files_of
from core.listing import ListPage
from core.models import Company
from core.money import ZERO, round_money
from core.templatetags.ui import yuan
from customers.models import Customer
from orders.models import Order, OrderLine
from orders.statuses import EFFECTIVE
from orders.views import OrderTab

_LAST = 5


class InvoiceList(ListPage):
    """The invoices of the customers that a person sees; first what waits to be issued, the longest waiting first."""

    request: PersonRequest

    title = gettext_lazy("Invoices")
    export_key = "invoices"
    columns = INVOICE_COLUMNS
    filterset_class = InvoiceFilter
    search_hint = gettext_lazy("Invoice number, customer, pinyin")
    empty_title = gettext_lazy("No invoice waits to be issued")
    empty_text = gettext_lazy(
        "What was asked for stands here until finance has issued it. One asks on the order's page, or on the "
        "customer's for several orders."
    )
    tabs = (
        (gettext_lazy("To be issued"), ""),
        (gettext_lazy("Issued"), "state=issued"),
        (gettext_lazy("Refused"), "state=refused"),
        (gettext_lazy("Red invoice needed"), "state=beyond"),
        (gettext_lazy("All"), "state=all"),
    )
    pressing = ("state=beyond",)
    totals = {"amount": Sum("gross_total")}

    def dispatch(self, request, *args, **kwargs):
        demand(may_read_money(request.user))
        return super().dispatch(request, *args, **kwargs)

    def sort(self) -> str:
        """Who waits the longest comes first; of the others the newest."""
        waits = not any(parameters.text(self.request.GET, name) for name in InvoiceFilter.base_filters)
        self.default_sort = "requested_at" if waits else "-requested_at"
        return super().sort()

    def get_queryset(self):
        return Invoice.objects.visible_to(self.request.user).select_related("customer", "requested_by")

    def with_facts(self, rows):
        parts = InvoicePart.objects.filter(invoice__in=rows).order_by("order").values_list("invoice", "order__number")
        found: dict[int, list[str]] = {row.pk: [] for row in rows}
        for pk, number in parts.distinct():
            found[pk].append(number or "")
        for row in rows:
            row.order_numbers = found[row.pk]
        return rows

    def in_sum(self, page):
        if not page.totals:
            return ""
        return _("Together %(amount)s") % {"amount": yuan(round_money(page.totals["amount"] or ZERO))}


def invoice_for(request: PersonRequest, pk: int) -> Invoice:
    """The invoice with its people, if this person may see it. Raises Http404."""
    related = ("customer", "requested_by", "issued_by", "reverses", "instead_of")
    return get_object_or_404(Invoice.objects.visible_to(request.user).select_related(*related), pk=pk)


def content_of(invoice: Invoice) -> dict:
    """What stands on an invoice: its parts by order, their sums by tax rate, and what was ordered."""
    parts = list(invoice.parts.select_related("order").order_by("order", "-tax_rate"))
    rates = sum_by_rate((part.tax_rate, part.net_amount, part.tax_amount) for part in parts)
    lines = OrderLine.objects.filter(order__in={part.order_id for part in parts}, revision=F("order__revision"))
    return {
        "invoice": invoice,
        "parts": parts,
        "rates": rates.items(),
        "lines": lines.select_related("order").order_by("order", "position"),
        "capitals": capitals(abs(invoice.gross_total)),
    }


class InvoiceDetail(TemplateView):
    """One invoice: to whom, over what, where it stands, and the verbs."""

    request: PersonRequest
    template_name = "billing/invoice_detail.html"

    def get_context_data(self, **kwargs):
        user, invoice = self.request.user, invoice_for(self.request, self.kwargs["pk"])
        refused = invoice.status == InvoiceStatus.REFUSED
        later = Invoice.objects.filter(Q(instead_of=invoice) | Q(reverses=invoice)).order_by("pk")
        return {
            **super().get_context_data(**kwargs),
            **content_of(invoice),
            "later": later,
            "files": files_of(invoice, INVOICE_FILE),
            "buttons": buttons_for(invoice, user),
            "version": invoice.version,
            "typed": typed.recall(self.request, invoice),
            "may_ask_again": refused and may_request_invoices(user),
            "events": timeline_of(invoice),
        }


class InvoicePrint(TemplateView):
    """The invoice on paper, for who types it into the tax office's program, and for the file."""

    request: PersonRequest
    template_name = "billing/invoice_print.html"

    def get_context_data(self, **kwargs):
        invoice = invoice_for(self.request, self.kwargs["pk"])
        asked = invoice.status == InvoiceStatus.REQUESTED
        return {
            **super().get_context_data(**kwargs),
            **content_of(invoice),
            "company": Company.ours(),
            "title": _("Request for an invoice") if asked else _("Invoice in our books"),
            "number": str(invoice),
            "dated": invoice.issued_on or invoice.requested_at,
            "mark": "" if invoice.status in (InvoiceStatus.REQUESTED, InvoiceStatus.ISSUED) else invoice.status_label,
            "back_url": invoice.get_absolute_url(),
            "back_label": _("Back to the invoice"),
        }


class OrderInvoices(OrderTab):
    """The invoices of an order, and what of it can still be invoiced."""

    template_name = "billing/order_invoices.html"
    tab = "invoices"

    def content(self, order: Order) -> dict:
        if not self.request.user.sees_prices:
            raise PermissionDenied
        seen = Invoice.objects.visible_to(self.request.user).filter(parts__order=order)
        of_order = seen.annotate(share=Sum(F("parts__net_amount") + F("parts__tax_amount"))).order_by("-pk")
        may_ask = may_request_invoices(self.request.user) and order.status in EFFECTIVE
        return {
            "invoices": of_order.select_related("requested_by"),
            "may_request": may_ask and order.invoiceable > 0,
            "is_effective": order.status in EFFECTIVE,
            "left": max(order.invoiceable, ZERO) if order.status in EFFECTIVE else ZERO,
        }


@require_GET
def customer_invoices(request, pk: int):
    """What of a customer's orders is invoiced, and its last invoices, for the customer page."""
    demand(may_read_money(request.user))
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    orders = Order.objects.effective().filter(customer=customer).order_by()
    left = F("gross_total") - F("invoiced_total") - F("invoice_asked_total")
    sums = orders.aggregate(invoiced=Sum("invoiced_total"), asked=Sum("invoice_asked_total"), left=Sum(left))
    context = {
        "customer": customer,
        "sums": {name: round_money(amount or ZERO) for name, amount in sums.items()},
        "invoices": Invoice.objects.visible_to(request.user).filter(customer=customer).order_by("-pk")[:_LAST],
        "may_request": may_request_invoices(request.user) and (sums["left"] or 0) > 0,
    }
    return render(request, "billing/_customer_invoices.html", context)
