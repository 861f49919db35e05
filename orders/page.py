"""What every tab of the order page shows around its content; the upper apps' tabs use it too."""

from dataclasses import dataclass, replace

from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import Role
from core import registries, typed
from core.buttons import buttons_for
from core.events import Entry, timeline_of
from orders.entry import may_write_orders
from orders.models import Order
from orders.statuses import EFFECTIVE
from orders.strip import decided_in, events_of_stages, present_and_next, steps_of
from orders.turn import with_people

#: Events besides the verbs that say nothing about money.
_WITHOUT_MONEY = ("created", "shipment_planned", "shipment_sent", "shipment_signed")


@dataclass(frozen=True)
class Tab:
    """One tab of the order page."""

    key: str
    label: str
    url: str
    count: str = ""


def order_for(request: HttpRequest, pk: int) -> Order:
    """The order with its customer and people, if this person may see it. Raises Http404."""
    orders = with_people(Order.objects.visible_to(request.user)).select_related("customer")
    return get_object_or_404(orders, pk=pk)


def order_page_context(request: HttpRequest, order: Order, tab: str) -> dict:
    """What ``orders/order_page.html`` shows: header, verbs, strip, tabs. ``order`` comes from ``order_for``."""
    steps = steps_of(order, decided_in(events_of_stages(order)))
    present, following = present_and_next(steps)
    buttons = buttons_for(order, request.user)
    return {
        "order": order,
        "tab": tab,
        "tabs": tabs_for(request.user, order),
        "buttons": buttons,
        # One filled button a page: where a verb is the next thing to do, a tab's own button is not filled.
        "verb_is_next": any(button.primary and not button.reasons for button in buttons),
        "version": order.version,
        "typed": typed.recall(request, order),
        "steps": steps,
        "steps_done": sum(step.state == "done" for step in steps),
        "present": present,
        "following": following,
        "sees_prices": request.user.sees_prices,
        "sees_customer": request.user.role != Role.OPERATIONS,
        "may_edit": may_edit(request.user, order),
    }


def may_edit(user, order: Order) -> bool:
    """Whether this person may open the order's entry page: sales people, while it is a draft they see."""
    return order.is_draft and may_write_orders(user)


def tabs_for(user, order: Order) -> list[Tab]:
    """The tabs this person may open; review and receipts show prices and credit."""
    found = [Tab("detail", _("Details"), reverse("orders:detail", args=[order.pk]))]
    if user.sees_prices:
        rounds = _("round %(n)s") % {"n": order.round} if order.round > 1 else ""
        if order.round:
            found.append(Tab("review", _("Review"), reverse("approvals:review", args=[order.pk]), rounds))
        found.append(Tab("receipts", _("Receipts"), reverse("orders:receipts", args=[order.pk])))
    if order.status in EFFECTIVE:
        found.append(Tab("delivery", _("Fulfilment"), reverse("fulfilment:delivery", args=[order.pk])))
    return [*found, Tab("timeline", _("Timeline"), reverse("orders:timeline", args=[order.pk]))]


def history_for(user, order: Order, limit: int = 200) -> list[Entry]:
    """The order's history as this person may read it, newest first.

    Who sees no prices gets the steps without reasons, field changes and receipts: those speak of money.
    """
    if user.sees_prices:
        return timeline_of(order, limit)
    return [replace(entry, note="", changes=[]) for entry in timeline_of(order, limit, verbs=_steps_in_history(order))]


def _steps_in_history(order: Model) -> list[str]:
    return [*registries.machines[order._meta.label].verbs(), *_WITHOUT_MONEY]
