"""Keeping a job while its work is silent: a thread that renews the lease now and then."""

import logging
import threading

from django.conf import settings
from django.db import DatabaseError, connections

from core.jobs import table
from core.jobs.kinds import JobCancelled, LeaseLost
from core.models import Job

logger = logging.getLogger(__name__)


class Heartbeat:
    """Renews the lease of a claimed job, for ``settings.JOB_TIME_LIMIT`` at most; a context manager around its work.

    It never runs inside the work's own transaction, and it stops before the commit: then the row itself is locked.
    """

    def __init__(self, job: Job):
        self.job = job
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{job.pk}", daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *problem):
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        pause = settings.JOB_LEASE / 3
        try:
            for _beat in range(int(settings.JOB_TIME_LIMIT / pause)):
                if self._over.wait(pause) or not self._renewed():
                    return
        finally:
            connections.close_all()

    def _renewed(self) -> bool:
        """Whether it is worth going on; a database that does not answer now may do so the next time."""
        try:
            table.renew(self.job)
        except (LeaseLost, JobCancelled):  # the work itself notices at its next progress, or when it commits
            return False
        except DatabaseError as problem:
            logger.warning("The lease of job %s was not renewed: %s", self.job.pk, problem)
        return True
