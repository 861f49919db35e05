"""Closing a month: first for booking, then its archive. A job that may be killed anywhere and repeated at will."""

import hashlib
import os
import tempfile
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import User
from accounts.roles import Role
from analytics.archive import checklist
from analytics.archive.signed_report import keep_signed
from analytics.archive.snapshot import Snapshot, Tally, take_snapshot
from analytics.archive.workbook import Cover, write_workbook
from analytics.models import Archive, ArchiveRow, Report
from analytics.months import Month
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


@dataclass(frozen=True)
class Prepared:
    """Everything that an archive is made of, ready on disk and in the table of rows."""

    period: ClosedMonth
    tally: Tally
    problems: list[dict]
    workbook: Path


def folder() -> Path:
    """Where the workbooks stand; made when it is missing, readable by the site's own user only."""
    path = Path(settings.MEDIA_ROOT) / "archive"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def request_closing(*, month: Month, by) -> Job:
    """Asks for the closing of a month; asked for again while it waits or runs, it is the same job.

    Raises ValidationError with a sentence when the month is not over or has its archive already.
    """
    if month >= Month.current():
        raise ValidationError(_("%(month)s is not over yet, so it cannot be closed.") % {"month": month})
    if archive_of(month):
        raise ValidationError(_("%(month)s is archived already.") % {"month": month})
    return enqueue(KIND, owner=by, arguments={"month": str(month)}, unique_key=str(month))


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
    _remove_workbooks(month, but=archive.workbook_name if archive else "")
    if archive:
        return None
    problems = checklist.as_kept(month)
    try:
        period = close_month(month=month.first, by=context.owner)
    except ValidationError as refusal:
        raise JobFailed(refusal.messages[0]) from None
    with tempfile.TemporaryFile("w+", encoding="utf-8", dir=folder()) as file:
        snapshot = take_snapshot(month, file)
        _keep_rows(context, snapshot, period)
        path = folder() / f"{month}-{context.job.pk}-{context.job.attempts}.xlsx"
        write_workbook(path, Cover(month, period, snapshot.tally, problems), snapshot)
    _reach_the_disk(path)
    return Prepared(period, snapshot.tally, problems, path)


def commit(context: Context, prepared: Prepared | None) -> Result:
    """Makes the archive of what was prepared; from here on the database refuses every change to it."""
    month = Month.parse(context.arguments["month"])
    if prepared is None:
        return Result(gettext_noop("%(month)s was archived already."), {"month": str(month)}, _address(month))
    if ArchiveRow.objects.filter(period=prepared.period).count() != prepared.tally.rows:
        raise RuntimeError("Another attempt was at the rows meanwhile.")
    reports = lock_rows(Report.objects.filter(month=month.first))  # who signs it now waits, and then finds the archive
    archive = Archive.objects.create(
        period=prepared.period,
        content_hash=prepared.tally.content_hash,
        counts=prepared.tally.counts,
        totals=prepared.tally.totals,
        problems=prepared.problems,
        workbook_name=prepared.workbook.name,
        workbook_hash=hash_of(prepared.workbook),
    )
    record(archive.period, "archive_month", by=context.owner, orders=archive.count_of("orders"))
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


def hash_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep_rows(context: Context, snapshot: Snapshot, period: ClosedMonth) -> None:
    """Puts the rows into the table, a few at a time, instead of whatever a killed attempt left there."""
    ArchiveRow.objects.filter(period=period).delete()
    places: Counter[str] = Counter()
    rows, written = snapshot.rows(), 0
    while some := list(islice(rows, _AT_ONCE)):
        ArchiveRow.objects.bulk_create([_row(period, places, *row) for row in some])
        written += len(some)
        context.progress(written, snapshot.tally.rows + 1)


def _row(period: ClosedMonth, places: Counter[str], section: str, pk: int, content: str) -> ArchiveRow:
    places[section] += 1
    return ArchiveRow(period=period, section=section, position=places[section], subject_id=pk, content=content)


def _reach_the_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _remove_workbooks(month: Month, but: str) -> None:
    """Removes what attempts that came to nothing have written."""
    for path in folder().glob(f"{month}-*.xlsx"):
        if path.name != but:
            path.unlink(missing_ok=True)


def _address(month: Month) -> str:
    return reverse("archive:month", args=[str(month)])


def _title(arguments: dict) -> str:
    return arguments.get("month", "")


ARCHIVE_MONTH = JobKind(KIND, gettext_lazy("Monthly archive"), prepare, commit, _title)
