"""Which orders wait for a task, asked of the database: what ``orders.turn.task_of`` says of one of them."""

from django.db.models import F, Q

from accounts.models import User
from accounts.roles import Role
from orders.drafters import not_drafted_by
from orders.statuses import DeliveryStatus, Status
from orders.turn import (
    FOUR_EYES,
    ROLE_OF,
    TASK_BEFORE_APPROVAL,
    Task,
    confirmation_missing,
    has_rest,
    production_unpaid,
)

_HERE = Q(status=Status.APPROVED, delivery_status__in=(DeliveryStatus.NOT_STARTED, DeliveryStatus.PREPARING))
_UNRELEASED = _HERE & Q(released_at__isnull=True)
_PARTLY_SIGNED = Q(status=Status.APPROVED, delivery_status=DeliveryStatus.PARTLY_SIGNED)
_ARRIVED = Q(status=Status.COMPLETED) | Q(status=Status.APPROVED, delivery_status=DeliveryStatus.SIGNED)
_NOTHING = Q(pk__in=[])
_BEFORE_RELEASE = {Task.CONFIRM, Task.PAY_PRODUCTION, Task.RELEASE}


def waits_for(*tasks: Task) -> Q:
    """The condition of the orders that wait for one of these tasks."""
    found, wanted = _NOTHING, set(tasks)
    if wanted >= _BEFORE_RELEASE:  # whichever of them, it is not released
        found, wanted = _UNRELEASED, wanted - _BEFORE_RELEASE
    for task in sorted(wanted):
        found |= _waits_for(task)
    return found


def turn_is_of(user: User) -> Q:
    """The condition of the orders whose turn is this person's: what ``Turn.is_of`` says of one of them."""
    tasks = {task for task, role in ROLE_OF.items() if role == user.role}
    if user.role == Role.REP:
        return waits_for(*tasks) & Q(rep=user)
    reviews = tasks & set(FOUR_EYES)
    return waits_for(*reviews) & not_drafted_by(user) | waits_for(*tasks - reviews)


def _waits_for(task: Task) -> Q:
    if task in TASK_BEFORE_APPROVAL.values():
        status = next(status for status, first in TASK_BEFORE_APPROVAL.items() if first == task)
        return Q(status=status) if status != Status.DRAFT else Q(status=status, sent_back=False)
    match task:
        case Task.CORRECT:
            return Q(status=Status.DRAFT, sent_back=True)
        case Task.SHIP:
            return _HERE & Q(released_at__isnull=False)
        case Task.SHIP_REST:
            shipped = Q(status=Status.APPROVED, delivery_status=DeliveryStatus.PARTLY_SHIPPED)
            return shipped | _PARTLY_SIGNED & Q(has_rest())
        case Task.SIGN_OFF:
            shipped = Q(status=Status.APPROVED, delivery_status=DeliveryStatus.SHIPPED)
            return shipped | _PARTLY_SIGNED & ~Q(has_rest())
        case Task.COLLECT:
            return _ARRIVED & Q(gross_total__gt=F("received_total"))
    return _before_release(task)


def _before_release(task: Task) -> Q:
    """Confirmation first, then money, then the release itself."""
    missing = confirmation_missing()
    if task == Task.CONFIRM:
        return _UNRELEASED & Q(missing) if missing else _NOTHING
    confirmed = _UNRELEASED & ~Q(missing) if missing else _UNRELEASED
    unpaid = Q(production_unpaid())
    return confirmed & (unpaid if task == Task.PAY_PRODUCTION else ~unpaid)
