"""Closing a month: first for booking, then its archive. A job that may be killed anywhere and repeated at will."""

import os
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import User
from accounts.roles import Role
from analytics.archive import checklist
from analytics.archive.automatic_closing import due_at, is_known, months_over
from analytics.archive.content_hash import ContentHash, hash_of_file
from analytics.archive.seal import hash_of_rollups, seal_of
from analytics.archive.signed_report import keep_signed
from analytics.archive.snapshot import Snapshot, take_snapshot
from analytics.archive.workbook import Cover, write_workbook
from analytics.figures.months import Month
from analytics.models import Archive, ArchiveRow, MonthCount, Report
from core.chunks import chunks
from core.events import record
from core.jobs.context import Context
from core.jobs.kinds import JobFailed, JobKind, Result
from core.jobs.table import enqueue
from core.locks import lock_rows
from core.messages import tell
from core.models import ClosedMonth, Job
from core.periods import close_month

KIND = "archive_month"
_AT_ONCE = 2000  # rows in one short transaction
_AGAIN_AFTER = timedelta(minutes=50)  # the hourly wake-up after the one that asked


@dataclass(frozen=True)
class Prepared:
    """Everything that an archive is made of, ready on disk and in the table of rows."""

    period: ClosedMonth
    content: ContentHash
    histories: ContentHash
    rollups_hash: str
    heads_hash: str
    problems: list[dict]
    workbook: Path


def folder() -> Path:
    """Where the workbooks stand; made when it is missing, readable by the site's own user only."""
    path = Path(settings.MEDIA_ROOT) / "archive"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def request_closing(*, month: Month, by: User | None) -> Job:
    """Asks for the closing of a month; asked for again while it waits or runs, it is the same job.

    Raises ValidationError with a sentence when the month is not over, has its archive already, or lies before the first
    record.
    """
    if month >= Month.current():
        raise ValidationError(_("%(month)s is not over yet, so it cannot be closed.") % {"month": month})
    if not is_known(month):
        raise ValidationError(
            _("%(month)s lies before the first record: there is nothing to close.") % {"month": month}
        )
    if archive_of(month):
        raise ValidationError(_("%(month)s is archived already.") % {"month": month})
    return enqueue(KIND, owner=by, arguments={"month": str(month)}, unique_key=str(month))


def request_due_closings() -> list[Job]:
    """Asks for every archive that is due and not there; run it as often as you like, there is one archive a month.

    Due are months whose time has come, and those that are closed already but never got their archive. One that has just
    failed waits for the next hour.
    """
    now = timezone.now()
    closed = {Month.of(day) for day in ClosedMonth.objects.values_list("first_day", flat=True)}
    due = {month for month in months_over() if due_at(month) <= now} | closed
    failed = Job.objects.filter(kind=KIND, state=Job.State.FAILED, finished_at__gt=now - _AGAIN_AFTER)
    waiting = {str(month) for month in due - archived_months()} - set(failed.values_list("unique_key", flat=True))
    return [enqueue(KIND, owner=None, arguments={"month": key}, unique_key=key) for key in sorted(waiting)]


def archived_months() -> set[Month]:
    """The months that have an archive."""
    return {Month.of(day) for day in Archive.objects.values_list("period__first_day", flat=True)}


def archive_of(month: Month) -> Archive | None:
    """The month's archive, if it has one."""
    found = Archive.objects.select_related("period", "period__closed_by")
    return found.filter(period__first_day=month.first).first()


