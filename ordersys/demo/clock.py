"""Moments of the past in office hours, and a clock that can be set to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

_OPENS, _CLOSES = 9, 17
_SATURDAY = 5


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Lets ``django.utils.timezone`` tell this moment, so that services write history as they would have then.

    For one thread and for demonstration data only.
    """
    real = timezone.now
    setattr(timezone, "now", lambda: moment)  # noqa: B010  (a plain assignment is not typed)
    try:
        yield
    finally:
        setattr(timezone, "now", real)  # noqa: B010


def midnight() -> datetime:
    """The beginning of today: from there the demonstration looks back, so that it is the same the whole day long."""
    return at(timezone.localdate(), 0)


def office(moment: datetime, rng: Random) -> datetime:
    """The moment itself when somebody was at work then, else some time of the last working afternoon before it."""
    local = timezone.localtime(moment)
    if local.weekday() < _SATURDAY and _OPENS <= local.hour < _CLOSES:
        return local
    day = local.date() if local.hour >= _CLOSES else local.date() - timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day -= timedelta(days=1)
    return at(day, rng.randint(14 * 60, _CLOSES * 60 - 1))


def at(day: date, minute: int) -> datetime:
    """A minute of a day in the time zone of the business."""
    hour, minute = divmod(minute, 60)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone.get_default_timezone())


def moments_before(last: datetime, count: int, rng: Random) -> list[datetime]:
    """``count`` moments in office hours, the oldest first, the newest not after ``last``."""
    found = [office(last, rng)]
    while len(found) < count:
        found.append(office(found[-1] - timedelta(minutes=rng.randint(40, 1500)), rng))
    return found[::-1]
