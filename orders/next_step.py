"""The next-step bar of the order page: a sentence and a button for whoever's turn it is, a sentence for others."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.buttons import Button
from core.models import Event
from core.templatetags.ui import when, yuan
from customers.models import Trigger
from orders.instalments import unpaid_of
from orders.models import Order
from orders.nudges import last_nudge, said
from orders.turn import Task, turn_of

#: Where a task is done: URL name, the tab that it is, icon, label. Other tasks are a verb of the order.
_PLACES = {
    Task.CORRECT: ("orders:edit", "", "edit", gettext_lazy("Edit")),
    Task.REP_REVIEW: ("approvals:review", "review", "rubber-stamp", gettext_lazy("Review it")),
    Task.MANAGER_REVIEW: ("approvals:review", "review", "rubber-stamp", gettext_lazy("Review it")),
    Task.FINANCE_REVIEW: ("approvals:review", "review", "rubber-stamp", gettext_lazy("Review it")),
    Task.CONFIRM: ("fulfilment:delivery", "delivery", "clipboard-check", gettext_lazy("Attach the confirmation")),
    Task.PAY_PRODUCTION: ("billing:receipts", "receipts", "cash", gettext_lazy("Record receipt of %(amount)s")),
    Task.SHIP: ("fulfilment:delivery", "delivery", "truck-delivery", gettext_lazy("Plan a shipment")),
    Task.SHIP_REST: ("fulfilment:delivery", "delivery", "truck-delivery", gettext_lazy("Plan a shipment")),
    Task.SIGN_OFF: ("fulfilment:delivery", "delivery", "clipboard-check", gettext_lazy("Record the sign-off")),
    Task.COLLECT: ("billing:receipts", "receipts", "cash", gettext_lazy("Record receipt of %(amount)s")),
}
_REVIEWS = (Task.REP_REVIEW, Task.MANAGER_REVIEW, Task.FINANCE_REVIEW)


@dataclass(frozen=True)
class NextStep:
    """What the bar shows: the sentence, and the filled button, which is a link (``url``) or a verb, or none.

    ``sent_back`` is who sent the order back and why, for those who may read reasons. ``nudge_url`` is where whoever
    waits reminds those whose turn it is; who did so today reads ``nudged`` instead.
    """

    sentence: str
    sent_back: str = ""
    url: str = ""
    label: str = ""
    icon: str = ""
    verb: Button | None = None
    nudge_url: str = ""
    nudged: str = ""

    @property
    def acts(self) -> bool:
        """Whether the bar has the page's filled button."""
        return bool(self.url or self.verb)


def next_step_of(order: Order, user: User, buttons: Iterable[Button], tab: str) -> NextStep | None:
    """The bar for this person on this tab; None when the order waits for nothing. ``order`` comes ``with_turn``."""
    turn = turn_of(order)
    if turn.task is None:
        return None
    reason = _sent_back(order) if turn.task == Task.CORRECT and user.sees_prices else ""
    if not turn.is_of(user, order):
        words = {"who": turn.who, "since": when(turn.since), "task": turn.task.label}
        sentence = _("Waits for %(who)s since %(since)s: %(task)s.") % words
        return _with_nudge(NextStep(sentence, reason), order, user)
    sentence = _("Your turn: %(task)s.") % {"task": turn.task.label}
    open_verbs = [button for button in buttons if not button.reasons]
    if turn.task not in _PLACES:
        return NextStep(sentence, reason, verb=next((each for each in open_verbs if each.primary), None))
    name, own_tab, icon, label = _PLACES[turn.task]
    # Who drafted an order does not decide it: no verb of the review is open then. A tab has its own button.
    if tab == own_tab or (turn.task in _REVIEWS and not any(each.page for each in open_verbs)):
        return NextStep(sentence, reason)
    words = {"amount": yuan(_amount(order, turn.task))}
    url = f"{reverse(name, args=[order.pk])}{'#confirmation' if turn.task == Task.CONFIRM else ''}"
    return NextStep(sentence, reason, url, label % words, icon)


def _with_nudge(step: NextStep, order: Order, user: User) -> NextStep:
    last = last_nudge(order, user)
    if last and last.day == timezone.localdate():
        return replace(step, nudged=said(last))
    return replace(step, nudge_url=reverse("orders:nudge", args=[order.pk]))


def _amount(order: Order, task: Task):
    """What is to be received now, in 元 with tax."""
    return unpaid_of(order, Trigger.BEFORE_PRODUCTION) if task == Task.PAY_PRODUCTION else order.unpaid_total


def _sent_back(order: Order) -> str:
    """Who sent the order back last, and why."""
    kind = ContentType.objects.get_for_model(Order)
    events = Event.objects.filter(subject_type=kind, subject_id=order.pk, verb="send_back").select_related("actor")
    event = events.order_by("-id").first()
    return _("%(who)s: %(note)s") % {"who": event.actor, "note": event.note} if event else ""
