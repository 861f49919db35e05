"""When orders come: on working days, more in spring and towards the end of the year, few around the Spring Festival."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from core.workdays import workdays_between
from ordersys.demo.clock import at

#: How busy each month is, beside an ordinary one.
_MONTHS = {1: 0.8, 2: 0.5, 3: 1.2, 4: 1.3, 5: 1.2, 6: 1.0, 7: 0.85, 8: 0.8, 9: 1.1, 10: 0.9, 11: 1.15, 12: 1.35}
_MONDAY, _FRIDAY = 0, 4
_OPENS, _CLOSES = 9 * 60, 17 * 60 + 20


class Calendar:
    """The working days of a stretch of time, looked up without asking the database for each."""

    def __init__(self, first: date, last: date):
        self.days = [verdict.day for verdict in workdays_between(first, last) if verdict.worked]

    def after(self, day: date, count: int) -> date:
        """The day itself, or the first working day after it, and ``count`` working days on from there."""
        return self.days[min(bisect_left(self.days, day) + count, len(self.days) - 1)]

    def between(self, first: date, last: date) -> list[date]:
        """The working days from ``first`` to ``last``, both included."""
        return self.days[bisect_left(self.days, first) : bisect_left(self.days, last + timedelta(days=1))]


def busyness(day: date) -> float:
    """How many orders come on a working day, beside an ordinary one."""
    weekday = {_MONDAY: 1.15, _FRIDAY: 0.85}.get(day.weekday(), 1.0)
    return _MONTHS[day.month] * weekday


def spread(days: dict[date, float], count: int, rng: Random) -> Iterator[datetime]:
    """``count`` moments in office hours, in the order of time; days draw by their weights."""
    drawn = Counter(rng.choices(list(days), list(days.values()), k=count)) if count else Counter()
    for day in sorted(drawn):
        yield from (at(day, minute) for minute in sorted(rng.choices(range(_OPENS, _CLOSES), k=drawn[day])))
