"""Keeping roll-ups true: mark the months that noted changes concern as stale, then count those months anew.

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

from analytics.figures import counting
from analytics.figures.counting import BY_KEY, FAMILIES, Family
from analytics.figures.months import EARLIEST, Month
from analytics.models import Archive, Change, MonthCount
from billing.models import Refund
from orders.models import Order
from requirements.models import Requirement

#: The family whose figures reach from a month into later ones, also into those without orders.
_REACHING = next(family.key for family in FAMILIES if family.reach)
_DAYS_OF_ORDERS = ("booking_date", "signed_off_on", "first_promised_date", "order_date")


def is_fresh() -> bool:
    """Whether every month is counted as things stand now."""
    latest = _latest_of(_REACHING)
    if latest is None or latest < Month.current():  # nothing was ever counted, or a month has begun since
        return False
    return not (Change.objects.exists() or to_count().exists())


def _latest_of(family: str) -> Month | None:
    latest = MonthCount.objects.filter(family=family).aggregate(latest=Max("month"))["latest"]
    return Month.of(latest) if latest else None


def to_count() -> QuerySet[MonthCount]:
    """The months to be counted: stale ones, and those that were running when they were counted on an earlier day.

    Nothing is counted of a month before it begins.
    An archived month keeps the figures with which it was archived; one that is only closed is still to be read.
    """
    today = timezone.localdate()
    archived = Exists(Archive.objects.filter(period__first_day=OuterRef("month")))
    wanted = Q(stale=True) | Q(settled=False, counted_on__lt=today)
    return MonthCount.objects.filter(wanted, ~archived, month__lte=today)


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
    mark_changed_months()
    centre = (near or Month.current()).first
    waiting = sorted(to_count(), key=lambda unit: (abs((unit.month - centre).days), unit.family))
    for done, unit in enumerate(waiting):
        progress(done, len(waiting))
        if seconds is not None and time.monotonic() - started + unit.seconds > seconds:
            return False
        count_month(unit)
    progress(len(waiting), len(waiting))
    return not (Change.objects.exists() or to_count().exists())


@transaction.atomic
def count_month(unit: MonthCount) -> None:
    """Counts one family for one month, unless somebody else is at it or has done it since, or its archive is made."""
    as_read = {"pk": unit.pk, "stale": unit.stale, "settled": unit.settled, "counted_at": unit.counted_at}
    held = MonthCount.objects.select_for_update(skip_locked=True, no_key=True).filter(**as_read)
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
def mark_changed_months() -> None:
    """Marks the months that noted changes concern as stale, and forgets the notes; the first time, every month."""
    changes = list(Change.objects.select_for_update(skip_locked=True))
    stale: set[tuple[str, Month]] = set()
    latest = _latest_of(_REACHING)
    if latest:  # months that have begun since: what is booked or promised in them was known before
        begun = list(latest.shifted(1).until(Month.current()))
        stale |= {(family.key, month) for family in FAMILIES for month in begun}
    else:
        stale |= set(_everything())
    for kind, day in {(change.kind, change.month) for change in changes}:
        stale |= set(_concerned(kind, day))
    _mark(stale)
    Change.objects.filter(pk__in=[change.pk for change in changes]).delete()


def awaiting_count() -> set[tuple[str, Month]]:
    """The families and months whose roll-ups are not those of the orders at this moment, and will be counted."""
    waiting = {(family, Month.of(day)) for family, day in to_count().values_list("family", "month")}
    return waiting.union(*(_concerned(change.kind, change.month) for change in Change.objects.all()))


def _concerned(kind: str, day: date | None) -> Iterator[tuple[str, Month]]:
    """What a noted change makes stale; without a day it is one of products."""
    return _touched(kind, Month.of(day)) if day else _everything(lambda family: family.by_category)


def mark_every_month() -> None:
    """Marks every month of every family as stale, as if nothing had ever been counted."""
    with transaction.atomic():
        _mark(set(_everything()))


def _touched(kind: str, month: Month) -> Iterator[tuple[str, Month]]:
    """The families and months that a change in this month makes stale, up to the running one."""
    first, running = max(month, EARLIEST), Month.current()
    for family in FAMILIES:
        if family.kind == kind:
            last = running if family.reach is None else min(month.shifted(family.reach), running)
            yield from ((family.key, each) for each in first.until(last))


def _everything(wanted: Callable[[Family], bool] = lambda family: True) -> Iterator[tuple[str, Month]]:
    """Every family in every month that may have figures."""
    months = months_with_records()
    yield from ((family.key, month) for family in FAMILIES if wanted(family) for month in months)


def months_with_records() -> list[Month]:
    """Every month from the first day of any order, answer that was due, or refund, up to the running one."""
    of_orders = Order.objects.aggregate(**{field: Min(field) for field in _DAYS_OF_ORDERS})
    of_requirements = Requirement.objects.aggregate(due=Min("response_due_on"))
    of_refunds = Refund.objects.aggregate(refunded=Min("refunded_on"))
    days: list[date] = [day for day in (of_orders | of_requirements | of_refunds).values() if day]
    return list(max(Month.of(min(days)), EARLIEST).until(Month.current())) if days else []


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
