"""What Celery calls. It only wakes up: the jobs themselves, and whether they are due, stand in the Job table."""

from celery import shared_task

from core.jobs import runner, upkeep


@shared_task(ignore_result=True)
def run_job(job_id: int) -> None:
    """One attempt at a job, if it is due and nobody has it."""
    runner.run_job(job_id)


@shared_task(ignore_result=True)
def reconcile() -> None:
    """Takes back what lapsed, wakes up for what is due."""
    upkeep.reconcile()


@shared_task(ignore_result=True)
def sweep() -> None:
    """Runs the sweeps: work that is found rather than asked for."""
    upkeep.sweep()


@shared_task(ignore_result=True)
def hourly() -> None:
    """Runs what goes by the clock, such as closing a month."""
    upkeep.wake_up()


@shared_task(ignore_result=True)
def tidy() -> None:
    """Removes files that nobody needs any more."""
    upkeep.tidy()
