"""What every tab of the order page shows around its content; the upper apps' tabs use it too."""

from dataclasses import dataclass, replace

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import PersonRequest
from core import typed
from core.buttons import buttons_for
from core.events import Entry, timeline_of, verbs_without_money
from customers.models import GradeChange
from customers.rights import may_read_customers
from orders.drafters import why_nobody_decides
from orders.models import Order
from orders.next_step import next_step_of
from orders.parties import recipient_of
from orders.rights import may_amend, may_edit
from orders.statuses import EFFECTIVE, NOT_PAST_STAGE_TWO, UNDER_REVIEW, Status
from orders.strip import decided_in, events_of_stages, present_and_next, steps_of
from orders.turn import with_turn


@dataclass(frozen=True)
class Tab:
    """One tab of the order page."""

    key: str
    label: str
    url: str
    count: str = ""


def order_for(request: PersonRequest, pk: int) -> Order:
    """The order with its customer and people, if this person may see it. Raises Http404."""
    orders = with_turn(Order.objects.visible_to(request.user), request.user).select_related("customer")
    return get_object_or_404(orders, pk=pk)


def order_page_context(request: PersonRequest, order: Order, tab: str) -> dict:
    """What ``orders/order_page.html`` shows: header, verbs, strip, tabs. ``order`` comes from ``order_for``."""
    steps = steps_of(order, decided_in(events_of_stages(order)))
    present, following = present_and_next(steps)
    buttons = buttons_for(order, request.user)
    next_step = next_step_of(order, request.user, buttons, tab)
    header = [button for button in buttons if next_step is None or button != next_step.verb]
    if next_step and next_step.acts:
        header = [replace(button, primary=False) for button in header]
    return {
        "order": order,
        "nobody_decides": why_nobody_decides(order) if order.status in NOT_PAST_STAGE_TWO else "",
        "grade_changes": grade_changes_during(order) if request.user.sees_prices else [],
        "tab": tab,
        "tabs": tabs_for(request.user, order),
        "next_step": next_step,
        "buttons": header,
        # One filled button a page: where the bar or a verb has it, a tab's own button is not filled.
        "verb_is_next": bool(next_step and next_step.acts)
        or any(button.primary and not button.reasons for button in header),
        "version": order.version,
        "typed": typed.recall(request, order),
        "steps": steps,
        "steps_done": sum(step.state == "done" for step in steps),
        "present": present,
        "following": following,
        "sees_prices": request.user.sees_prices,
        "recipient": recipient_of(order),
        "sees_customer": may_read_customers(request.user),
        "may_edit": may_edit(request.user, order),
        "may_amend": may_amend(request.user, order),
    }


def grade_changes_during(order: Order) -> list[GradeChange]:
    """The changes of the customer's grade since the order was submitted, or drafted: its rules are others since."""
    if order.status not in (Status.DRAFT, *UNDER_REVIEW):
        return []
    since = order.submitted_at or order.created_at
    return list(GradeChange.objects.filter(customer=order.customer_id, at__gt=since).order_by("pk"))


def tabs_for(user: User, order: Order) -> list[Tab]:
    """The tabs this person may open; review and receipts show prices and credit."""
    found = [Tab("detail", _("Details"), reverse("orders:detail", args=[order.pk]))]
    if user.sees_prices:
        rounds = _("round %(n)s") % {"n": order.round} if order.round > 1 else ""
        if order.round:
            found.append(Tab("review", _("Review"), reverse("approvals:review", args=[order.pk]), rounds))
        found.append(Tab("receipts", _("Receipts"), reverse("billing:receipts", args=[order.pk])))
    if order.status in EFFECTIVE:
        found.append(Tab("delivery", _("Fulfilment"), reverse("fulfilment:delivery", args=[order.pk])))
    return [*found, Tab("timeline", _("Timeline"), reverse("orders:timeline", args=[order.pk]))]


def history_for(user: User, order: Order, limit: int = 200) -> list[Entry]:
    """The order's history as this person may read it, newest first.

    Who sees no prices gets the steps without reasons, field changes and receipts: those speak of money.
    """
    if user.sees_prices:
        return timeline_of(order, limit)
    steps = timeline_of(order, limit, verbs=verbs_without_money(Order))
    return [replace(entry, note="", changes=[]) for entry in steps]
