"""The review queue: which orders wait for a person, since when, until when, and how their checks stand."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from approvals.checks import run
from approvals.checks.result import Summary, summary_of
from approvals.dossier import Batch
from core.deadlines import Deadline, deadlines_after, how_long
from core.templatetags.ui import when
from orders.drafters import not_drafted_by
from orders.models import Order
from orders.statuses import UNDER_REVIEW, Status
from orders.turn import FOUR_EYES, ROLE_OF, TASK_BEFORE_APPROVAL, stage_days
from orders.waiting import waits_for

#: Which stage a role decides, and by which verb.
STAGE_OF: dict[str, str] = {ROLE_OF[TASK_BEFORE_APPROVAL[stage]]: stage for stage in UNDER_REVIEW}
VERB_OF: dict[str, str] = {
    Status.REP_REVIEW: "rep_approve",
    Status.MANAGER_REVIEW: "manager_approve",
    Status.FINANCE_REVIEW: "finance_approve",
}


def waiting_for(user: User) -> QuerySet[Order]:
    """The orders that this person can decide now; what they wrote in waits for somebody else after stage one."""
    stage = STAGE_OF.get(user.role)
    if stage is None:
        return Order.objects.none()
    task = TASK_BEFORE_APPROVAL[stage]
    waiting = Order.objects.visible_to(user).filter(waits_for(task))
    if task in FOUR_EYES:
        waiting = waiting.filter(not_drafted_by(user))
    return waiting.select_related("customer", "payment_terms", "rep")


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
    sentence = ngettext(
        "Waiting since %(since)s; each stage has %(days)s working day.",
        "Waiting since %(since)s; each stage has %(days)s working days.",
        days,
    )
    clocks = {}
    for order in orders:
        since, deadline = order.status_since, deadlines[order.status_since]
        why = deadline.explained(sentence % {"since": when(since), "days": days})
        clocks[order.pk] = Clock(how_long(since, now), deadline, why, deadline.pressing(now))
    return clocks


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
    return [summary_of(run(dossier.order.status, dossier)) for dossier in Batch(orders).dossiers()]


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
    """The order's place in a queue, longest waiting first; counted by the database, whatever the queue's length."""
    key, here = (F("status_since"), F("id")), (order.status_since, order.pk)
    sooner, later = Q(TupleLessThan(key, here)), Q(TupleGreaterThan(key, here))
    found = queue.order_by().aggregate(
        count=Count("pk"), before=Count("pk", filter=sooner), itself=Count("pk", filter=Q(pk=order.pk))
    )
    if not found["itself"]:
        return Place(count=found["count"], following=_nearest(queue))
    following = _nearest(queue.filter(later))
    return Place(
        number=found["before"] + 1,
        count=found["count"],
        previous=_nearest(queue.filter(sooner), "-"),
        next=following,
        following=following or _nearest(queue.exclude(pk=order.pk)),
    )


def _nearest(orders: QuerySet[Order], sign: str = "") -> int | None:
    """The order that has waited longest, or (``-``) shortest."""
    return orders.order_by(f"{sign}status_since", f"{sign}id").values_list("pk", flat=True).first()
