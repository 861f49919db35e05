"""Roll-ups as a background job, for when there is more to count than a page can wait for."""

from django.utils.translation import gettext_lazy, gettext_noop

from analytics.rollups.freshness import refresh
from core.jobs.context import Context
from core.jobs.kinds import JobKind, Result
from core.jobs.table import enqueue
from core.models import Job

KIND = "rollups"


def request_refresh() -> Job:
    """Has the figures counted as soon as a worker is free; asked for again meanwhile it is the same job."""
    return enqueue(KIND, owner=None, unique_key=KIND)


def prepare(context: Context) -> None:
    """Each month is counted in a transaction of its own, so a killed worker leaves what it had done."""
    refresh(progress=context.progress)


def commit(context: Context, prepared: None) -> Result:
    return Result(gettext_noop("All figures are counted."))


ROLLUPS = JobKind(KIND, gettext_lazy("Counting figures"), prepare, commit)
