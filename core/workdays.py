"""Working days by the Chinese statutory calendar with make-up days, under an editable table of exceptions.

Past the calendar's data a day counts by its weekday, and the result says that it is an estimate.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from core.models import WorkdayOverride

_SATURDAY = 5
#: The whole exception table, within ``read_once``.
_table: ContextVar[dict[date, bool] | None] = ContextVar("exceptions to working days", default=None)


@dataclass(frozen=True)
class WorkDay:
    """Whether a day is worked; ``estimated`` when neither calendar nor exception table knows its year."""

    day: date
    worked: bool
    estimated: bool


@dataclass(frozen=True)
class Due:
    """A date counted in working days: the day, those counted, those passed over, and whether it is an estimate."""

    day: date
    counted: tuple[date, ...]
    skipped: tuple[date, ...]
    estimated: bool


def exceptions_between(start: date, end: date) -> dict[date, bool]:
    """The exception table's days with their verdict, to count many due dates with one query."""
    if (table := _table.get()) is not None:
        return {day: worked for day, worked in table.items() if start <= day <= end}
    return dict(WorkdayOverride.objects.filter(day__range=(start, end)).values_list("day", "is_workday"))


@contextmanager
def read_once() -> Iterator[None]:
    """Within, the exception table is read in one query: for pages that count many due dates from many beginnings."""
    token = _table.set(dict(WorkdayOverride.objects.values_list("day", "is_workday")))
    try:
        yield
    finally:
        _table.reset(token)


def _judge(day: date, exceptions: dict[date, bool]) -> WorkDay:
    if day in exceptions:
        return WorkDay(day, exceptions[day], estimated=False)
    try:
        return WorkDay(day, chinese_calendar.is_workday(day), estimated=False)
    except NotImplementedError:
        return WorkDay(day, day.weekday() < _SATURDAY, estimated=True)


def workday(day: date) -> WorkDay:
    """Whether one day is worked."""
    return _judge(day, exceptions_between(day, day))


def workdays_between(start: date, end: date) -> list[WorkDay]:
    """Every day from ``start`` to ``end`` inclusive with its verdict, in one query."""
    exceptions = exceptions_between(start, end)
    return [_judge(start + timedelta(days=n), exceptions) for n in range((end - start).days + 1)]


def horizon(start: date, count: int) -> date:
    """A day that ``count`` working days after ``start`` never pass.

    The longest statutory holidays leave more than half of any three weeks worked; the calendar ends with year 9999.
    """
    return start + min(timedelta(days=count * 2 + 30), date.max - start)


def add_workdays(start: date, count: int, exceptions: dict[date, bool] | None = None) -> Due:
    """The day ``count`` working days after ``start`` (the start itself never counts); 0 gives ``start``.

    ``exceptions`` may be given when they are known already (``exceptions_between``).

    Raises:
        ValueError: for a negative count.
    """
    if count < 0:
        raise ValueError("Working days are counted forwards.")
    if exceptions is None:
        exceptions = exceptions_between(start, horizon(start, count))
    counted: list[date] = []
    skipped: list[date] = []
    estimated, day = False, start
    while len(counted) < count and day < date.max:
        day += timedelta(days=1)
        verdict = _judge(day, exceptions)
        estimated = estimated or verdict.estimated
        (counted if verdict.worked else skipped).append(day)
    return Due(day, tuple(counted), tuple(skipped), estimated)


def starts_over_by(day: date, count: int, exceptions: dict[date, bool]) -> tuple[date, list[date]]:
    """From which days ``count`` working days are over by ``day``: the last one whose end lies before it, and those
    that end on it.

    Ends never run backwards: what began earlier than the first of these days ended before ``day``, too.
    """
    ending, start = [], day
    while (end := add_workdays(start, count, exceptions).day) >= day:
        if end == day:
            ending.append(start)
        start -= timedelta(days=1)
    return start, ending
