"""How reviews go (审核统计): how long stages take, where orders wait, why they come back, what is overridden.

Counted from what each decision keeps of its moment (``approvals.decisions.counted_by``), in a bounded number of
statements; only the decisions of the period are read, by an index.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from accounts.models import User
from approvals.models import Cause, Decision, Stage
from core.deadlines import start_of
from orders.models import Order
from orders.statuses import UNDER_REVIEW
from orders.turn import stage_over


@dataclass(frozen=True)
class Taken:
    """How long a stage took: the number of decisions, and within how many minutes of office hours half of them, and
    nine of ten, were taken. No decision: no minutes.
    """

    stage: Stage
    count: int
    median: int | None = None
    ninth: int | None = None


@dataclass(frozen=True)
class Held:
    """How many orders wait at a stage now, how many of them too long, and since when the first."""

    stage: Stage
    count: int = 0
    late: int = 0
    since: datetime | None = None


@dataclass(frozen=True)
class Share:
    """How often something occurred, with the key by which its rows are found; ``percent`` of the most frequent."""

    key: str
    label: str
    count: int
    percent: int


def decided_between(user: User, first: date, last: date) -> QuerySet[Decision]:
    """The decisions that this person reads of, from one day to another, both included."""
    end = start_of(last + timedelta(days=1))
    return Decision.objects.visible_to(user).filter(at__gte=start_of(first), at__lt=end)


def taken_by_stages(decisions: QuerySet[Decision]) -> list[Taken]:
    """How long each stage took."""
    known = decisions.filter(worked__isnull=False).order_by()
    found: dict[str, list[tuple[int, int]]] = {}
    for stage, worked, count in known.values_list("stage", "worked").annotate(n=Count("pk")).order_by("worked"):
        found.setdefault(stage, []).append((worked, count))
    return [_taken(stage, found.get(stage.value, [])) for stage in Stage]


def _taken(stage: Stage, minutes: list[tuple[int, int]]) -> Taken:
    count = sum(number for _worked, number in minutes)
    return Taken(stage, count, within(minutes, count, 50), within(minutes, count, 90))


def within(minutes: list[tuple[int, int]], count: int, percent: int) -> int | None:
    """Within how many minutes so many per cent were done: the first (minutes, number) that reaches them."""
    seen = 0
    for worked, number in minutes:
        seen += number
        if seen * 100 >= count * percent:
            return worked
    return None


def held_now(user: User) -> list[Held]:
    """Where the orders that this person sees wait now."""
    waiting = Order.objects.visible_to(user).filter(status__in=UNDER_REVIEW).order_by()
    (late,) = stage_over("status_since", [timezone.now()])
    counts = waiting.values("status").annotate(n=Count("pk"), late=Count("pk", filter=late), first=Min("status_since"))
    found = {row["status"]: row for row in counts}
    return [_held(stage, found.get(stage.value)) for stage in Stage]


def _held(stage: Stage, row: Any) -> Held:
    return Held(stage, row["n"], row["late"], row["first"]) if row else Held(stage)


def sent_back(decisions: QuerySet[Decision]) -> tuple[list[Share], list[Share]]:
    """How often orders were sent back, by cause and by rep; the most frequent first."""
    causes: Counter[tuple[str, str]] = Counter()
    reps: Counter[tuple[str, str]] = Counter()
    back = decisions.filter(verdict=Decision.Verdict.SENT_BACK).order_by()
    for cause, rep, name, count in back.values_list("cause", "rep", "rep__name").annotate(n=Count("pk")):
        causes[cause or Cause.OTHER.value, str(Cause(cause or Cause.OTHER).label)] += count
        reps[str(rep or ""), name or "—"] += count
    return shares(causes), shares(reps)


def overridden(decisions: QuerySet[Decision], labels: dict) -> list[Share]:
    """How often each kind of check was overridden; ``labels`` names them by code."""
    found: Counter[tuple[str, str]] = Counter()
    for codes, count in decisions.exclude(released="").order_by().values_list("released").annotate(n=Count("pk")):
        for code in filter(None, codes.split(",")):
            found[code, str(labels.get(code, code))] += count
    return shares(found)


def shares(found: Counter[tuple[str, str]]) -> list[Share]:
    """The counts as rows, the most frequent first."""
    pairs: Iterable = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    most = max(found.values(), default=0)
    return [Share(key, label, count, round(100 * count / most)) for (key, label), count in pairs]
