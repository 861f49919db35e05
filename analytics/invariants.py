"""What must always hold about figures."""

from collections.abc import Iterator

from django.utils import timezone

from analytics.counting import BY_KEY, differences
from analytics.freshness import refresh
from analytics.models import MonthCount
from analytics.months import Month
from core.invariants import Invariant
from core.models import ClosedMonth


def wrong_rollups() -> Iterator[str]:
    """Roll-ups, brought up to date, that a count from the orders contradicts; of closed months they are kept."""
    refresh()
    today = timezone.localdate()
    closed = ClosedMonth.objects.values("first_day")
    for unit in MonthCount.objects.exclude(month__in=closed).order_by("month", "family"):
        for row in differences(BY_KEY[unit.family], Month.of(unit.month), today):
            yield f"{unit}: {row}"


INVARIANTS = [Invariant("roll-ups", "the figures kept ready are those that the orders give", wrong_rollups)]
