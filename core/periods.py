"""Closed months: nothing new is booked in one, and what was booked in it stays.

Who books (final approval, import of history) holds the period shared while the booking day is found and written; who
closes a month holds it alone. So a month is closed either before an order asks for its day, or after it was booked.
The table is always read in a statement of its own after the lock, because a waiting statement still sees what was.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.events import record
from core.models import ClosedMonth

# Any number that no other advisory lock of this database uses.
_LOCK = 7_406_001


def share() -> None:
    """Until the transaction ends no month is closed; others may book meanwhile. First in the order of locks."""
    _lock("pg_advisory_xact_lock_shared")


def hold() -> None:
    """Until the transaction ends nobody books anything; waits for those who do. First in the order of locks."""
    _lock("pg_advisory_xact_lock")


def _lock(function: str) -> None:
    assert connection.in_atomic_block, "A lock outside a transaction protects nothing."
    if connection.vendor == "postgresql":  # elsewhere the transaction itself is the lock (BEGIN IMMEDIATE)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_LOCK])


def first_open_day(day: date) -> date:
    """The first day from ``day`` on whose month is open: that day itself, or the first of a later month."""
    closed = set(ClosedMonth.objects.filter(last_day__gte=day).values_list("first_day", flat=True))
    while day.replace(day=1) in closed:
        day = _last_of(day) + timedelta(days=1)
    return day


def first_day_to_book() -> date | None:
    """The first day of the oldest month that is open after closed ones; None while no month is closed."""
    first = ClosedMonth.objects.order_by("first_day").values_list("first_day", flat=True).first()
    return first_open_day(first) if first else None


def closed_among(days: Iterable[date]) -> list[date]:
    """The first days of those months of the days that are closed, in one query.

    Who goes on to write holds the period (``share``) before asking.
    """
    months = {day.replace(day=1) for day in days}
    return list(ClosedMonth.objects.filter(first_day__in=months).values_list("first_day", flat=True))


@transaction.atomic
def close_month(*, month: date, by) -> ClosedMonth:
    """Closes the month of that day for booking; the same month twice is one closing. ``by=None`` is the system.

    Raises ValidationError with a sentence when the month is not over.
    """
    hold()
    first, last = month.replace(day=1), _last_of(month)
    if closed := ClosedMonth.objects.filter(first_day=first).first():
        return closed
    if last >= timezone.localdate():
        raise ValidationError(_("%(month)s is not over yet, so it cannot be closed.") % {"month": f"{first:%Y-%m}"})
    closed = ClosedMonth.objects.create(first_day=first, last_day=last, closed_at=timezone.now(), closed_by=by)
    record(closed, "close_month", by=by)
    return closed


def _last_of(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
