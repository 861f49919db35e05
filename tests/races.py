"""Two people at the same instant: runs functions in threads that start together, each with its own connection.

Races count only on PostgreSQL; SQLite serialises every write and would hide them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier, Thread

from django.db import connection, connections

from tests.processes import PATIENCE


@dataclass
class Outcome:
    """What one runner came to: its result, or the exception that stopped it."""

    result: object = None
    error: BaseException | None = None

    @property
    def won(self) -> bool:
        return self.error is None


def at_once(*runners: Callable[[], object]) -> list[Outcome]:
    """Starts all runners at one moment and waits for them; outcomes in the runners' order."""
    assert connection.vendor == "postgresql", "A race on another database proves nothing."
    outcomes, barrier = [Outcome() for _ in runners], Barrier(len(runners))
    threads = [
        Thread(target=_run, args=(runner, outcome, barrier)) for runner, outcome in zip(runners, outcomes, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "A runner hangs: two transactions wait for each other."
    return outcomes


def _run(runner: Callable[[], object], outcome: Outcome, barrier: Barrier) -> None:
    try:
        # Whoever still connects after the start comes too late to meet the others.
        connection.ensure_connection()
        barrier.wait(timeout=PATIENCE)
        outcome.result = runner()
    except BaseException as error:
        outcome.error = error
    finally:
        connections.close_all()
