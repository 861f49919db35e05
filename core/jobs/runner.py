"""One attempt at one job."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.utils import translation
from django.utils.translation import gettext_noop

from core.jobs import files, table
from core.jobs.context import Context
from core.jobs.kinds import JobCancelled, JobFailed, LeaseLost, Result, kind_of
from core.jobs.lease import Heartbeat
from core.models import Job
from core.sentences import stored_sentence

_AT_ONCE = 50
logger = logging.getLogger(__name__)


def run_job(job_id: int) -> bool:
    """Tries a due job once; False when there was nothing to do, because it is over, not due, or somebody else's."""
    job = table.claim(job_id)
    if job is None:
        return False
    context = Context(job)
    with translation.override(getattr(job.owner, "language", "") or settings.LANGUAGE_CODE):
        if not _carried_out(context):
            files.discard_unless_kept(context.file)
    return True


def run_next() -> bool:
    """Tries the job that has been due for longest and can be had; False when there is none."""
    return any(run_job(job_id) for job_id in table.due().values_list("pk", flat=True)[:_AT_ONCE])


def run_due() -> int:
    """Tries every due job, one after the other, until none is due any more; returns how many attempts that took."""
    attempts = 0
    while run_next():
        attempts += 1
    return attempts


def _carried_out(context: Context) -> bool:
    """Whether the attempt lasts; whatever went wrong is written to the job."""
    job = context.job
    try:
        _attempt(context)
        return True
    except LeaseLost:
        logger.warning("Job %s went to somebody else; this attempt leaves nothing behind.", job.pk)
    except JobCancelled:
        _unless_lost(table.stop_cancelled, job)
    except JobFailed as refusal:
        _unless_lost(table.fail, job, refusal.sentence)
    except Exception as problem:
        logger.exception("Job %s (%s), attempt %s, failed.", job.pk, job.kind, job.attempts)
        if not connection.in_atomic_block:
            close_old_connections()  # the problem may have been the connection
        reason = gettext_noop("Something unexpected went wrong (%(problem)s); the site's log has the details.")
        later = timedelta(seconds=settings.JOB_RETRY * 4 ** (job.attempts - 1))
        _unless_lost(table.try_again, job, stored_sentence(reason, problem=type(problem).__name__), after=later)
    return False


def _attempt(context: Context) -> None:
    job = context.job
    kind = kind_of(job.kind)
    with Heartbeat(job):
        prepared = kind.prepare(context)
    if context.file is not None:
        files.keep(context.file)
    with transaction.atomic():
        table.renew(job)  # locks the job first: from here on nobody else can take or cancel it
        result = kind.commit(context, prepared) or Result()
        table.finish(job, result, context.file.name if context.file and result.file_name else "")
    if context.file is not None and not result.file_name:
        files.discard(context.file)


def _unless_lost(write, job: Job, *args, **kwargs) -> None:
    try:
        write(job, *args, **kwargs)
    except LeaseLost:
        logger.warning("Job %s went to somebody else before its end could be written.", job.pk)
