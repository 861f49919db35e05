"""The review queue: which orders wait for a person, since when, until when, and how their checks stand."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Role
from approvals.checks import run
from approvals.checks.result import Summary, summary_of
from approvals.facts import Batch
from core.templatetags.ui import when
from orders.models import Order
from orders.statuses import Status
from orders.turn import Deadline, deadlines_after, stage_days

#: Which stage a role decides, and by which verb.
STAGE_OF = {
    Role.REP: Status.REP_REVIEW,
    Role.MANAGER: Status.MANAGER_REVIEW,
    Role.FINANCE: Status.FINANCE_REVIEW,
}
VERB_OF: dict[str, str] = {
    Status.REP_REVIEW: "rep_approve",
    Status.MANAGER_REVIEW: "manager_approve",
    Status.FINANCE_REVIEW: "finance_approve",
}
# So many orders of a queue are numbered; who waits behind them is not reviewed today.
_COUNTED = 1000


def decides(user) -> bool:
    """Whether this role decides a stage at all."""
    return user.role in STAGE_OF


def waiting_for(user) -> QuerySet[Order]:
    """The orders that this person can decide now; what they drafted waits for somebody else after stage one."""
    stage = STAGE_OF.get(user.role)
    if stage is None:
        return Order.objects.none()
    waiting = Order.objects.visible_to(user).filter(status=stage).select_related("customer", "payment_terms", "rep")
    return waiting if stage == Status.REP_REVIEW else waiting.exclude(drafted_by=user)


@dataclass(frozen=True)
class Clock:
    """Since when an order waits at its stage and until when it may, in words and with the reason."""

    waited: str
    deadline: Deadline
    why: str
    pressing: str  # "late", "soon" or empty


def clocks_of(orders: list[Order]) -> dict[int, Clock]:
    """The clock of each order (by id), with a bounded number of queries."""
    days, now = stage_days(), timezone.now()
    deadlines = deadlines_after([order.status_since for order in orders], days)
    return {order.pk: _clock(order, deadlines[order.status_since], days, now) for order in orders}


def _clock(order: Order, deadline: Deadline, days: int, now: datetime) -> Clock:
    return Clock(
        waited=timesince(order.status_since, now, depth=1),
        deadline=deadline,
        why=_why_due(order, deadline, days),
        pressing="late" if deadline.is_late(now) else "soon" if deadline.is_soon(now) else "",
    )


def _why_due(order: Order, deadline: Deadline, days: int) -> str:
    """How the due time comes about: since when, how many working days, and which days did not count."""
    sentence = ngettext(
        "Waiting since %(since)s; each stage has %(days)s working day.",
        "Waiting since %(since)s; each stage has %(days)s working days.",
        days,
    ) % {"since": when(order.status_since), "days": days}
    if deadline.counted.skipped:
        skipped = _(", ").join(f"{day:%m-%d}" for day in deadline.counted.skipped)
        sentence = _("%(why)s Not worked: %(days)s.") % {"why": sentence, "days": skipped}
    return sentence


@dataclass(frozen=True)
class Waiting:
    """One order of the queue with its clock and its checks in short."""

    order: Order
    clock: Clock
    summary: Summary

    @property
    def joins(self) -> bool:
        """Whether it can be approved together with others: every check passes."""
        return self.summary.is_clean

    @property
    def failures(self) -> str:
        """The failed checks, the first by name, so that it fits a row."""
        failures = self.summary.failures
        if len(failures) < 2:
            return "".join(failures)
        return _("%(first)s, %(n)s in all") % {"first": failures[0], "n": len(failures)}


def summaries_of(orders: list[Order]) -> list[Summary]:
    """How the checks of each order's stage stand, in a bounded number of queries, for orders of ``waiting_for``."""
    return [summary_of(run(facts.order.status, facts)) for facts in Batch(orders).facts()]


def as_waiting(orders: list[Order]) -> list[Waiting]:
    """The rows of a queue, for orders of ``waiting_for``."""
    clocks = clocks_of(orders)
    return [Waiting(order, clocks[order.pk], s) for order, s in zip(orders, summaries_of(orders), strict=True)]


@dataclass(frozen=True)
class Place:
    """Where an order stands in the queue: its number (0: not in it), of how many, and its neighbours.

    ``following`` is the order to open once this one is decided: the next, at the end of the queue the first.
    """

    number: int = 0
    count: int = 0
    previous: int | None = None
    next: int | None = None
    following: int | None = None


def place_of(order: Order, queue: QuerySet[Order]) -> Place:
    """The order's place in a queue, longest waiting first, in one query."""
    ids = list(queue.order_by("status_since", "id").values_list("pk", flat=True)[:_COUNTED])
    if order.pk not in ids:
        return Place(count=len(ids), following=ids[0] if ids else None)
    here = ids.index(order.pk)
    before, after = ids[:here], ids[here + 1 :]
    return Place(
        number=here + 1,
        count=len(ids),
        previous=before[-1] if before else None,
        next=after[0] if after else None,
        following=next(iter(after + before), None),
    )
