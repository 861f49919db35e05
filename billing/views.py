"""The order page's receipts: what was received for which instalment, recording more, reversing a mistake."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing import receipts
from billing.forms import ReceiptForm
from billing.models import Receipt
from billing.refunds import holds_money
from billing.rights import may_record_receipts
from billing.several_orders import choices_beside
from billing.views_receipts import receipt_again
from core import parameters
from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.submitted import SentOtherwise, renew_token
from orders.instalments import next_unpaid
from orders.models import Order
from orders.page import order_for, order_page_context
from orders.statuses import Status
from orders.views import OrderTab, money_of

_TEMPLATE = "billing/order_receipts.html"


class OrderReceipts(OrderTab):
    """The receipts tab; finance records a receipt in it."""

    takes_up = True
    template_name = _TEMPLATE
    tab = "receipts"

    def content(self, order: Order) -> dict:
        if not self.request.user.sees_prices:
            raise PermissionDenied
        content, typed = receipts_content(self.request.user, order), take_up(self.request)
        if typed and content["form"]:
            content |= {"form": ReceiptForm(typed), "chosen": parameters.keys(typed, "chosen")}
        return content

    def post(self, request, pk: int):
        order = order_for(request, pk)
        if not may_record_receipts(request.user):
            raise PermissionDenied
        form = ReceiptForm(request.POST)
        chosen = parameters.keys(request.POST, "chosen")
        if form.is_valid() and (receipt := _record(form, order, request.user, chosen)):
            messages.success(request, _("Receipt of ¥%(amount)s recorded.") % {"amount": f"{receipt.amount:,.2f}"})
            answer, token = see_other("billing:receipts", order.pk), str(form.data.get("token", ""))
            return saved(answer, person=request.user, page=request.path, form=token)
        return render_invalid(request, _TEMPLATE, _page(request, order, form=form, chosen=chosen))


def _record(form: ReceiptForm, order: Order, by, chosen: list[int]) -> Receipt | None:
    """Records what the form says; what the service refuses stands beside its field."""
    values = {name: form.cleaned_data[name] for name in ReceiptForm.Meta.fields}
    try:
        return receipts.record_receipt(order=order, by=by, token=form.cleaned_data["token"], chosen=chosen, **values)
    except ValidationError as refused:
        form.add_error(None, refused)
        if isinstance(refused, SentOtherwise):
            renew_token(form, "token")
        return None


def receipts_content(user, order: Order) -> dict:
    """Instalments, receipts and, for finance, an empty form or why there is none."""
    money, may_record = money_of(order), may_record_receipts(user)
    closed = receipts.why_no_receipt(order)
    amount, payer = next_unpaid(money["standings"]), order.customer.name
    return {
        **money,
        "receipts": receipts.receipts_of(order),
        "may_record": may_record,
        "holds_money": holds_money(order),
        "closed": closed,
        "balance": order.customer.balance if may_use_balance(order) else None,
        "choices": choices_beside(order) if may_record and not closed else [],
        "form": ReceiptForm.fresh(amount, payer) if may_record and not closed else None,
    }


def may_use_balance(order: Order) -> bool:
    """Whether the customer's balance could pay something of an order."""
    waits = order.number is not None and order.status != Status.CANCELLED and order.unpaid_total > 0
    return waits and order.customer.balance > 0


def _page(request, order: Order, **more) -> dict:
    order.refresh_from_db(fields=["received_total", "status", "version"])
    return {**order_page_context(request, order, "receipts"), **receipts_content(request.user, order), **more}


@require_POST
def reverse_receipt(request, pk: int):
    """Undoes one receipt; leads back to its order's receipts, or (``from=receipt``) to its own page."""
    receipt = get_object_or_404(Receipt.objects.visible_to(request.user).select_related("customer"), pk=pk)
    paid = receipt.allocations.values_list("instalment__order", flat=True).first()
    by_itself = parameters.text(request.POST, "from") == "receipt"
    order = None if by_itself or paid is None else order_for(request, paid)
    if not may_record_receipts(request.user):
        raise PermissionDenied
    reason = parameters.text(request.POST, "reason")
    try:
        receipts.reverse_receipt(receipt=receipt, by=request.user, reason=reason)
    except ValidationError as refused:
        sentence = " ".join(refused.messages)
        if "reason" in refused.message_dict:
            reversing = {"pk": receipt.pk, "reason": reason, "error": sentence}
            if order is None:
                return receipt_again(request, receipt, reversing=reversing)
            return render_invalid(request, _TEMPLATE, _page(request, order, reversing=reversing))
        messages.error(request, sentence)
    else:
        messages.success(request, _("Receipt of ¥%(amount)s reversed.") % {"amount": f"{receipt.amount:,.2f}"})
    return see_other(receipt) if order is None else see_other("billing:receipts", order.pk)
