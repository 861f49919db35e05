"""Whose turn an order is, since when and until when: facts of one row, without a query per row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from core import policy, registries
from core.workdays import Due, add_workdays, exceptions_between, horizon
from orders.models import Order
from orders.statuses import UNDER_REVIEW, UNDER_WAY, Status

# Working days for each stage while nobody has declared the policy.
_STAGE_DAYS = 1


@dataclass(frozen=True)
class Turn:
    """Who must act next (empty: nobody) and since when."""

    who: str
    since: datetime | None


@dataclass(frozen=True)
class Deadline:
    """Until when somebody must act: the instant, and the working days it was counted in."""

    at: datetime
    counted: Due

    def is_late(self, now: datetime) -> bool:
        return self.at < now

    def is_soon(self, now: datetime) -> bool:
        return now <= self.at < now + timedelta(days=1)


def with_people(orders: QuerySet[Order]) -> QuerySet[Order]:
    """The orders with rep and the managers of their team, in one more query whatever their number."""
    managers = User.objects.filter(role=Role.MANAGER, is_active=True).order_by("id")
    return orders.select_related("rep", "team").prefetch_related(
        Prefetch("team__members", queryset=managers, to_attr="managers")
    )


def managers_of(order: Order) -> str:
    """The names of those who may decide stage two, or the role when nobody is known. Wants ``with_people``."""
    names = [str(manager) for manager in getattr(order.team, "managers", [])]
    return " / ".join(names) or str(Role.MANAGER.label)


def decider_of(order: Order, status: str) -> str:
    """Who decides an order in this status: a draft and stage one its rep, the later stages by team or role."""
    if status in (Status.DRAFT, Status.REP_REVIEW):
        return order.rep_name
    if status == Status.MANAGER_REVIEW:
        return managers_of(order)
    roles: dict[str, Role] = {Status.FINANCE_REVIEW: Role.FINANCE, Status.APPROVED: Role.OPERATIONS}
    return str(roles[status].label) if status in roles else ""


def turn_of(order: Order) -> Turn:
    """Who holds the order now: goods on their way wait for the rep; a completed or cancelled order for nobody."""
    if order.status == Status.APPROVED and order.delivery_status in UNDER_WAY:
        return Turn(order.rep_name, None)
    who = decider_of(order, order.status)
    return Turn(who, order.status_since if who else None)


def deadlines_after(instants: Iterable[datetime], days: int) -> dict[datetime, Deadline]:
    """For each instant the same time of day ``days`` working days later; one query however many there are."""
    local = {since: timezone.localtime(since) for since in instants}
    if not local:
        return {}
    first, last = min(local.values()).date(), max(local.values()).date()
    exceptions = exceptions_between(first, horizon(last, days))
    return {since: _deadline(at, days, exceptions) for since, at in local.items()}


def _deadline(since: datetime, days: int, exceptions: dict[date, bool]) -> Deadline:
    counted = add_workdays(since.date(), days, exceptions)
    return Deadline(timezone.make_aware(datetime.combine(counted.day, since.time())), counted)


def deadline_of(order: Order) -> Deadline | None:
    """Until when the order's present stage is due; None where nothing is due."""
    if order.status in UNDER_REVIEW or order.is_sent_back:
        return deadlines_after([order.status_since], stage_days())[order.status_since]
    return None


def stage_days() -> int:
    """Working days for each stage of the review, and for mending an order that was sent back."""
    return policy.value("stage_days") if "stage_days" in registries.policies else _STAGE_DAYS
