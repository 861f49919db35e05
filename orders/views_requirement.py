"""From a requirement to its order."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.rights import demand
from core.http import see_other
from orders.from_requirement import make_order_of
from orders.models import Order
from orders.rights import may_write_orders
from orders.views_quotation import quotations_seen_by
from requirements.models import Requirement
from requirements.statuses import RequirementStatus


@require_POST
def make_order(request, pk: int):
    """A draft out of a requirement, opened to be completed; a second click opens the same."""
    requirement = get_object_or_404(Requirement.objects.visible_to(request.user).select_related("customer"), pk=pk)
    demand(may_write_orders(request.user))
    try:
        order = make_order_of(requirement=requirement, by=request.user)
    except ValidationError as error:
        messages.error(request, _("No order can be made of it: %(why)s") % {"why": " ".join(error.messages)})
        return see_other(requirement)
    messages.success(
        request, _("%(order)s holds what the requirement says. Add what is missing, and submit it.") % {"order": order}
    )
    return see_other("orders:edit", order.pk)


@require_GET
def orders_of_requirement(request, pk: int):
    """The orders that were made of a requirement, and what the next one would take along; for its page."""
    requirement = get_object_or_404(Requirement.objects.visible_to(request.user).select_related("customer"), pk=pk)
    orders = list(Order.objects.visible_to(request.user).filter(requirement=requirement).order_by("-id"))
    quotations = quotations_seen_by(request.user).filter(order__in=orders) if orders else []
    may_make = may_write_orders(request.user) and requirement.status == RequirementStatus.CONFIRMED
    context = {
        "requirement": requirement,
        "orders": orders,
        "quotations": quotations,
        "may_make": may_make,
        "why_not": requirement.customer.why_no_order if may_make else "",
        "wanted": requirement.wanted.count(),
    }
    return render(request, "orders/_requirement_orders.html", context)
