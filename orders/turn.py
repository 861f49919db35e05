"""Whose turn an order is and why, since when and until when: from one row, without a query per row."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, Exists, F, Min, OuterRef, Prefetch, QuerySet, Subquery, TextChoices, Value
from django.db.models.expressions import NegatedExpression
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core import policy
from core.deadlines import Deadline, deadlines_after, end_of, start_of
from core.models import Attachment, Event
from core.workdays import Due
from customers.models import Trigger
from orders.documents import CONFIRMATION
from orders.drafters import has_drafted, in_force
from orders.models import Drafter, Instalment, Order, OrderLine
from orders.policies import NEEDS_CONFIRMATION, STAGE_DAYS
from orders.statuses import UNDER_REVIEW, DeliveryStatus, Status


class Task(TextChoices):
    """What an order waits for; the value is the reason's stable key."""

    WRITE = "write", _("finish and submit the order")
    CORRECT = "correct", _("correct what was sent back and submit it again")
    REP_REVIEW = "rep_review", _("first review")
    MANAGER_REVIEW = "manager_review", _("second review")
    FINANCE_REVIEW = "finance_review", _("final review")
    CONFIRM = "confirm", _("attach the confirmation signed by the customer")
    PAY_PRODUCTION = "pay_production", _("receive the payment due before production")
    RELEASE = "release", _("release the order for delivery")
    SHIP = "ship", _("plan the shipment and send it")
    SHIP_REST = "ship_rest", _("send what is left of the order")
    SIGN_OFF = "sign_off", _("have the delivery signed off")
    COLLECT = "collect", _("receive the outstanding payment")


#: Who does it. An order that waits for nothing has no task.
ROLE_OF = {
    Task.WRITE: Role.REP,
    Task.CORRECT: Role.REP,
    Task.REP_REVIEW: Role.REP,
    Task.MANAGER_REVIEW: Role.MANAGER,
    Task.FINANCE_REVIEW: Role.FINANCE,
    Task.CONFIRM: Role.REP,
    Task.PAY_PRODUCTION: Role.FINANCE,
    Task.RELEASE: Role.OPERATIONS,
    Task.SHIP: Role.OPERATIONS,
    Task.SHIP_REST: Role.OPERATIONS,
    Task.SIGN_OFF: Role.REP,
    Task.COLLECT: Role.FINANCE,
}
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
#: What who drafted an order does not do.
FOUR_EYES = (Task.MANAGER_REVIEW, Task.FINANCE_REVIEW)
TASK_BEFORE_APPROVAL: dict[str, Task] = {
    Status.DRAFT: Task.WRITE,
    Status.REP_REVIEW: Task.REP_REVIEW,
    Status.MANAGER_REVIEW: Task.MANAGER_REVIEW,
    Status.FINANCE_REVIEW: Task.FINANCE_REVIEW,
}


@dataclass(frozen=True)
class Turn:
    """What an order waits for, of which role, who that is by name, and since when; all empty when for nobody."""

    task: Task | None = None
    role: Role | None = None
    who: str = ""
    since: datetime | None = None

    def is_of(self, user: User, order: Order) -> bool:
        """Whether this person is one of those the order waits for; who drafted it does not decide it."""
        if self.role is None or user.role != self.role:
            return False
        if self.role == Role.REP:
            return order.rep_id == user.pk
        return self.task not in FOUR_EYES or not has_drafted(order, user)


def with_turn(orders: QuerySet[Order], reader: User | None = None) -> QuerySet[Order]:
    """The orders with everything that ``turn_of`` reads: some more queries whatever their number.

    To a ``reader`` who sees no prices an order that has arrived waits for nothing, whatever is still to be paid.
    """
    sent = Event.objects.filter(**_of_order(), verb="shipment_sent").order_by("-id").values("at")
    facts: dict[str, Any] = {"has_rest": has_rest(), "production_unpaid": production_unpaid()}
    missing = confirmation_missing() or Value(False, output_field=BooleanField())
    facts["tells_of_money"] = Value(reader is None or reader.sees_prices, output_field=BooleanField())
    return with_people(orders).annotate(**facts, confirmation_missing=missing, last_sent_at=Subquery(sent[:1]))


def _of_order() -> dict:
    return {"subject_type": ContentType.objects.get_for_model(Order), "subject_id": OuterRef("pk")}


_IN_FORCE = {"order": OuterRef("pk"), "revision": OuterRef("revision")}


def has_rest() -> Exists:
    """Whether something of the order has not left."""
    return Exists(OrderLine.objects.filter(**_IN_FORCE, shipped_quantity__lt=F("quantity")))


def production_unpaid() -> Exists:
    """Whether money due before production is missing."""
    unpaid = Instalment.objects.unpaid().filter(trigger=Trigger.BEFORE_PRODUCTION, days=0)
    return Exists(unpaid.filter(**_IN_FORCE))


def counts_from(of: Callable[[str], Any]) -> Coalesce:
    """From when on a signed confirmation counts: an amendment since has changed what was signed before."""
    return Coalesce(of("reconfirm_since"), Value(_EVER))


