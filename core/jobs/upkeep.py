"""What keeps the table true: jobs whose worker died, wake-ups that were lost, files that have expired, sweeps."""

import logging
import time
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from core import registries
from core.jobs import bell, files, table
from core.jobs.kinds import LeaseLost
from core.models import Job
from core.sentences import stored_sentence

logger = logging.getLogger(__name__)
_AT_ONCE = 200
_ORPHAN_AGE = 24 * 3600  # seconds


def reconcile() -> int:
    """Takes back what lapsed and wakes workers up for everything that is due; returns how many jobs are due.

    Safe to run at any time and by several at once.
    """
    take_back_lapsed()
    waiting = table.due().values_list("pk", flat=True)[:_AT_ONCE]
    for rung, job_id in enumerate(waiting, start=1):
        if not bell.ring(job_id, expires=settings.JOB_RECONCILE):
            return rung
    return len(waiting)


def take_back_lapsed() -> None:
    """Jobs whose worker died wait again; after the last attempt they have failed, and say so."""
    for job in table.lapsed()[:_AT_ONCE]:
        if seized := table.seize(job):
            _decide(seized)


def _decide(job: Job) -> None:
    try:
        if job.cancel_requested:
            table.stop_cancelled(job)
        else:
            died = stored_sentence(gettext_noop("The worker ended in the middle of the work."))
            table.try_again(job, died, is_suspect=True)
    except LeaseLost:  # it takes longer than a lease to get here; the next round decides
        logger.warning("Job %s was taken while it was being taken back.", job.pk)


def is_moving(since: datetime) -> bool:
    """Whether nothing is due, or somebody works: on a job now, or one was begun or ended after ``since``."""
    in_work = Q(state=Job.State.RUNNING, lease_until__gt=timezone.now())
    worked = Job.objects.filter(in_work | Q(started_at__gt=since) | Q(finished_at__gt=since))
    return not table.due().exists() or worked.exists()


def sweep() -> None:
    """Runs every registered sweep; one that fails harms no other."""
    _run_each(registries.sweeps)


def wake_up() -> None:
    """Runs what goes by the clock; however often, late or from several places at once it is called."""
    _run_each(registries.hourly)


def _run_each(tasks: list) -> None:
    for task in tasks:
        try:
            task()
        except Exception:
            logger.exception("The sweep %s.%s failed.", task.__module__, task.__qualname__)


def tidy() -> int:
    """Removes the files of expired jobs and those that killed attempts left behind; returns how many."""
    removed = 0
    for job in Job.objects.filter(expires_at__lt=timezone.now()).exclude(result_file="")[:_AT_ONCE]:
        files.discard(files.path_of(job))
        removed += Job.objects.filter(pk=job.pk, result_file=job.result_file).update(result_file="")
    old = time.time() - _ORPHAN_AGE
    found = [path for path in files.folder().iterdir() if path.is_file() and path.stat().st_mtime < old]
    known = set(Job.objects.filter(result_file__in=[path.name for path in found]).values_list("result_file", flat=True))
    for path in found:
        if path.name not in known:
            files.discard(path)
            removed += 1
    return removed
