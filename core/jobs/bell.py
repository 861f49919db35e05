"""Waking the workers up. Nothing depends on it: whatever is not heard is found by ``core.jobs.upkeep.reconcile``."""

import logging

from celery import current_app
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)
TASK = "core.tasks.run_job"


def ring(job_id: int, *, expires: float | None = None) -> bool:
    """Tells a worker that a job is due; False, and a line in the log, when the broker cannot be reached.

    ``expires`` (seconds) is for a wake-up that will be repeated, so that they do not pile up while no worker runs.
    """
    try:
        current_app.send_task(TASK, args=[job_id], expires=expires, retry=False)
    except (KombuError, OSError) as problem:
        logger.warning("Job %s waits for the next round, the broker does not answer: %s", job_id, problem)
        return False
    return True


def can_be_rung() -> bool:
    """Whether the broker answers."""
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0)
    except (KombuError, OSError):
        return False
    return True
