"""Keeping roll-ups true: spread what triggers noted over the months it concerns, then count those months anew.

Safe to run at any time and by several at once: each month is counted under the lock of its own row, in a transaction of
its own, and what changes meanwhile makes it stale again.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from analytics import counting
from analytics.counting import BY_KEY, FAMILIES, Family
from analytics.models import Archive, Change, MonthCount
from analytics.months import Month
from orders.models import Order

#: The family whose figures reach from a month into later ones, also into those without orders.
_REACHING = next(family.key for family in FAMILIES if family.reach)
_DAYS_OF_ORDERS = ("booking_date", "signed_off_on", "first_promised_date", "order_date")


def is_fresh() -> bool:
    """Whether every month is counted as things stand now."""
    return not (_lags_behind() or Change.objects.exists() or to_count().exists())


def _lags_behind() -> bool:
    """Whether a month has begun that nobody has counted yet, or nothing was ever counted."""
    latest = _latest_of(_REACHING)
    return latest is None or latest < Month.current()


def _latest_of(family: str) -> Month | None:
    latest = MonthCount.objects.filter(family=family).aggregate(latest=Max("month"))["latest"]
    return Month.of(latest) if latest else None


def to_count() -> QuerySet[MonthCount]:
    """The months to be counted: stale ones, and those that were running when they were counted on an earlier day.

    An archived month keeps the figures with which it was archived; one that is only closed is still to be read.
    """
    today = timezone.localdate()
    archived = Exists(Archive.objects.filter(period__first_day=OuterRef("month")))
    wanted = Q(stale=True) | Q(settled=False, month__lte=today, counted_on__lt=today)
    return MonthCount.objects.filter(wanted).filter(Q(counted_on=None) | ~archived)


def refresh(
    *,
    seconds: float | None = None,
    near: Month | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> bool:
    """Counts what must be counted, the months near ``near`` (default: now) first; True when nothing is left.

    ``seconds`` is how long it may take: a month that took longer than what is left of it is not begun.
    """
    if is_fresh():
        return True
    started = time.monotonic()
    spread()
    centre = near or Month.current()
    waiting = sorted(to_count(), key=lambda unit: (_distance(Month.of(unit.month), centre), unit.family))
    for done, unit in enumerate(waiting):
        progress(done, len(waiting))
        if seconds is not None and time.monotonic() - started + unit.seconds > seconds:
            return False
        count_month(unit)
    progress(len(waiting), len(waiting))
    return not (Change.objects.exists() or to_count().exists())


def _distance(one: Month, other: Month) -> int:
    return abs((one.year - other.year) * 12 + one.month - other.month)


@transaction.atomic
def count_month(unit: MonthCount) -> None:
    """Counts one family for one month, unless somebody else is at it."""
    held = MonthCount.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=unit.pk)
    if not held:
        return
    started, today, month = time.monotonic(), timezone.localdate(), Month.of(unit.month)
    family = BY_KEY[unit.family]
    counting.count(family, month, today)
    held.update(
        stale=False,
        counted_on=today,
        counted_at=timezone.now(),
        settled=not family.ages or today > month.last,
        seconds=time.monotonic() - started,
    )


@transaction.atomic
def spread() -> None:
    """Marks the months that noted changes concern as stale, and forgets the notes; the first time, every month."""
    changes = list(Change.objects.select_for_update(skip_locked=True))
    stale: set[tuple[str, Month]] = set(_newly_begun())
    if not MonthCount.objects.exists():
        stale |= set(_everything())
    for kind, day in {(change.kind, change.month) for change in changes}:
        stale |= set(_concerned(kind, Month.of(day)) if day else _everything(lambda family: family.by_category))
    _mark(stale)
    Change.objects.filter(pk__in=[change.pk for change in changes]).delete()


def recount_everything() -> None:
    """Marks every month of every family as stale, as if nothing had ever been counted."""
    with transaction.atomic():
        _mark(set(_everything()))


def _concerned(kind: str, month: Month) -> Iterator[tuple[str, Month]]:
    """The families and months that a change in this month makes stale."""
    for family in FAMILIES:
        if family.kind == kind:
            yield from ((family.key, m) for m in month.until(_last_touched(family, month)))


def _last_touched(family: Family, month: Month) -> Month:
    horizon = max(_horizon(), month)
    return horizon if family.reach is None else min(month.shifted(family.reach), max(horizon, month))


def _horizon() -> Month:
    """The last month that has, or may have, figures."""
    latest = MonthCount.objects.aggregate(latest=Max("month"))["latest"]
    return max(Month.current(), Month.of(latest)) if latest else Month.current()


def _newly_begun() -> Iterator[tuple[str, Month]]:
    """Months that have begun since the last count: their year has buyers before anything is booked in them."""
    latest = _latest_of(_REACHING)
    if latest:
        yield from ((_REACHING, month) for month in latest.shifted(1).until(Month.current()))


def _everything(wanted: Callable[[Family], bool] = lambda family: True) -> Iterator[tuple[str, Month]]:
    """Every family in every month between the first and the last day of any order."""
    known = Order.objects.aggregate(
        **{f"first_{field}": Min(field) for field in _DAYS_OF_ORDERS},
        **{f"last_{field}": Max(field) for field in _DAYS_OF_ORDERS},
    )
    days: list[date] = [day for day in known.values() if day]
    if days:
        months = list(Month.of(min(days)).until(max(Month.of(max(days)), Month.current())))
        yield from ((family.key, month) for family in FAMILIES if wanted(family) for month in months)


def _mark(stale: Iterable[tuple[str, Month]]) -> None:
    months: dict[str, list[date]] = defaultdict(list)
    for family, month in stale:
        months[family].append(month.first)
    units = [MonthCount(family=family, month=day) for family, days in months.items() for day in days]
    MonthCount.objects.bulk_create(units, ignore_conflicts=True)
    for family in sorted(months):
        rows = MonthCount.objects.filter(family=family, month__in=months[family], stale=False)
        # In one order, so that two who mark the same months never wait for each other crosswise.
        keys = list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
        MonthCount.objects.filter(pk__in=keys).update(stale=True)
