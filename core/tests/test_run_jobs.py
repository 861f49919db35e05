"""``manage.py run_jobs``: the table is drained in this process, without a broker."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from core import registries
from core.jobs import runner, table
from core.management.commands import run_jobs
from core.models import Job
from core.tests import sample_jobs  # noqa: F401  (registers the kinds)

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def swept(monkeypatch):
    seen = []
    monkeypatch.setattr(registries, "sweeps", [lambda: seen.append("sweep")])
    monkeypatch.setattr(registries, "hourly", [lambda: seen.append("hourly")])
    return seen


def test_it_runs_what_is_due_what_lapsed_and_the_sweeps(rep, swept):
    due, lapsed, later = [table.enqueue("sample.count", owner=rep) for _n in range(3)]
    table.claim(lapsed.pk)
    Job.objects.filter(pk=lapsed.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    Job.objects.filter(pk=later.pk).update(due_at=timezone.now() + timedelta(hours=1))
    said = StringIO()
    call_command("run_jobs", stdout=said)
    assert set(Job.objects.filter(state=State.DONE)) == {due, lapsed}
    assert "Attempts made: 2. Jobs that run elsewhere or are due later: 1." in said.getvalue()
    assert swept == ["sweep", "hourly"]


class Looping(run_jobs.Command):
    """Stops by itself after a few looks at the table."""

    looks = 3

    def stop_soon(self, work):
        def look():
            self.looks -= 1
            self.stopped = self.looks == 0
            return work()

        return look


@pytest.fixture
def loop(monkeypatch):
    """Runs the endless loop for three looks, whose work may be replaced."""
    monkeypatch.setattr(run_jobs, "LOOK_EVERY", 0)
    monkeypatch.setattr(run_jobs.signal, "signal", lambda number, handler: None)
    monkeypatch.setattr(run_jobs, "close_old_connections", lambda: None)

    def run(work=runner.run_next):
        command = Looping(stdout=StringIO(), stderr=StringIO())
        monkeypatch.setattr(run_jobs.runner, "run_next", command.stop_soon(work))
        command.handle(loop=True)
        return command.stderr.getvalue()

    return run


def test_the_loop_goes_on_until_it_is_stopped(rep, loop, swept):
    jobs = [table.enqueue("sample.count", owner=rep) for _n in range(2)]
    loop()
    assert Job.objects.filter(state=State.DONE).count() == len(jobs)
    assert swept == ["sweep", "hourly"], "once a minute is enough"


def test_the_loop_survives_a_database_that_is_away(loop, swept):
    def away():
        raise OperationalError("the server has gone")

    assert loop(away).count("the server has gone") == 3
