"""The files that jobs leave behind: below MEDIA_ROOT/jobs, named by the system, one name per attempt."""

import os
from pathlib import Path

from django.conf import settings

from core.models import Job

_PRIVATE = 0o700


def folder() -> Path:
    """Where the files stand; made when it is missing, readable by the site's own user only."""
    path = Path(settings.MEDIA_ROOT) / "jobs"
    path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    return path


def new_path(job: Job, suffix: str) -> Path:
    """A name of this attempt's own, so that one that lost its job cannot overwrite another's file."""
    return folder() / f"{job.pk}-{job.claim}{suffix}"


def path_of(job: Job) -> Path | None:
    """The job's file, if it has one that is still there."""
    if not job.result_file:
        return None
    path = folder() / Path(job.result_file).name
    return path if path.is_file() else None


def keep(path: Path) -> None:
    """Has the file on the disk before the table says that it is there."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def discard_unless_kept(path: Path | None) -> None:
    """Removes what an attempt left, unless its commit lasted after all: a broken connection may hide that."""
    if path is not None and not Job.objects.filter(result_file=path.name).exists():
        discard(path)


def discard(path: Path | None) -> None:
    if path is not None:
        path.unlink(missing_ok=True)