def confirmation_missing() -> NegatedExpression | None:
    """Whether the customer's signed confirmation is missing; None where the policy asks for none."""
    signed = Exists(Attachment.objects.filter(**_of_order(), purpose=CONFIRMATION, at__gt=counts_from(OuterRef)))
    return ~signed if policy.value(NEEDS_CONFIRMATION) else None


def with_people(orders: QuerySet[Order]) -> QuerySet[Order]:
    """The orders with rep, managers of the team and who wrote in them, in two more queries whatever their number."""
    managers = User.objects.filter(role=Role.MANAGER, is_active=True).order_by("id")
    return orders.select_related("rep", "team").prefetch_related(
        Prefetch("team__members", queryset=managers, to_attr="managers"),
        Prefetch("drafters", queryset=in_force(Drafter.objects.all()), to_attr="writers"),
    )


def managers_of(order: Order) -> str:
    """The names of those who may decide stage two, or the role when nobody is known. Wants ``with_people``."""
    return managers_besides(
        {order.drafted_by_id, *(writer.person_id for writer in getattr(order, "writers", ()))}, order
    )


def managers_besides(wrote: Collection[int | None], order: Order) -> str:
    """The names of the managers of the order's team who did not write (ids), or the role when there is none."""
    names = [str(manager) for manager in getattr(order.team, "managers", ()) if manager.pk not in wrote]
    return " / ".join(names) or str(Role.MANAGER.label)


def decider_of(order: Order, status: str) -> str:
    """Who decides an order in this status: a draft and stage one its rep, the later stages by team or role."""
    task = TASK_BEFORE_APPROVAL.get(status)
    return _people(order, ROLE_OF[task]) if task else ""


def _people(order: Order, role: Role) -> str:
    """Those of a role who look after the order, by name where they are few."""
    if role == Role.REP:
        return order.rep_name
    return managers_of(order) if role == Role.MANAGER else str(role.label)


def turn_of(order: Order) -> Turn:
    """Who holds the order now, why and since when. Wants ``with_turn``."""
    task = task_of(order)
    if task is None:
        return Turn()
    role = ROLE_OF[task]
    return Turn(task, role, _people(order, role), _since(order, task))


def task_of(order: Order) -> Task | None:
    """What the order waits for now; None when for nothing. Wants ``with_turn``."""
    if order.is_sent_back:
        return Task.CORRECT
    if order.status in TASK_BEFORE_APPROVAL:
        return TASK_BEFORE_APPROVAL[order.status]
    if order.status == Status.APPROVED and order.delivery_status != DeliveryStatus.SIGNED:
        return _task_of_delivery(order)
    is_owed = order.status != Status.CANCELLED and order.unpaid_total > 0
    return Task.COLLECT if is_owed and getattr(order, "tells_of_money", True) else None


def _task_of_delivery(order: Any) -> Task:
    """Of an approved order that has not wholly arrived. What has left was released, whatever an import says."""
    if order.delivery_status == DeliveryStatus.SHIPPED:
        return Task.SIGN_OFF
    if order.delivery_status == DeliveryStatus.PARTLY_SIGNED:
        return Task.SHIP_REST if order.has_rest else Task.SIGN_OFF
    if order.delivery_status == DeliveryStatus.PARTLY_SHIPPED:
        return Task.SHIP_REST
    if order.released_at:
        return Task.SHIP
    if order.confirmation_missing:
        return Task.CONFIRM
    return Task.PAY_PRODUCTION if order.production_unpaid else Task.RELEASE


def _since(order: Any, task: Task) -> datetime:
    if task in (Task.SHIP, Task.SHIP_REST) and order.released_at:
        return order.released_at
    if task == Task.SIGN_OFF and order.last_sent_at:
        return order.last_sent_at
    if task == Task.COLLECT and order.status == Status.APPROVED and order.signed_off_on:
        return start_of(order.signed_off_on)
    return order.status_since


def deadline_of(order: Order) -> Deadline | None:
    """Until when the order's present task is due; None where nothing is due. For one order: it may cost a query.

    Reviews, corrections and releases have their working days, goods the promised day, money the first due day that is
    unpaid.
    """
    task = task_of(order)
    if order.status in UNDER_REVIEW or task in (Task.CORRECT, Task.CONFIRM, Task.RELEASE):
        return deadlines_after([order.status_since], stage_days())[order.status_since]
    if task in (Task.SHIP, Task.SHIP_REST):
        return _at_the_end_of(order.promised_date)
    if task in (Task.PAY_PRODUCTION, Task.COLLECT):
        unpaid = order.current_instalments().unpaid()
        return _at_the_end_of(unpaid.aggregate(day=Min("due_date"))["day"])
    return None


def _at_the_end_of(day: date | None) -> Deadline | None:
    return Deadline(end_of(day), Due(day, (), (), estimated=False)) if day else None


def stage_days() -> int:
    """Working days for each stage of the review, and for mending an order that was sent back."""
    return policy.value(STAGE_DAYS)
