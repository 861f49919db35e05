"""Work that is due and that nobody takes: a worker may live, be connected and hear nothing."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from kombu import Connection

from core.jobs import bell, runner, table, upkeep
from core.models import Job
from core.tests import sample_jobs  # noqa: F401  (registers the kinds)
from ordersys.management.commands import watch_jobs
from ordersys.serve import STALLED

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def due():
    """A job that has been due for an hour."""
    job = table.enqueue("sample.count", owner=None)
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - timedelta(hours=1))
    return job


def is_moving():
    return upkeep.is_moving(timezone.now() - MINUTE)


def test_work_that_is_due_and_not_begun_stands_still(due):
    assert not is_moving()


def test_without_work_nothing_stands_still(due):
    Job.objects.filter(pk=due.pk).update(due_at=timezone.now() + MINUTE)
    assert is_moving()


def test_while_somebody_works_the_others_wait_their_turn(due):
    table.claim(table.enqueue("sample.count", owner=None).pk)
    Job.objects.exclude(pk=due.pk).update(started_at=timezone.now() - timedelta(hours=1))
    assert is_moving()
    Job.objects.exclude(pk=due.pk).update(lease_until=timezone.now() - MINUTE)
    assert not is_moving(), "its worker has not been heard of"


def test_between_two_of_many_short_jobs_nothing_stands_still(due):
    runner.run_job(table.enqueue("sample.count", owner=None).pk)
    assert is_moving()
    Job.objects.exclude(pk=due.pk).update(finished_at=timezone.now() - timedelta(hours=1), started_at=None)
    assert not is_moving()


class Looks(Exception):
    """The watch has looked often enough for this test."""


@pytest.fixture
def watch(monkeypatch, settings):
    """The watch with a clock that moves on by a look's pause at each look; ends after a hundred of them."""
    clock = [0.0]

    def sleep(seconds):
        clock[0] += seconds
        if clock[0] > 100 * seconds:
            raise Looks

    monkeypatch.setattr(watch_jobs.time, "sleep", sleep)
    monkeypatch.setattr(watch_jobs.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(watch_jobs, "close_old_connections", lambda: None)
    said = StringIO()

    def run():
        call_command("watch_jobs", stderr=said)

    return run, said


def test_the_watch_ends_when_its_patience_is_over(due, watch):
    run, said = watch
    with pytest.raises(SystemExit) as end:
        run()
    assert end.value.code == STALLED
    assert "no worker has taken one since" in said.getvalue()


def test_a_broker_that_is_away_is_no_workers_fault(due, watch, monkeypatch):
    monkeypatch.setattr(bell, "can_be_rung", lambda: False)
    with pytest.raises(Looks):
        watch[0]()


def test_a_database_that_is_away_is_no_workers_fault(due, watch, monkeypatch):
    def away(since):
        raise OperationalError("the server has gone")

    monkeypatch.setattr(upkeep, "is_moving", away)
    with pytest.raises(Looks):
        watch[0]()
    assert "the server has gone" in watch[1].getvalue()


def test_a_broker_that_cannot_be_reached_cannot_be_rung(monkeypatch):
    assert bell.can_be_rung()
    unreachable = Connection("redis://127.0.0.1:1/0")
    monkeypatch.setattr(bell.current_app, "connection_for_write", lambda: unreachable)
    assert not bell.can_be_rung()
