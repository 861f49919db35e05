"""What the code of a job sees of its job."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from core.jobs import files, table
from core.jobs.kinds import JobFailed
from core.models import Job

_WRITE_EVERY = 0.5  # seconds


class Context:
    """One attempt: who wants what, how far it is, and whether it should go on."""

    def __init__(self, job: Job):
        self.job = job
        # Somebody, unless the kit asked for the job itself.
        self.owner: Any = job.owner
        self.arguments = job.arguments
        self.file: Path | None = None
        self._started = self._written = time.monotonic()

    def progress(self, done: int, total: int) -> None:
        """Says that ``done`` of ``total`` is done; cheap enough for every hundred rows.

        Raises JobCancelled when the owner cancelled the job, LeaseLost when somebody else has it, JobFailed when it
        took longer than ``settings.JOB_TIME_LIMIT``; none of them is to be caught.
        """
        if done >= total or time.monotonic() - self._written >= _WRITE_EVERY:
            self._write(progress_done=done, progress_total=total)

    def check_cancelled(self) -> None:
        """The same without saying how far it is."""
        if time.monotonic() - self._written >= _WRITE_EVERY:
            self._write()

    def new_file(self, suffix: str) -> Path:
        """The path of the file that the job will leave behind; each attempt has one of its own."""
        self.file = files.new_path(self.job, suffix)
        return self.file

    def _write(self, **progress) -> None:
        if time.monotonic() - self._started > settings.JOB_TIME_LIMIT:
            minutes = settings.JOB_TIME_LIMIT // 60
            raise JobFailed(gettext_noop("Stopped because it took longer than %(minutes)s minutes."), minutes=minutes)
        table.renew(self.job, **progress)
        self._written = time.monotonic()
