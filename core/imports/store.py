"""Uploads on their way in: kept below MEDIA_ROOT/imports from the upload until a while after the import."""

import hashlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.events import record
from core.imports.book import Refusal, check_workbook
from core.imports.kinds import ImportKind
from core.imports.recognition import heading_of
from core.jobs.table import enqueue
from core.models import ImportRun, Job

CHECK, IMPORT = "import.check", "import"
KEPT_FOR = timedelta(days=7)
_FOLDER = "imports"
_SURELY_OVER = timedelta(days=1)  # no request lasts that long, so an older file without a row belongs to none
_REMEMBERED_RUNS = 20  # of a team and a kind
_LONGEST_NAME = ImportRun._meta.get_field("name").max_length or 0


def location_of(run: ImportRun) -> Path:
    """Where the workbook lies. Raises Refusal when it is no longer kept."""
    path = Path(settings.MEDIA_ROOT) / run.path
    if not run.path or not path.is_file():
        raise Refusal(gettext_noop("The file is no longer kept. Upload it again."))
    return path


def bring(*, kind: ImportKind, upload: UploadedFile, by) -> ImportRun:
    """Keeps an upload and lets it be checked. Raises Refusal, and keeps nothing, when it is no readable workbook."""
    check_workbook(cast(BinaryIO, upload))
    path = Path(settings.MEDIA_ROOT) / _FOLDER / secrets.token_hex(16)
    try:
        digest = _write(upload, path)
        with transaction.atomic():
            return _enter(kind, upload, path, digest, by)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _enter(kind: ImportKind, upload: UploadedFile, path: Path, digest: str, by) -> ImportRun:
    readable = "".join(c for c in upload.name or "" if c.isprintable() and c not in "/\\")
    run = ImportRun.objects.create(
        kind=kind.key,
        name=readable[-_LONGEST_NAME:],
        path=path.relative_to(settings.MEDIA_ROOT).as_posix(),
        size=upload.size or 0,
        sha256=digest,
        brought_by=by,
    )
    record(run, "import_brought", by=by, file=run.name, sha256=digest)
    _check(run)
    return run


def remembered_by(user: Any, kind: ImportKind) -> dict[str, str]:
    """Which column people of this team meant by which heading, in their latest imports of a kind."""
    if user.team_id is None:
        return {}
    runs = ImportRun.objects.filter(kind=kind.key, brought_by__team=user.team_id, imported_at__isnull=False)
    latest = runs.filter(findings__isnull=False).order_by("-id").values_list("findings", flat=True)[:_REMEMBERED_RUNS]
    meant: dict[str, str] = {}
    for findings in filter(None, reversed(latest)):
        columns = {place: name for name, place in findings.get("columns", {}).items()}
        for place, _letter, text in findings.get("headings", ()):
            if place in columns and text:
                meant[heading_of(text)] = columns[place]
    return meant


def _write(upload: UploadedFile, path: Path) -> str:
    digest = hashlib.sha256()
    upload.seek(0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as target:
            for chunk in upload.chunks():
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise Refusal(gettext_noop("The file could not be kept just now. Nothing was saved; try again.")) from error
    return digest.hexdigest()


@transaction.atomic
def check_again(*, run: ImportRun, choice: dict) -> Job:
    """Lets the file be checked anew, with what the person chose about sheet, header row and columns."""
    run.choice = choice
    return _check(run)


def _check(run: ImportRun) -> Job:
    arguments = {"run": run.pk, "choice": run.choice, "kind": run.kind, "name": run.name}
    run.check_job = enqueue(CHECK, owner=run.brought_by, arguments=arguments)
    run.findings = None
    run.save(update_fields=["choice", "check_job", "findings"])
    return run.check_job


@transaction.atomic
def confirm(*, run: ImportRun) -> Job:
    """Lets a file without problems be imported; a second click lands on the same job."""
    arguments = {"run": run.pk, "choice": run.choice, "kind": run.kind, "name": run.name}
    job = enqueue(IMPORT, owner=run.brought_by, arguments=arguments, unique_key=str(run.pk))
    run.import_job = job
    run.save(update_fields=["import_job"])
    return job


def tidy() -> None:
    """Removes uploads that were kept long enough, and what killed requests left behind; the rows stay as history."""
    long_ago = timezone.now() - KEPT_FOR
    for run in ImportRun.objects.filter(brought_at__lt=long_ago).exclude(path="").iterator():
        (Path(settings.MEDIA_ROOT) / run.path).unlink(missing_ok=True)
        ImportRun.objects.filter(pk=run.pk).update(path="")
    over = (timezone.now() - _SURELY_OVER).timestamp()
    old = [path for path in (Path(settings.MEDIA_ROOT) / _FOLDER).glob("*") if path.stat().st_mtime < over]
    names = {path.relative_to(settings.MEDIA_ROOT).as_posix(): path for path in old}
    known = set(ImportRun.objects.filter(path__in=names).values_list("path", flat=True))
    for name, path in names.items():
        if name not in known:
            path.unlink(missing_ok=True)
