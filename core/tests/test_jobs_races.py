"""Eight workers at one job, eight requests for the same one: what is left is what one call leaves.

Every kind of job there is: core/tests/test_every_job_races.py.
"""

import time
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.utils import timezone

from core.jobs import runner, table, upkeep
from core.models import Counter, Job
from core.tests import sample_jobs  # noqa: F401  (registers the kinds)
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
EIGHT = 8
State = Job.State


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def count(owner, **arguments):
    return table.enqueue("sample.count", owner=owner, arguments=arguments)


def values():
    return list(Counter.objects.filter(series__startswith="job ").values_list("value", flat=True))


def test_eight_threads_at_one_job_have_its_effect_once(rep):
    job = count(rep, seconds=0.02)
    at_once(*[lambda: runner.run_job(job.pk)] * EIGHT)
    assert values() == [1]


def test_eight_requests_for_the_same_are_one_job(rep):
    outcomes = at_once(*[lambda: table.enqueue("sample.count", owner=rep, unique_key="same").pk] * EIGHT)
    assert all(outcome.won for outcome in outcomes)
    assert {outcome.result for outcome in outcomes} == {Job.objects.get().pk}


def test_eight_threads_that_drain_the_table_run_everything_once(rep):
    jobs = [count(rep) for _n in range(20)]
    at_once(*[runner.run_due] * EIGHT)
    assert values() == [1] * len(jobs)
    assert set(Job.objects.values_list("state", "attempts")) == {(State.DONE, 1)}


def test_eight_rounds_of_reconciling_take_a_job_back_once(rep):
    job = count(rep)
    table.claim(job.pk)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    at_once(*[upkeep.take_back_lapsed] * EIGHT)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.QUEUED, 1)


def lapse_after_a_moment(job):
    """As if the worker were silent: takes its job away and runs it elsewhere, in the middle of the first attempt."""

    def take_over():
        for _look in range(200):
            if Job.objects.filter(pk=job.pk, state=State.RUNNING).exists():
                break
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        upkeep.take_back_lapsed()
        runner.run_job(job.pk)

    return take_over


def test_work_that_was_given_to_another_worker_has_its_effect_once(rep):
    job = count(rep, steps=1, seconds=0.4)
    at_once(lambda: runner.run_job(job.pk), lapse_after_a_moment(job))
    assert values() == [1]


def test_a_broken_twin_that_commits_without_its_lease_has_its_effect_twice(rep, monkeypatch):
    monkeypatch.setattr(table, "renew", lambda job, **progress: None)
    monkeypatch.setattr(table, "finish", lambda job, result, file_name: None)
    job = count(rep, steps=1, seconds=0.4)
    at_once(lambda: runner.run_job(job.pk), lapse_after_a_moment(job))
    assert values() == [2]


def look_for_lapsed_jobs(seconds):
    def look():
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            upkeep.take_back_lapsed()
            time.sleep(0.1)

    return look


def run_silently(rep):
    """A job that says nothing for two and a half leases, while lapsed ones are looked for."""
    job = count(rep, steps=1, seconds=2.5)
    at_once(lambda: runner.run_job(job.pk), look_for_lapsed_jobs(2))
    job.refresh_from_db()
    return job


def test_silent_work_keeps_its_job_by_a_heartbeat(rep, settings):
    settings.JOB_LEASE = 1
    job = run_silently(rep)
    assert (job.state, job.attempts) == (State.DONE, 1)


def test_a_broken_twin_without_a_heartbeat_loses_its_job(rep, settings, monkeypatch):
    settings.JOB_LEASE = 1
    monkeypatch.setattr(runner, "Heartbeat", nullcontext)
    assert run_silently(rep).state == State.QUEUED
    assert values() == []


def test_cancelling_at_the_moment_of_the_commit_is_either_in_time_or_too_late(rep):
    for _round in range(10):
        job = count(rep, steps=1, seconds=0, commit_seconds=0.01)
        _run, cancelled = at_once(lambda job=job: runner.run_job(job.pk), lambda job=job: table.cancel(job))
        job.refresh_from_db()
        effects = Counter.objects.filter(series=f"job {job.pk}").count()
        assert (job.state, effects) == ((State.CANCELLED, 0) if cancelled.result else (State.DONE, 1))
