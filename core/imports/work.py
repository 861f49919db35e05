"""The two background jobs of an import: the dry run, and the import itself, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.db import DataError, IntegrityError, OperationalError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from core import registries
from core.events import record
from core.imports.book import Refusal
from core.imports.examine import Examination, examine, is_first
from core.imports.findings import findings_of, refusal
from core.imports.kinds import ImportKind, Overtaken, Source
from core.imports.layout import Choice
from core.imports.marked import write_marked
from core.imports.store import CHECK, IMPORT, location_of, remembered_by
from core.jobs.context import Context
from core.jobs.kinds import JobFailed, JobKind, Result, register_kind
from core.models import ImportRun
from core.sentences import translated
from core.unanswered import is_lost, was_undone

_OVERTAKEN = gettext_noop("Somebody changed the same records meanwhile. Nothing was imported; check the file again.")
#: What a write may end with; SQLite's driver has an error of its own for a number that is too large.
NOT_WRITTEN = (Overtaken, IntegrityError, DataError, OperationalError, OverflowError)
_UNFIT = gettext_noop("The database cannot keep something in this file. Nothing was imported.")


def choice_of(stored: dict, remembered: Mapping[str, str]) -> Choice:
    """What a person chose about the layout, as kept with the upload."""
    return Choice(stored.get("sheet", ""), stored.get("header_row"), stored.get("columns"), remembered)


def _run_of(context: Context) -> tuple[ImportRun, ImportKind]:
    run = ImportRun.objects.get(pk=context.arguments["run"])
    kind = registries.import_kinds[run.kind]
    if not kind.allows(context.owner):
        raise JobFailed(gettext_noop("You may no longer import."))
    return run, kind


def _examine(context: Context, run: ImportRun, kind: ImportKind) -> Examination:
    choice = choice_of(context.arguments["choice"], remembered_by(context.owner, kind))
    return examine(location_of(run), kind, by=context.owner, source=run.name, choice=choice, progress=context.progress)


# ---- dry run ---------------------------------------------------------------------------------------------------------


def prepare_check(context: Context) -> dict[str, Any]:
    """What the dry run found; when something is wrong, the error workbook as the job's file."""
    run, kind = _run_of(context)
    try:
        found = _examine(context, run, kind)
    except Refusal as why:
        return refusal(why.sentence)
    findings = findings_of(found, kind)
    if found.task is not None and findings["problem_count"]:
        write_marked(location_of(run), kind, found, context.new_file(".xlsx"), context.check_cancelled)
    return findings


def commit_check(context: Context, findings: dict[str, Any]) -> Result:
    run = ImportRun.objects.get(pk=context.arguments["run"])
    # A later check, with other columns, may have been asked for meanwhile.
    ImportRun.objects.filter(pk=run.pk, check_job=context.job).update(findings=findings)
    name = f"{PurePath(run.name).stem}_问题.xlsx" if context.file else ""
    if findings["clean"]:
        sentence, values = gettext_noop("No problems in %(rows)s rows."), {"rows": findings["rows"]}
    else:
        sentence, values = gettext_noop("Problems: %(count)s."), {"count": findings["problem_count"]}
    return Result(sentence, values, url=run.get_absolute_url(), file_name=name)


# ---- import ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """An import that only has to be written: what its kind made ready, and how many imports were seen before it."""

    seen: int
    rows: Any
    source: Source
    counts: dict[str, int]


def prepare_import(context: Context) -> Ready:
    """The plan, made anew: what the dry run saw may have changed since. Raises JobFailed when there is a problem."""
    run, kind = _run_of(context)
    if run.imported_at:
        raise JobFailed(gettext_noop("This file was imported already."))
    try:
        found = _examine(context, run, kind)
    except Refusal as why:
        raise JobFailed(translated(why.sentence)) from why
    if not found.is_clean:
        count = len(found.problems(kind))
        raise JobFailed(gettext_noop("By now the file has problems (%(count)s); check it again."), count=count)
    return get_ready(kind, found, Source(run.name, context.owner))


def commit_import(context: Context, ready: Ready) -> Result:
    run, kind = _run_of(context)
    try:
        with transaction.atomic():
            write(kind, ready)
    except NOT_WRITTEN as error:
        if is_lost(error):  # nothing is known about the file; another attempt may succeed
            raise
        raise JobFailed(why_not_written(error)) from error
    ImportRun.objects.filter(pk=run.pk).update(imported_at=timezone.now(), import_job=context.job)
    record(run, "import_written", by=context.owner, note="", **dict[str, Any](ready.counts))
    return Result(DONE, ready.counts, url=reverse(kind.list_url))


DONE = gettext_noop("%(created)s created, %(changed)s changed, %(unchanged)s as they were.")


def get_ready(kind: ImportKind, found: Examination, source: Source) -> Ready:
    """What remains to be written of a clean examination; call it outside of any transaction."""
    return Ready(found.seen, kind.get_ready(found.plan, source), source, found.counts)


def why_not_written(error: Exception) -> str:
    """The sentence about what ``write`` came to: others were faster, or the database cannot keep it, now or ever."""
    others = isinstance(error, Overtaken | IntegrityError) or was_undone(error)
    return _OVERTAKEN if others else _UNFIT


def write(kind: ImportKind, ready: Ready) -> None:
    """Writes it; call it in a transaction. Raises one of NOT_WRITTEN."""
    if not is_first(kind, ready.seen):
        raise Overtaken
    kind.write(ready.rows, ready.source)


def title(arguments: dict):
    """Which file is imported or checked."""
    return arguments.get("name") or gettext_lazy("Import")


register_kind(JobKind(CHECK, gettext_lazy("Check before import"), prepare_check, commit_check, title))
register_kind(JobKind(IMPORT, gettext_lazy("Import"), prepare_import, commit_import, title))
