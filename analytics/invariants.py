"""What must always hold about figures."""

from collections.abc import Iterator

from django.db.models import Min
from django.utils import timezone

from analytics.counting import BY_KEY, differences
from analytics.freshness import refresh
from analytics.models import Archive, MonthCount
from analytics.months import Month
from core.invariants import Invariant
from orders.models import Order

_DAYS = ("order_date", "booking_date", "first_promised_date", "signed_off_on")


def wrong_rollups() -> Iterator[str]:
    """Roll-ups, brought up to date, that a count from the orders contradicts; of archived months they are kept."""
    refresh()
    today = timezone.localdate()
    archived = {Month.of(day) for day in Archive.objects.values_list("period__first_day", flat=True)}
    for month, key in sorted({*_counted(), *_to_be_counted()}):
        for row in differences(BY_KEY[key], month, today) if month not in archived else ():
            yield f"{key} {month}: {row}"


def _counted() -> Iterator[tuple[Month, str]]:
    for day, family in MonthCount.objects.values_list("month", "family"):
        yield Month.of(day), family


def _to_be_counted() -> Iterator[tuple[Month, str]]:
    """Every month from the first day of any order up to now, whether or not anybody noted it."""
    first = Order.objects.aggregate(**{field: Min(field) for field in _DAYS}).values()
    if days := [day for day in first if day]:
        for month in Month.of(min(days)).until(Month.current()):
            yield from ((month, key) for key in BY_KEY)


INVARIANTS = [Invariant("roll-ups", "the figures kept ready are those that the orders give", wrong_rollups)]
