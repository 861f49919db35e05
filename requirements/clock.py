"""The response clock: by which working day a customer gets a first answer, and how a list puts the late ones first."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache

from django.utils import timezone

from core import policy
from core.workdays import add_workdays, exceptions_between, horizon
from requirements.policies import RESPONSE_DAYS
from requirements.statuses import Priority

# Above every day's number, so that what waits for an answer stands before what does not.
_WAITING = 10_000_000


def response_clock(first: date, last: date) -> Callable[[datetime, str], date]:
    """A function as ``response_due``, for many requirements received between two days with a few queries in all."""
    days = {priority: policy.value(key) for priority, key in RESPONSE_DAYS.items()}
    exceptions = exceptions_between(first, horizon(last, max(days.values())))

    @cache
    def counted(day: date, priority: str) -> date:
        return add_workdays(day, days[Priority(priority)], exceptions).day

    return lambda received_at, priority: counted(timezone.localtime(received_at).date(), priority)


def response_due(received_at: datetime, priority: str) -> date:
    """The 1st, 2nd or 5th working day (by policy) after the day it was received; the day received never counts."""
    days = policy.value(RESPONSE_DAYS[Priority(priority)])
    return add_workdays(timezone.localtime(received_at).date(), days).day


def urgency(*, waits: bool, received_at: datetime, due: date) -> int:
    """What lists sort by, the largest first: what waits for its first answer by due day, the earliest first, then the
    rest by the day received, the newest first.
    """
    return _WAITING - due.toordinal() if waits else timezone.localtime(received_at).date().toordinal()
