"""Refunds: the list, one with the receipts whose money it is, recording one, and a cancelled order's money."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from accounts.requests import PersonRequest
from accounts.rights import demand
from billing import refunds
from billing.columns import REFUND_COLUMNS
from billing.filters import RefundFilter
from billing.forms import RefundForm
from billing.models import Refund
from billing.rights import may_read_money, may_record_receipts
from core import parameters
from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.listing import ListPage
from core.money import ZERO, round_money
from core.submitted import SentOtherwise, renew_token
from core.templatetags.ui import yuan
from customers.models import Customer
from orders.models import Order
from orders.page import order_for

FORM = "billing/refund_form.html"
DETAIL = "billing/refund_detail.html"


class RefundList(ListPage):
    """The refunds to the customers that a person sees, the newest first."""

    request: PersonRequest

    title = gettext_lazy("Refunds")
    export_key = "refunds"
    columns = REFUND_COLUMNS
    filterset_class = RefundFilter
    default_sort = "-refunded_on"
    search_hint = gettext_lazy("Customer, pinyin, bank reference")
    empty_title = gettext_lazy("No refunds yet")
    empty_text = gettext_lazy(
        "Money given back stands here: of a cancelled order, from its receipts page, or of a customer's balance, from "
        "the customer's page."
    )
    totals = {"amount": Sum("amount")}

    def dispatch(self, request, *args, **kwargs):
        demand(may_read_money(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return Refund.objects.visible_to(self.request.user).select_related("customer", "order", "recorded_by")

    def in_sum(self, page):
        if not page.totals:
            return ""
        return _("Together %(amount)s") % {"amount": yuan(round_money(page.totals["amount"] or ZERO))}


class NewRefund(View):
    """Records money given back: of a cancelled order (``?order=``) or of a customer's balance (``?customer=``)."""

    request: PersonRequest

    takes_up = True

    def dispatch(self, request, *args, **kwargs):
        demand(may_record_receipts(request.user))
        self.order = None
        if pk := parameters.key(request.GET, "order"):
            self.order = get_object_or_404(Order.objects.visible_to(request.user).select_related("customer"), pk=pk)
            self.customer = self.order.customer
        else:
            pk = parameters.key(request.GET, "customer")
            self.customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        return super().dispatch(request, *args, **kwargs)

    @property
    def available(self):
        """What can be given back, in 元."""
        if self.order:
            return self.order.received_total if refunds.holds_money(self.order) else ZERO
        return self.customer.balance

    def _page(self, form: RefundForm) -> dict:
        return {"form": form, "order": self.order, "customer": self.customer, "available": self.available}

    def get(self, request):
        typed = take_up(request)
        form = RefundForm(typed) if typed else RefundForm.fresh(self.available, self.customer.name)
        return render(request, FORM, self._page(form))

    def post(self, request):
        form = RefundForm(request.POST)
        if form.is_valid() and (refund := self._record(form)):
            messages.success(request, _("Refund of ¥%(amount)s recorded.") % {"amount": f"{refund.amount:,.2f}"})
            token = str(form.cleaned_data["token"])
            return saved(see_other(refund), person=request.user, page=request.get_full_path(), form=token)
        return render_invalid(request, FORM, self._page(form))

    def _record(self, form: RefundForm) -> Refund | None:
        values = {name: form.cleaned_data[name] for name in RefundForm.Meta.fields}
        customer, order, by = self.customer, self.order, self.request.user
        token = form.cleaned_data["token"]
        try:
            return refunds.record_refund(customer=customer, order=order, by=by, token=token, **values)
        except ValidationError as refused:
            form.add_error(None, refused)
            if isinstance(refused, SentOtherwise):
                renew_token(form, "token")
            return None


class RefundDetail(DetailView):
    """One refund with the receipts whose money it is."""

    request: PersonRequest

    template_name = DETAIL
    context_object_name = "refund"

    def get_queryset(self):
        demand(may_read_money(self.request.user))
        rows = Refund.objects.visible_to(self.request.user)
        return rows.select_related("customer", "order", "recorded_by", "reverses", "reversal")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, **refund_content(self.request.user, self.object))


def refund_content(user, refund: Refund) -> dict:
    """What its page shows beside it."""
    parts = refund.parts.select_related("receipt").order_by("pk")
    return {"parts": parts, "may_reverse": may_record_receipts(user) and refund.counts}


@require_POST
def reverse(request, pk: int):
    """Undoes a refund; leads to its page."""
    rows = Refund.objects.visible_to(request.user).select_related("customer", "order", "recorded_by", "reverses")
    refund = get_object_or_404(rows, pk=pk)
    demand(may_record_receipts(request.user))
    reason = parameters.text(request.POST, "reason")
    try:
        refunds.reverse_refund(refund=refund, by=request.user, reason=reason)
    except ValidationError as refused:
        if "reason" in refused.message_dict:
            reversing = {"pk": refund.pk, "reason": reason, "error": " ".join(refused.messages)}
            content = {"refund": refund, **refund_content(request.user, refund), "reversing": reversing}
            return render_invalid(request, DETAIL, content)
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Refund of ¥%(amount)s reversed.") % {"amount": f"{refund.amount:,.2f}"})
    return see_other(refund)


@require_POST
def free(request, pk: int):
    """What was received for a cancelled order becomes its customer's balance."""
    order = order_for(request, pk)
    demand(may_record_receipts(request.user))
    try:
        freed = refunds.free_cancelled(order=order, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("%(amount)s is balance now.") % {"amount": yuan(freed)})
    return see_other("billing:receipts", order.pk)