def prepare(context: Context) -> Prepared | None:
    """Closes the month for booking, then reads it, keeps its rows and writes its workbook; None when it is archived.

    Raises JobFailed when the month is not over.
    """
    month = Month.parse(context.arguments["month"])
    archive = archive_of(month)
    for path in folder().glob(f"{month}-*.xlsx"):  # what attempts that came to nothing have written
        if archive is None or path.name != archive.workbook_name:
            path.unlink(missing_ok=True)
    if archive:
        return None
    problems = checklist.problems_of(month)
    try:
        period = close_month(month=month.first, by=context.owner)
    except ValidationError as refusal:
        raise JobFailed(refusal.messages[0]) from None
    with tempfile.TemporaryFile("w+", encoding="utf-8", dir=folder()) as file:
        snapshot = take_snapshot(month, file)
        _keep_rows(context, snapshot, period)
        path = folder() / f"{month}-{context.job.pk}-{context.job.attempts}.xlsx"
        write_workbook(path, Cover(month, period, snapshot.content, problems), snapshot)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return Prepared(
        period, snapshot.content, snapshot.histories, snapshot.rollups_hash, snapshot.heads_hash, problems, path
    )


def commit(context: Context, prepared: Prepared | None) -> Result:
    """Makes the archive of what was prepared; from here on the database refuses every change to it."""
    month = Month.parse(context.arguments["month"])
    if prepared is None:
        return Result(gettext_noop("%(month)s was archived already."), {"month": str(month)}, _address(month))
    if ArchiveRow.objects.filter(period=prepared.period).count() != prepared.content.rows + prepared.histories.rows:
        raise RuntimeError("Another attempt was at the rows meanwhile.")
    _settle_counts(month)
    if hash_of_rollups(month) != prepared.rollups_hash:
        raise RuntimeError("The month was counted anew meanwhile.")
    reports = lock_rows(Report.objects.filter(month=month.first))  # who signs it now waits, and then finds the archive
    archive = Archive(
        period=prepared.period,
        content_hash=prepared.content.sha256,
        counts=prepared.content.counts,
        totals=prepared.content.totals,
        problems=prepared.problems,
        workbook_name=prepared.workbook.name,
        workbook_hash=hash_of_file(prepared.workbook),
        rollups_hash=prepared.rollups_hash,
        histories_hash=prepared.histories.sha256,
        heads_hash=prepared.heads_hash,
    )
    archive.seal = seal_of(archive)
    archive.save()
    record(archive.period, "archive_month", by=context.owner, orders=archive.count_of("orders"), seal=archive.seal)
    for report in reports:
        keep_signed(report)
    values = {
        "month": str(month),
        "orders": archive.count_of("orders"),
        "net": f"{Decimal(archive.total_of('orders', 'net')):,.2f}",
        "problems": len(archive.problems),
    }
    if context.owner is None:
        for person in User.objects.filter(role=Role.FINANCE, is_active=True):
            tell(person, _SENTENCE, _address(month), **values)
    return Result(_SENTENCE, values, _address(month))


_SENTENCE = gettext_noop(
    "%(month)s is closed and archived: %(orders)s orders, ¥%(net)s without tax. Not in order: %(problems)s points."
)


def _settle_counts(month: Month) -> None:
    """Holds the month's counts until the archive is there, after which nobody counts them again."""
    counts = lock_rows(MonthCount.objects.filter(month=month.first).order_by("pk"))
    MonthCount.objects.filter(pk__in=[count.pk for count in counts]).update(stale=False, settled=True)


def _keep_rows(context: Context, snapshot: Snapshot, period: ClosedMonth) -> None:
    """Puts the rows into the table, a few at a time, instead of whatever a killed attempt left there."""
    ArchiveRow.objects.filter(period=period).delete()
    positions: Counter[str] = Counter()
    written = 0
    for some in chunks(snapshot.rows(), _AT_ONCE):
        records = []
        for section, pk, content in some:
            positions[section] += 1
            records.append(
                ArchiveRow(period=period, section=section, position=positions[section], subject_id=pk, content=content)
            )
        ArchiveRow.objects.bulk_create(records)
        written += len(some)
        context.progress(written, snapshot.content.rows + 1)


def _address(month: Month) -> str:
    return reverse("archive:month", args=[str(month)])


ARCHIVE_MONTH = JobKind(
    KIND, gettext_lazy("Monthly archive"), prepare, commit, lambda arguments: arguments.get("month", "")
)
