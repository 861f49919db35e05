"""What must always hold about figures, archives and reports."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop

from analytics.archive import verify
from analytics.archive.content_hash import hash_of_text
from analytics.archive.signed_report import text_of
from analytics.figures.counting import BY_KEY, differences
from analytics.figures.months import Month
from analytics.models import Archive, MonthCount, Report
from analytics.rollups.freshness import awaiting_count, months_with_records, refresh
from core.invariants import About, invariant
from core.models import ClosedMonth


@invariant("roll-ups", "the figures kept ready are those that the orders give", prepare=refresh)
def wrong_rollups() -> Iterator[str]:
    """Roll-ups that a count from the orders contradicts; those of archived months are kept, and what has changed since
    they were brought up to date waits to be counted."""
    today, waiting = timezone.localdate(), awaiting_count()
    archived = {Month.of(day) for day in Archive.objects.values_list("period__first_day", flat=True)}
    counted = {(Month.of(day), family) for day, family in MonthCount.objects.values_list("month", "family")}
    # Also every month from the first record up to now, whether or not anybody noted it.
    for month, key in sorted(counted | {(month, key) for month in months_with_records() for key in BY_KEY}):
        is_kept = month in archived or (key, month) in waiting
        for row in () if is_kept else differences(BY_KEY[key], month, today):
            yield f"{key} {month}: {row}"


@invariant(
    "archives", gettext_noop("every archive has the rows, totals and files that it was made of"), of_history=True
)
def broken_archives() -> Iterator[str]:
    """Archives that are not what they were, with every difference."""
    for archive in Archive.objects.select_related("period"):
        for difference in verify.differences(archive):
            yield About("%(archive)s: %(difference)s", archive=str(archive), difference=difference)


@invariant("archived months", gettext_noop("every closed month has its archive a day later"), of_history=True)
def months_without_archive() -> Iterator[str]:
    """Months that have been closed for more than a day and have no archive."""
    closed = ClosedMonth.objects.filter(archive=None, closed_at__lt=timezone.now() - timedelta(days=1))
    for month in closed:
        moment = f"{timezone.localtime(month.closed_at):%Y-%m-%d %H:%M}"
        yield About(gettext_noop("%(month)s was closed %(moment)s and has no archive"), month=str(month), moment=moment)


@invariant("reports", gettext_noop("every signed report is what was signed"), of_history=True)
def altered_reports() -> Iterator[str]:
    """Signed reports that are no longer what was signed."""
    for report in Report.objects.filter(signed_at__isnull=False).iterator():
        if hash_of_text(text_of(report)) != report.signed_hash:
            yield About(gettext_noop("the report of %(report)s is not what was signed"), report=str(report))
