"""The stage strip of the order page: ten stages from requirement to archive, who holds them, since when, until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.roles import Role
from core.deadlines import Deadline, how_long
from core.models import Event
from orders.models import Order
from orders.statuses import EFFECTIVE, DeliveryStatus, Status
from orders.turn import Task, deadline_of, decider_of, task_of, turn_of

STAGES = (
    ("requirement", gettext_lazy("Requirement")),
    ("order", gettext_lazy("Order")),
    ("first", pgettext_lazy("stage", "First review")),
    ("second", pgettext_lazy("stage", "Second review")),
    ("final", pgettext_lazy("stage", "Final review")),
    ("production", gettext_lazy("Production/stock")),
    ("shipment", gettext_lazy("Shipment")),
    ("sign_off", gettext_lazy("Sign-off")),
    ("callback", gettext_lazy("Callback")),
    ("archive", gettext_lazy("Archive")),
)
#: The verb of the order's history that finishes a stage; a delivery in parts finishes it more than once.
FINISHED_BY = {
    "order": "submit",
    "first": "rep_approve",
    "second": "manager_approve",
    "final": "finance_approve",
    "shipment": "shipment_sent",
    "sign_off": "shipment_signed",
}
_GATE = ("order", "first", "second", "final")
_DELIVERY = ("production", "shipment", "sign_off")
#: The stage that an order of this status is in; an order of any other status is in none.
_STAGE_OF: dict[str, str] = {
    Status.DRAFT: "order",
    Status.REP_REVIEW: "first",
    Status.MANAGER_REVIEW: "second",
    Status.FINANCE_REVIEW: "final",
}
_STATUS_OF = {stage: status for status, stage in _STAGE_OF.items()}
#: The stage that an approved order is in, by how far it is delivered.
_STAGE_OF_DELIVERY: dict[str, str] = {
    DeliveryStatus.PREPARING: "production",
    DeliveryStatus.PARTLY_SHIPPED: "shipment",
    DeliveryStatus.SHIPPED: "sign_off",
    DeliveryStatus.PARTLY_SIGNED: "sign_off",
}


@dataclass(frozen=True)
class Finished:
    """Who finished a stage, and when; nobody is the system or an import."""

    who: str
    at: datetime | None


@dataclass(frozen=True)
class Step:
    """One stage as the strip shows it: ``state`` is done, now or empty; only the present one waits and is due."""

    key: str
    label: str
    state: str = ""
    who: str = ""
    at: datetime | None = None
    day: date | None = None
    waited: str = ""
    deadline: Deadline | None = None
    pressing: str = ""  # "late", "soon" or empty


def decided_in(events: Iterable[Event]) -> dict[str, Finished]:
    """Who finished which stage of the present round; ``events`` are the order's, oldest first, with their actors."""
    found: dict[str, Finished] = {}
    stages = {verb: stage for stage, verb in FINISHED_BY.items()}
    for event in events:
        if event.verb == "submit":
            found = {}
        if event.verb in stages:
            found[stages[event.verb]] = Finished(str(event.actor or ""), event.at)
    return found


def events_of_stages(order: Order):
    """The events that ``decided_in`` reads, in one query."""
    return (
        Event.objects.filter(
            subject_type__app_label=order._meta.app_label,
            subject_type__model=order._meta.model_name,
            subject_id=order.pk,
            verb__in=FINISHED_BY.values(),
        )
        .select_related("actor")
        .order_by("id")
    )


def steps_of(order: Order, finished: dict[str, Finished], now: datetime | None = None) -> list[Step]:
    """The ten stages of an order; ``finished`` comes from ``decided_in``, people from ``orders.turn.with_turn``."""
    now = now or timezone.now()
    current = _stage_of(order)
    return [_step(key, str(label), order, finished, current, now) for key, label in STAGES]


def _stage_of(order: Order) -> str:
    """The stage that the order is in; empty when it waits for its release, and at its end."""
    if order.status != Status.APPROVED:
        return _STAGE_OF.get(order.status, "")
    # Something may be signed for while something else has not even left.
    return "shipment" if task_of(order) == Task.SHIP_REST else _STAGE_OF_DELIVERY.get(order.delivery_status, "")


def _step(key: str, label: str, order: Order, finished: dict[str, Finished], current: str, now: datetime) -> Step:
    if key == current:
        return _present(key, label, order, now)
    if key in _behind(order, finished):
        # When a stage ended the order itself knows, for one that came with its history.
        known = {"order": order.submitted_at, "final": order.approved_at}
        done = finished.get(key) or Finished("", known.get(key))
        day = order.signed_off_on if key == "sign_off" else None
        return Step(key, label, "done", who=done.who, at=None if day else done.at, day=day)
    return Step(key, label) if order.status == Status.CANCELLED else _future(key, label, order)


def _present(key: str, label: str, order: Order, now: datetime) -> Step:
    deadline, turn = deadline_of(order), turn_of(order)
    since = turn.since or order.status_since
    return Step(
        key,
        label,
        "now",
        who=turn.who,
        at=since,
        waited=how_long(since, now),
        deadline=deadline,
        pressing=deadline.pressing(now) if deadline else "",
    )


def _behind(order: Order, finished: dict[str, Finished]) -> set[str]:
    """The stages that lie behind the order. A draft has none: its next round starts anew."""
    if order.status == Status.DRAFT:
        return set()
    if order.status in EFFECTIVE:
        return {*_GATE, *_delivered(order)}
    if order.status == Status.CANCELLED:
        return set(finished)
    return set(_GATE[: _GATE.index(_STAGE_OF[order.status])])


def _delivered(order: Order) -> tuple[str, ...]:
    """The stages of delivery that lie behind an approved or completed order."""
    if order.status == Status.COMPLETED or order.delivery_status == DeliveryStatus.SIGNED:
        return _DELIVERY
    current = _stage_of(order)
    return _DELIVERY[: _DELIVERY.index(current)] if current else ()


def _future(key: str, label: str, order: Order) -> Step:
    if key == "requirement":
        return Step(key, label, who=_("none linked"))
    if status := _STATUS_OF.get(key):
        return Step(key, label, who=decider_of(order, status))
    if key == "production" and order.status == Status.APPROVED:
        return Step(key, label, who=turn_of(order).who)  # whoever its release waits for
    if key in ("production", "shipment"):
        return Step(key, label, who=str(Role.OPERATIONS.label))
    if key == "sign_off":
        return Step(key, label, who=_("promised") if order.promised_date else "", day=order.promised_date)
    return Step(key, label, who=order.rep_name) if key == "callback" else Step(key, label)


def present_and_next(steps: list[Step]) -> tuple[Step | None, Step | None]:
    """The stage the order is in, and the one that follows what is done; the phone shows these two as one sentence."""
    states = [step.state for step in steps]
    if "now" in states:
        here = states.index("now")
        return steps[here], steps[here + 1]
    last = max((n for n, state in enumerate(states) if state == "done"), default=-1)
    return None, steps[last + 1] if 0 <= last < len(steps) - 1 else None
