"""The order page's delivery tab: how far each line is, the shipments, and planning the next one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import View

from core.http import render_invalid, see_other
from fulfilment.confirmation import attach_confirmation, confirmations_of, may_confirm
from fulfilment.forms import FormWithRows, part_from, plan_form
from fulfilment.models import Shipment
from fulfilment.remainder import remainders_of, why_no_shipment
from fulfilment.services import may_plan, plan_shipment
from orders.models import Order
from orders.page import order_for, order_page_context
from orders.statuses import EFFECTIVE

_TEMPLATE = "fulfilment/order_delivery.html"


class OrderDelivery(View):
    """The delivery tab; operations plan a shipment in it."""

    def get(self, request, pk: int):
        return render(request, _TEMPLATE, delivery_context(request, order_for(request, pk)))

    def post(self, request, pk: int):
        order = order_for(request, pk)
        if not may_plan(request.user):
            raise PermissionDenied(_("Only operations plan shipments."))
        form = plan_form(order, remainders_of(order), request.POST)
        if shipment := _plan(order, form, request.user):
            messages.success(request, _("Shipment %(number)s planned.") % {"number": shipment})
            return see_other(shipment)
        return render_invalid(request, _TEMPLATE, delivery_context(request, order, form))


def _plan(order: Order, form: FormWithRows, by) -> Shipment | None:
    """Plans what the form says; what the service refuses stands beside its field."""
    if not form.is_valid():
        return None
    transport, token = form.header.values(), form.header.cleaned_data["submit_token"]
    try:
        return plan_shipment(order=order, parts=form.collected(part_from), transport=transport, by=by, token=token)
    except ValidationError as refused:
        form.refuse(refused, "quantity")
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
    messages.success(request, _("The customer's confirmation is kept with the order."))
    return see_other("fulfilment:delivery", order.pk)


def delivery_context(request, order: Order, form: FormWithRows | None = None) -> dict:
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
        "closed": closed,
        "plan": form or (plan_form(order, remainders) if may and not closed else None),
    }
