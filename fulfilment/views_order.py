"""The order page's delivery tab: how far each line is, the shipments, and planning the next one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import View

from accounts.models import User
from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.submitted import SentOtherwise, renew_token
from fulfilment.confirmation import attach_confirmation, confirmations_of, is_confirmed
from fulfilment.forms import FormWithRows, part_from, plan_form
from fulfilment.models import Shipment
from fulfilment.remainder import remainders_of, why_no_shipment, with_stock
from fulfilment.rights import may_confirm, may_plan
from fulfilment.services import plan_shipment
from orders.models import Order
from orders.page import order_for, order_page_context
from orders.statuses import EFFECTIVE
from orders.turn import Task, task_of

_TEMPLATE = "fulfilment/order_delivery.html"


class OrderDelivery(View):
    """The delivery tab; operations plan a shipment in it."""

    takes_up = True

    def get(self, request, pk: int):
        order, typed = order_for(request, pk), take_up(request)
        return render(request, _TEMPLATE, delivery_context(request, order, typed=typed))

    def post(self, request, pk: int):
        order = order_for(request, pk)
        if not may_plan(request.user):
            raise PermissionDenied(_("Only operations plan shipments."))
        form = plan_form(order, with_stock(order, remainders_of(order)), request.POST)
        if shipment := _plan(order, form, request.user):
            messages.success(request, _("Shipment %(number)s planned.") % {"number": shipment})
            token = str(form.header.data.get("submit_token", ""))
            return saved(see_other(shipment), person=request.user, page=request.path, form=token)
        return render_invalid(request, _TEMPLATE, delivery_context(request, order, form))


def _plan(order: Order, form: FormWithRows, by: User) -> Shipment | None:
    """Plans what the form says; what the service refuses stands beside its field."""
    if not form.is_valid():
        return None
    transport, token = form.header.values(), form.header.cleaned_data["submit_token"]
    try:
        return plan_shipment(order=order, parts=form.collected(part_from), transport=transport, by=by, token=token)
    except ValidationError as refused:
        form.refuse(refused, "quantity")
        if isinstance(refused, SentOtherwise):
            renew_token(form.header, "submit_token")
        return None


@require_POST
def confirm(request, pk: int):
    """Files what the customer signed; leads back to the delivery tab."""
    order = order_for(request, pk)
    try:
        attach_confirmation(order=order, upload=request.FILES.get("confirmation"), by=request.user)
    except ValidationError as refused:
        context = {**delivery_context(request, order), "confirmation_error": " ".join(refused.messages)}
        return render_invalid(request, _TEMPLATE, context)
    if Order.objects.filter(pk=pk, released_at__isnull=False).exists():
        messages.success(request, _("The customer's confirmation is kept with the order, which is released."))
    else:
        messages.success(request, _("The customer's confirmation is kept with the order."))
    return see_other("fulfilment:delivery", order.pk)


def delivery_context(request, order: Order, form: FormWithRows | None = None, typed=None) -> dict:
    """Lines with what is left, shipments, and for operations the next one, or why there is none.

    A confirmation carries prices, so only who sees them finds it.
    """
    remainders = remainders_of(order)
    closed, may = why_no_shipment(order, remainders), may_plan(request.user)
    return {
        **order_page_context(request, order, "delivery"),
        "remainders": remainders,
        "shipments": order.shipments.visible_to(request.user).select_related("carrier", "order").order_by("sequence"),
        "may_plan": may,
        "confirmations": confirmations_of(order) if request.user.sees_prices else None,
        "may_confirm": may_confirm(request.user) and order.status in EFFECTIVE,
        "is_awaited": task_of(order) == Task.CONFIRM or bool(order.reconfirm_since and not is_confirmed(order)),
        "closed": closed,
        "plan": form or (plan_form(order, with_stock(order, remainders), typed) if may and not closed else None),
    }
