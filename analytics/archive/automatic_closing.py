"""What decides that a month is closed by itself: from the opening month on, each one on the 5th of the next at 22:00.

``closing.request_due_closings`` asks for it, every hour.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.utils import timezone

from analytics.figures.months import EARLIEST, YEARS, Month
from billing.models import Receipt
from core import policy
from core.models import ClosedMonth
from orders.models import Order

#: By this day and hour of the next month a month is closed, by the system if by nobody else.
DUE_DAY, DUE_HOUR = 5, 22
OPENING_MONTH = "opening_month"


def opening_month() -> Month:
    """The first month that closes by itself: the policy's (written 202610), else that of the installation."""
    year, month = divmod(policy.value(OPENING_MONTH), 100)
    if year in YEARS and 1 <= month <= 12:
        return Month(year, month)
    installed = MigrationRecorder(connection).Migration.objects.aggregate(first=Min("applied"))["first"]
    return Month.of(timezone.localdate(installed or timezone.now()))


def is_known(month: Month) -> bool:
    """Whether the month can be opened: from the first record, or the opening month if earlier, to the running one."""
    if month >= Month.current() or month < EARLIEST:
        return month == Month.current()
    end = month.shifted(1).first
    records = (Order.objects.filter(order_date__lt=end), Receipt.objects.filter(received_on__lt=end))
    return any(some.exists() for some in records) or opening_month() <= month


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
