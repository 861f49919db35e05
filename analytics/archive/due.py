"""Which months the system closes by itself, and what waits for finance until then."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Role
from analytics.archive.closing import KIND
from analytics.archive.opening import due_at, months_over
from analytics.models import Archive
from analytics.months import Month
from core.jobs.table import enqueue
from core.models import ClosedMonth, Job
from core.worklist import Item

_AGAIN_AFTER = timedelta(minutes=50)  # the wake-up after the one that asked


def archive_due() -> list[Job]:
    """Asks for every archive that is due and not there; run it as often as you like, there is one archive a month.

    Due are months whose time has come, and those that are closed already but never got their archive.
    """
    now, archived = timezone.now(), _archived()
    closed = {Month.of(day) for day in ClosedMonth.objects.values_list("first_day", flat=True)}
    due = {month for month in months_over() if due_at(month) <= now} | closed
    return [_ask(month) for month in sorted(due - archived) if not _failed_lately(month)]


def _archived() -> set[Month]:
    return {Month.of(day) for day in Archive.objects.values_list("period__first_day", flat=True)}


def _ask(month: Month) -> Job:
    return enqueue(KIND, owner=None, arguments={"month": str(month)}, unique_key=str(month))


def _failed_lately(month: Month) -> bool:
    since = timezone.now() - _AGAIN_AFTER
    failed = Job.objects.filter(kind=KIND, unique_key=str(month), state=Job.State.FAILED)
    return failed.filter(finished_at__gt=since).exists()


def months_to_close(user) -> list[Item]:
    """Worklist of finance: months that are over and not archived."""
    if user.role != Role.FINANCE:
        return []
    archived = _archived()
    return [_item(month) for month in months_over() if month not in archived]


def _item(month: Month) -> Item:
    return Item(
        kind="closing",
        kind_label=_("Month to close"),
        whom=str(month),
        what=_("Check the list and close the month"),
        url=reverse("archive:month", args=[str(month)]),
        verb=_("Close"),
        due=due_at(month),
        why=_("Closes by itself on the 5th at 22:00"),
    )
