"""What must always hold in the data, recomputed from the facts; each app lists its own in ``<app>/invariants.py``."""

import hashlib
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from core import guards, registries
from core.files import location_of
from core.imports.store import KEPT_FOR
from core.jobs.files import path_of
from core.models import Attachment, ClosedMonth, ImportRun, Job

#: A rule that is broken everywhere is shown with this many examples.
EXAMPLES = 20
_NUMBERS_AT_ONCE = 5000


@dataclass(frozen=True)
class Invariant:
    """One rule: a short name, the rule in words, and a search for what breaks it (one line each)."""

    name: str
    rule: str
    breaches: Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Finding:
    """A rule with examples of what breaks it; none means that it holds."""

    invariant: Invariant
    examples: list[str]

    @property
    def holds(self) -> bool:
        return not self.examples


def examine() -> Iterator[Finding]:
    """Every registered rule, recomputed now."""
    for invariant in registries.invariants:
        yield Finding(invariant, list(islice(invariant.breaches(), EXAMPLES)))


def carried_by_none(given: Iterator[str], numbers: QuerySet) -> Iterator[str]:
    """Those of the given numbers that are not among ``numbers`` (values of one field), looked up many at a time."""
    (field,) = numbers.query.values_select
    while wanted := set(islice(given, _NUMBERS_AT_ONCE)):
        yield from sorted(wanted - set(numbers.filter(**{f"{field}__in": wanted})))


def missing_guards() -> list[str]:
    """Triggers that the database lacks."""
    return guards.missing()


def lost_files() -> Iterator[str]:
    """Attached files that are gone from the disk, or no longer what was uploaded."""
    for attachment in Attachment.objects.order_by("pk").iterator():
        path = location_of(attachment)
        if not path.is_file():
            yield f"file {attachment.pk} ({attachment.name}): missing"
        elif _sha256(path) != attachment.sha256:
            yield f"file {attachment.pk} ({attachment.name}): its content changed"


def lost_uploads() -> Iterator[str]:
    """Workbooks brought to be imported that are gone before their time, or no longer what was uploaded."""
    runs = ImportRun.objects.filter(brought_at__gt=timezone.now() - KEPT_FOR).exclude(path="")
    for run in runs.order_by("pk").iterator():
        path = Path(settings.MEDIA_ROOT) / run.path
        if not path.is_file():
            yield f"import {run.pk} ({run.name}): missing"
        elif _sha256(path) != run.sha256:
            yield f"import {run.pk} ({run.name}): its content changed"


def lost_results() -> Iterator[str]:
    """Finished jobs whose file is gone before it has expired."""
    jobs = Job.objects.filter(state=Job.State.DONE, expires_at__gt=timezone.now()).exclude(result_file="")
    for job in jobs.order_by("pk").iterator():
        if path_of(job) is None:
            yield f"job {job.pk} ({job.result_name}): missing"


def wrong_months() -> Iterator[str]:
    """Closed months that do not end on their last day, or were closed before they were over."""
    for month in ClosedMonth.objects.order_by("first_day"):
        last = month.first_day.replace(day=monthrange(month.first_day.year, month.first_day.month)[1])
        if month.last_day != last or timezone.localtime(month.closed_at).date() <= last:
            yield f"{month}: until {month.last_day}, closed {month.closed_at}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


INVARIANTS = [
    Invariant("guards", "every trigger is in the database", missing_guards),
    Invariant("files", "every attached file is present and as it was uploaded", lost_files),
    Invariant("uploads", "every workbook to be imported is present and as it was uploaded", lost_uploads),
    Invariant("results", "every file of a finished job is present until it expires", lost_results),
    Invariant("closed months", "closed months are whole months that were over", wrong_months),
]
