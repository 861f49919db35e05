"""Every write to a job's row: one compare-and-set each, so that two who try the same leave what one leaves."""

import uuid
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.jobs import bell
from core.jobs.kinds import JobCancelled, LeaseLost, Result, kind_of
from core.locks import lock_rows
from core.messages import tell
from core.models import MAX_ATTEMPTS, Job
from core.sentences import stored_sentence

_TRIES = 3
_PATIENCE = 10  # leases
State = Job.State


def enqueue(kind: str, *, owner, arguments: dict | None = None, unique_key: str = "") -> Job:
    """Puts a job into the table, in the caller's transaction, and wakes a worker up after the commit.

    While a job of this kind and key waits or runs, it is returned instead of a second one. ``owner=None`` is the
    system. Raises KeyError for an unknown kind. A broker that is down does not matter: the job is found later.
    """
    kind_of(kind)
    values = {"kind": kind, "owner": owner, "arguments": arguments or {}, "unique_key": unique_key}
    for tries_left in reversed(range(_TRIES)):
        live = Job.objects.live().filter(kind=kind, unique_key=unique_key, cancel_requested=False)
        if unique_key and (job := live.first()):
            return job
        try:
            with transaction.atomic():
                job = Job.objects.create(**values)
        except IntegrityError:  # somebody else was faster, and may even have finished since
            if not tries_left:
                raise
            continue
        transaction.on_commit(partial(bell.ring, job.pk), robust=True)
        return job
    raise AssertionError("unreachable")


def claim(job_id: int) -> Job | None:
    """Takes a due job for one attempt; None when it is not due, somebody else has it, or it must wait to run alone."""
    with transaction.atomic():
        return _take(job_id) if _harms_nobody(job_id) else None


def _harms_nobody(job_id: int) -> bool:
    """A job whose worker died runs alone, or five attempts of a deadly one would be five of its neighbours too.

    Others may start beside it; if they die with it they run alone the next time. It waits for so long at most.
    """
    if not Job.objects.filter(pk=job_id, is_suspect=True).exists():
        return True
    now = timezone.now()
    suspects = {job.pk: job for job in lock_rows(Job.objects.live().filter(is_suspect=True))}
    if job_id in suspects and suspects[job_id].due_at < now - _PATIENCE * timedelta(seconds=settings.JOB_LEASE):
        return True
    return not Job.objects.filter(state=State.RUNNING, lease_until__gt=now).exists()


def _take(job_id: int) -> Job | None:
    now, token = timezone.now(), uuid.uuid4()
    free = Job.objects.filter(pk=job_id, state=State.QUEUED, due_at__lte=now, attempts__lt=MAX_ATTEMPTS)
    taken = free.update(
        state=State.RUNNING,
        claim=token,
        lease_until=_lease_from(now),
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", now),
        progress_done=0,
        progress_total=0,
    )
    return Job.objects.select_related("owner").filter(claim=token).first() if taken else None


def renew(job: Job, **progress) -> None:
    """Extends the lease of a claimed job and writes its progress.

    As the first statement of the committing transaction it also locks the row, so nobody can take the job meanwhile.
    Raises LeaseLost or JobCancelled.
    """
    mine = _mine(job).filter(cancel_requested=False)
    if not mine.update(lease_until=_lease_from(timezone.now()), **progress):
        raise JobCancelled if _mine(job).exists() else LeaseLost


def finish(job: Job, result: Result, file_name: str) -> None:
    """Done, with what it leaves behind; belongs into the transaction of its effect. Raises LeaseLost."""
    lifetime = kind_of(job.kind).file_lifetime
    outcome = stored_sentence(result.sentence, **result.values) if result.sentence else {}
    _settle(
        job,
        State.DONE,
        error={},
        outcome=outcome,
        outcome_url=result.url,
        result_file=file_name,
        result_name=result.file_name,
        expires_at=timezone.now() + lifetime if file_name else None,
    )
    _report(job, gettext_noop("%(kind)s (%(job)s) is finished."))


def fail(job: Job, sentence: dict) -> None:
    """Failed for good, for the reason in the kept sentence; its owner is told. Raises LeaseLost."""
    with transaction.atomic():
        _settle(job, State.FAILED, error=sentence)
        _report(job, gettext_noop("%(kind)s (%(job)s) failed."))


def stop_cancelled(job: Job) -> None:
    """The worker has noticed that the job was cancelled. Raises LeaseLost."""
    _settle(job, State.CANCELLED)


def try_again(job: Job, sentence: dict, *, after: timedelta = timedelta(), is_suspect: bool = False) -> None:
    """Puts the job back behind what already waits; after the last attempt it has failed. Raises LeaseLost."""
    if job.attempts >= MAX_ATTEMPTS:
        reason = gettext_noop("Stopped after %(n)s attempts. The last one: %(problem)s")
        fail(job, stored_sentence(reason, n=job.attempts, problem=sentence))
        return
    waiting = {"state": State.QUEUED, "claim": None, "lease_until": None, "due_at": timezone.now() + after}
    if not _mine(job).update(error=sentence, is_suspect=is_suspect, **waiting):
        raise LeaseLost


def cancel(job: Job) -> bool:
    """Cancels a job that waits at once, and one that runs as soon as its worker notices; False when it was over."""
    waiting = Job.objects.filter(pk=job.pk, state=State.QUEUED)
    if waiting.update(state=State.CANCELLED, finished_at=timezone.now()):
        return True
    return bool(Job.objects.filter(pk=job.pk, state=State.RUNNING).update(cancel_requested=True))


def seize(job: Job) -> Job | None:
    """Takes a job from a worker that let its lease lapse, to decide about it; None when it was heard of again."""
    token = uuid.uuid4()
    gone = _mine(job).filter(lease_until=job.lease_until, lease_until__lt=timezone.now())
    taken = gone.update(claim=token, lease_until=_lease_from(timezone.now()))
    return Job.objects.select_related("owner").filter(claim=token).first() if taken else None


def due() -> QuerySet[Job]:
    """The jobs that should be running now, the longest waiting first."""
    return Job.objects.filter(state=State.QUEUED, due_at__lte=timezone.now()).order_by("due_at", "id")


def lapsed() -> QuerySet[Job]:
    """Running jobs whose worker has not been heard of for longer than the lease."""
    return Job.objects.filter(state=State.RUNNING, lease_until__lt=timezone.now()).select_related("owner")


def _report(job: Job, sentence: str) -> None:
    tell(job.owner, sentence, job.get_absolute_url(), kind=job.label, job=job.title)


def _mine(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, claim=job.claim, state=State.RUNNING)


def _settle(job: Job, state: str, **values) -> None:
    if not _mine(job).update(state=state, finished_at=timezone.now(), lease_until=None, **values):
        raise LeaseLost


def _lease_from(now):
    return now + timedelta(seconds=settings.JOB_LEASE)
