"""Working hours: the part of a working day in which the office is open, and spans counted in such hours.

A span that begins outside of them begins when the office opens next. So many working days after a moment is the same
time of day so many working days later; after an opening it is the closing of the last of these days.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.workdays import Due, add_workdays, is_worked

_WRITTEN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d) ?[-–] ?([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, init=False)
class Hours:
    """From when to when the office is open, as it is written: ``09:00-18:00``."""

    opens: time
    closes: time

    def __init__(self, text: str):
        found = _WRITTEN.fullmatch(text.strip())
        if not found:
            raise ValueError(text)
        opens, closes = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
        if opens >= closes:
            raise ValueError(text)
        object.__setattr__(self, "opens", opens)
        object.__setattr__(self, "closes", closes)

    def __str__(self):
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"

    def on(self, day: date) -> tuple[datetime, datetime]:
        """When the office opens and closes on a day."""
        return at(day, self.opens), at(day, self.closes)


def at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def begins(moment: datetime, hours: Hours, exceptions: dict[date, bool]) -> datetime:
    """When a span that begins at this moment begins to count: at once, or when the office opens next."""
    local = timezone.localtime(moment)
    day = local.date()
    if is_worked(day, exceptions):
        opens, closes = hours.on(day)
        if local < closes:
            return max(local, opens)
    return at(add_workdays(day, 1, exceptions).day, hours.opens)


def due_after(moment: datetime, days: int, hours: Hours, exceptions: dict[date, bool]) -> tuple[datetime, Due]:
    """The moment so many working days after another one, and how it was counted; 0 gives the moment itself."""
    local = timezone.localtime(moment)
    if not days:
        return local, Due(local.date(), (), (), estimated=False)
    begun = begins(moment, hours, exceptions)
    opening = begun.time() == hours.opens
    until_begun = _days_until(local.date(), begun.date(), exceptions)
    counted = add_workdays(begun.date(), days - opening, exceptions)
    due = at(counted.day, hours.closes if opening else begun.time())
    skipped, estimated = until_begun.skipped + counted.skipped, until_begun.estimated or counted.estimated
    return due, Due(counted.day, until_begun.counted + counted.counted, skipped, estimated)


def _days_until(day: date, begun: date, exceptions: dict[date, bool]) -> Due:
    return add_workdays(day, 0 if day == begun else 1, exceptions)


def last_beginning(instant: datetime, days: int, hours: Hours, exceptions: dict[date, bool]) -> tuple[str, datetime]:
    """What began when is due before an instant, so many working days later: the lookup (``lt`` or ``lte``) and the
    moment. Due times never run backwards, so one moment divides them.
    """
    local = timezone.localtime(instant)
    if not days:
        return "lt", local
    day = local.date()
    opens, closes = hours.on(day)
    if is_worked(day, exceptions) and opens < local <= closes:
        return "lt", at(_workday_before(day, days, exceptions), local.time())
    if not is_worked(day, exceptions) or local <= opens:
        day = _workday_before(day, 1, exceptions)
    return "lte", at(_workday_before(day, days - 1, exceptions), hours.opens)


def _workday_before(day: date, count: int, exceptions: dict[date, bool]) -> date:
    while count:
        day -= timedelta(days=1)
        count -= is_worked(day, exceptions)
    return day


def worked_minutes(since: datetime, until: datetime, hours: Hours, exceptions: dict[date, bool]) -> int:
    """How many whole minutes the office was open between two moments."""
    first, last = timezone.localtime(since), timezone.localtime(until)
    found, day = timedelta(0), first.date()
    while day <= last.date():
        if is_worked(day, exceptions):
            opens, closes = hours.on(day)
            found += max(min(last, closes) - max(first, opens), timedelta(0))
        day += timedelta(days=1)
    return int(found.total_seconds() // 60)
