"""The order page's receipts: what was received for which instalment, recording more, reversing a mistake."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.http import render_invalid, see_other
from orders import receipts
from orders.forms_receipts import ReceiptForm
from orders.instalments import next_unpaid
from orders.models import Order, Receipt
from orders.page import order_for, order_page_context
from orders.views import OrderTab, money_of

_TEMPLATE = "orders/order_receipts.html"


class OrderReceipts(OrderTab):
    """The receipts tab; finance records a receipt in it."""

    template_name = _TEMPLATE
    tab = "receipts"

    def content(self, order: Order) -> dict:
        if not self.request.user.sees_prices:
            raise PermissionDenied
        return receipts_content(self.request.user, order)

    def post(self, request, pk: int):
        order = order_for(request, pk)
        if not receipts.may_record_receipts(request.user):
            raise PermissionDenied
        form = ReceiptForm(request.POST)
        if form.is_valid() and (receipt := _record(form, order, request.user)):
            messages.success(request, _("Receipt of ¥%(amount)s recorded.") % {"amount": f"{receipt.amount:,.2f}"})
            return see_other("orders:receipts", order.pk)
        return render_invalid(request, _TEMPLATE, _page(request, order, form=form))


def _record(form: ReceiptForm, order: Order, by) -> Receipt | None:
    """Records what the form says; what the service refuses stands beside its field."""
    values = {name: form.cleaned_data[name] for name in ReceiptForm.Meta.fields}
    try:
        return receipts.record_receipt(order=order, by=by, token=form.cleaned_data["token"], **values)
    except ValidationError as refused:
        form.add_error(None, refused)
        return None


def receipts_content(user, order: Order) -> dict:
    """Instalments, receipts and, for finance, an empty form or why there is none."""
    money, may_record = money_of(order), receipts.may_record_receipts(user)
    closed = receipts.why_no_receipt(order)
    amount, payer = next_unpaid(money["standings"]), order.customer.name
    return {
        **money,
        "receipts": receipts.receipts_of(order),
        "may_record": may_record,
        "closed": closed,
        "form": ReceiptForm.fresh(amount, payer) if may_record and not closed else None,
    }


def _page(request, order: Order, **more) -> dict:
    order.refresh_from_db(fields=["received_total", "status", "version"])
    return {**order_page_context(request, order, "receipts"), **receipts_content(request.user, order), **more}


@require_POST
def reverse_receipt(request, pk: int):
    """Undoes one receipt; leads back to its order's receipts."""
    receipt = get_object_or_404(Receipt.objects.visible_to(request.user), pk=pk)
    order = order_for(request, receipt.allocations.values_list("instalment__order", flat=True)[0])
    if not receipts.may_record_receipts(request.user):
        raise PermissionDenied
    try:
        receipts.reverse_receipt(receipt=receipt, by=request.user, reason=request.POST.get("reason", ""))
    except ValidationError as refused:
        return _not_reversed(request, order, receipt, refused)
    messages.success(request, _("Receipt of ¥%(amount)s reversed.") % {"amount": f"{receipt.amount:,.2f}"})
    return see_other("orders:receipts", order.pk)


def _not_reversed(request, order: Order, receipt: Receipt, refused: ValidationError):
    """A missing reason is asked for beside its field; a receipt in the wrong state is told on the page."""
    sentence = " ".join(refused.messages)
    if "reason" not in refused.message_dict:
        messages.error(request, sentence)
        return see_other("orders:receipts", order.pk)
    reversing = {"pk": receipt.pk, "reason": request.POST.get("reason", ""), "error": sentence}
    return render_invalid(request, _TEMPLATE, _page(request, order, reversing=reversing))
