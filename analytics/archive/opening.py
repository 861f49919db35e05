"""Which months are there to be closed: from the opening month on, those that are over."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.utils import timezone

from analytics.months import Month
from core import policy
from core.models import ClosedMonth

#: By this day and hour of the next month a month is closed, by the system if by nobody else.
DUE_DAY, DUE_HOUR = 5, 22
POLICY = "opening_month"


def opening_month() -> Month:
    """The first month that closes by itself: the policy's (written 202610), else that of the installation."""
    year, month = divmod(policy.value(POLICY), 100)
    return Month(year, month) if year and 1 <= month <= 12 else Month.of(timezone.localdate(_installed_at()))


def _installed_at() -> datetime:
    recorded = MigrationRecorder(connection).Migration.objects.aggregate(first=Min("applied"))["first"]
    return recorded or timezone.now()


def due_at(month: Month) -> datetime:
    """When the system closes the month unless somebody has."""
    day = month.shifted(1).first + timedelta(days=DUE_DAY - 1)
    return timezone.make_aware(datetime.combine(day, time(DUE_HOUR)))


def months_over() -> Iterator[Month]:
    """From the opening month to the last one that is over."""
    return opening_month().until(Month.current().shifted(-1))


def open_months() -> list[Month]:
    """The months that are over and not closed, the earliest first."""
    closed = {Month.of(day) for day in ClosedMonth.objects.values_list("first_day", flat=True)}
    return [month for month in months_over() if month not in closed]


def earliest_open_month() -> Month:
    """The first month in which orders are booked as they come; the running one when all before are closed."""
    return next(iter(open_months()), Month.current())
