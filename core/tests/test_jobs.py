"""One job's life in one process: enqueue, claim, work, finish, fail, cancel, be taken back, expire."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone, translation

from core import registries
from core.jobs import bell, context, files, runner, table, upkeep
from core.jobs.kinds import JobCancelled, LeaseLost
from core.models import Counter, Job, Message
from core.tests import sample_jobs

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _every_progress_is_written(monkeypatch):
    monkeypatch.setattr(context, "_WRITE_EVERY", 0)


def enqueue(owner, kind="sample.count", unique_key="", **arguments):
    return table.enqueue(kind, owner=owner, arguments=arguments, unique_key=unique_key)


def run(job):
    runner.run_job(job.pk)
    job.refresh_from_db()
    return job


def lapse(job):
    """As if the worker had died long ago."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def left_files():
    return list(files.folder().iterdir())


# ---- enqueue ---------------------------------------------------------------------------------------------------------


def test_a_job_is_in_the_table_and_the_bell_rings_after_the_commit(rep, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue(rep)
        assert rung == []
    assert rung == [job.pk]
    assert (job.state, job.owner, job.attempts) == (State.QUEUED, rep, 0)


def test_a_job_of_a_transaction_that_fails_is_not_there(rep, rung):
    @transaction.atomic
    def save_something():
        enqueue(rep)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save_something()
    assert not Job.objects.exists()
    assert rung == []


def test_the_same_key_returns_the_live_job_and_after_its_end_a_new_one(rep):
    first = enqueue(rep, unique_key="a")
    assert enqueue(rep, unique_key="a") == first
    assert enqueue(rep, unique_key="b") != first
    assert enqueue(rep, "sample.file", unique_key="a") != first
    run(first)
    assert enqueue(rep, unique_key="a") != first


def test_a_job_that_is_being_cancelled_makes_room_for_a_new_one(rep):
    first = enqueue(rep, unique_key="a")
    table.claim(first.pk)
    table.cancel(first)
    assert enqueue(rep, unique_key="a") != first


def test_jobs_without_a_key_are_never_the_same(rep):
    assert enqueue(rep) != enqueue(rep)


def test_an_unknown_kind_is_refused_at_once(rep):
    with pytest.raises(KeyError):
        enqueue(rep, "no.such.kind")


def test_a_broker_that_is_down_is_survived(monkeypatch, caplog):
    monkeypatch.undo()

    def refuse(*args, **kwargs):
        raise ConnectionRefusedError("nobody listens")

    monkeypatch.setattr(bell.current_app, "send_task", refuse)
    assert bell.ring(7) is False
    assert "nobody listens" in caplog.text


# ---- run -------------------------------------------------------------------------------------------------------------


def test_a_finished_job_has_its_effect_its_outcome_and_a_message(rep):
    job = run(enqueue(rep, steps=4))
    assert (job.state, job.attempts, job.lease_until) == (State.DONE, 1, None)
    assert job.outcome_sentence == "Counted 4."
    assert job.outcome_url == "/counted/"
    assert Counter.objects.get().value == 1
    message = Message.objects.get(user=rep)
    assert message.url == job.get_absolute_url()


def test_a_job_called_again_does_nothing(rep):
    job = enqueue(rep)
    assert [runner.run_job(job.pk) for _ in range(3)] == [True, False, False]
    assert Counter.objects.get().value == 1


def test_a_job_that_is_due_later_waits(rep):
    job = enqueue(rep)
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now() + timedelta(minutes=1))
    assert not runner.run_job(job.pk)
    assert runner.run_due() == 0


def test_the_result_file_has_a_name_of_the_systems_own(rep):
    job = run(enqueue(rep, "sample.file", text="一"))
    assert job.result_file.startswith(f"{job.pk}-")
    assert files.path_of(job).read_text() == "一"
    assert files.path_of(job).parent.stat().st_mode & 0o077 == 0
    assert job.expires_at > timezone.now() + timedelta(days=6)


def test_a_name_that_leads_out_of_the_folder_finds_nothing(rep, tmp_path):
    (tmp_path / "secret").write_text("x")
    assert files.path_of(Job(result_file="../secret")) is None


def test_a_job_of_the_system_tells_nobody(rep):
    assert run(enqueue(None)).state == State.DONE
    assert not Message.objects.exists()


def test_a_job_runs_in_its_owners_language(rep, monkeypatch):
    rep.language = "en"
    rep.save(update_fields=["language"])
    spoken = []
    monkeypatch.setattr(runner, "_attempt", lambda context: spoken.append(translation.get_language()))
    runner.run_job(enqueue(rep).pk)
    assert spoken == ["en"]


def test_run_due_runs_everything(rep):
    jobs = [enqueue(rep) for _ in range(3)]
    assert runner.run_due() == 3
    assert Job.objects.filter(state=State.DONE).count() == len(jobs)


# ---- progress, lease -------------------------------------------------------------------------------------------------


def test_progress_is_written_and_renews_the_lease(rep):
    job = table.claim(enqueue(rep).pk)
    lapse(job)
    context.Context(job).progress(30, 100)
    job.refresh_from_db()
    assert (job.progress_done, job.progress_total) == (30, 100)
    assert job.lease_until > timezone.now()


def test_a_job_in_work_cannot_be_claimed(rep):
    job = enqueue(rep)
    assert table.claim(job.pk)
    assert table.claim(job.pk) is None


def test_work_that_lost_its_job_leaves_neither_effect_nor_file(rep, monkeypatch):
    job = enqueue(rep, "sample.file")
    original = sample_jobs.KINDS[1].prepare

    def prepare_while_another_worker_takes_over(context):
        original(context)
        lapse(job)
        upkeep.take_back_lapsed()

    late = sample_jobs.JobKind("sample.file", "Late", prepare_while_another_worker_takes_over, lambda c, p: None)
    monkeypatch.setitem(registries.job_kinds, "sample.file", late)
    run(job)
    assert job.state == State.QUEUED
    assert left_files() == []


def test_renewing_a_lost_lease_is_refused(rep):
    job = table.claim(enqueue(rep).pk)
    lapse(job)
    upkeep.take_back_lapsed()
    with pytest.raises(LeaseLost):
        table.renew(job)


def test_work_that_takes_too_long_is_stopped_and_says_so(rep, settings):
    settings.JOB_TIME_LIMIT = -60
    job = run(enqueue(rep))
    assert job.state == State.FAILED
    assert "-1" in job.error_sentence


# ---- going wrong -----------------------------------------------------------------------------------------------------


def test_a_refusal_fails_at_once_with_its_sentence(rep):
    job = run(enqueue(rep, "sample.refuse"))
    assert (job.state, job.attempts) == (State.FAILED, 1)
    assert job.error_sentence == "There is no row 7."
    assert left_files() == []
    assert Message.objects.filter(user=rep).count() == 1


def test_an_unexpected_problem_is_tried_again_later_and_later(rep, settings):
    job = run(enqueue(rep, "sample.break"))
    assert (job.state, job.attempts) == (State.QUEUED, 1)
    assert "ValueError" in job.error_sentence
    wait = job.due_at - timezone.now()
    Job.objects.update(due_at=timezone.now())
    run(job)
    assert job.due_at - timezone.now() > 3 * wait
    assert left_files() == []


def test_after_five_attempts_a_job_has_failed_and_says_so(rep):
    job = enqueue(rep, "sample.break")
    for _attempt in range(7):
        Job.objects.update(due_at=timezone.now())
        run(job)
    assert (job.state, job.attempts) == (State.FAILED, 5)
    assert "5" in job.error_sentence
    assert "ValueError" in job.error_sentence
    assert Message.objects.filter(user=rep).count() == 1


def test_a_job_whose_kind_is_gone_fails_like_any_other(rep, monkeypatch):
    job = enqueue(rep)
    monkeypatch.delitem(registries.job_kinds, "sample.count")
    run(job)
    assert "KeyError" in job.error_sentence


def test_a_job_whose_worker_died_waits_again_behind_the_others(rep, rung):
    job = enqueue(rep)
    table.claim(job.pk)
    other = enqueue(rep)
    assert upkeep.reconcile() == 1
    lapse(job)
    assert upkeep.reconcile() == 2
    assert rung == [other.pk, other.pk, job.pk]
    assert run(job).state == State.DONE
    assert job.attempts == 2


def test_a_job_that_kills_every_worker_fails_after_five_of_them(rep):
    job = enqueue(rep)
    for _attempt in range(5):
        assert table.claim(job.pk)
        lapse(job)
        upkeep.take_back_lapsed()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FAILED, 5)
    assert table.claim(job.pk) is None
    assert Message.objects.get(user=rep).url == job.get_absolute_url()


def test_a_job_whose_worker_died_runs_alone_so_that_a_deadly_one_takes_nobody_along(rep):
    deadly, victim = [table.claim(enqueue(rep).pk) for _n in range(2)]
    lapse(deadly)
    lapse(victim)
    upkeep.take_back_lapsed()
    deadly = table.claim(deadly.pk)
    assert table.claim(victim.pk) is None
    assert table.claim(enqueue(rep).pk), "others are not held up"
    Job.objects.filter(state=State.RUNNING).update(lease_until=timezone.now())
    assert table.claim(victim.pk)


def test_a_job_whose_worker_died_does_not_wait_for_ever(rep):
    victim = table.claim(enqueue(rep).pk)
    lapse(victim)
    upkeep.take_back_lapsed()
    assert table.claim(enqueue(rep).pk)
    assert not runner.run_job(victim.pk)
    assert runner.run_due() == 0
    Job.objects.filter(pk=victim.pk).update(due_at=timezone.now() - timedelta(minutes=11))
    assert runner.run_job(victim.pk)


def test_a_worker_heard_of_at_the_last_moment_keeps_its_job(rep):
    job = table.claim(enqueue(rep).pk)
    lapse(job)
    seen = table.lapsed().get()
    table.renew(job)
    assert table.seize(seen) is None


# ---- cancel ----------------------------------------------------------------------------------------------------------


def test_a_waiting_job_is_cancelled_at_once(rep):
    job = enqueue(rep)
    assert table.cancel(job)
    assert run(job).state == State.CANCELLED
    assert not Counter.objects.exists()


def test_a_running_job_stops_at_its_next_step(rep):
    job = table.claim(enqueue(rep).pk)
    assert table.cancel(job)
    with pytest.raises(JobCancelled):
        context.Context(job).check_cancelled()


def test_a_job_cancelled_while_it_works_leaves_nothing(rep, monkeypatch):
    job = enqueue(rep, "sample.file")
    monkeypatch.setattr(context.Context, "check_cancelled", lambda self: table.cancel(self.job))
    assert run(job).state == State.CANCELLED
    assert left_files() == []


def test_a_cancelled_job_whose_worker_died_is_cancelled(rep):
    job = table.claim(enqueue(rep).pk)
    table.cancel(job)
    lapse(job)
    upkeep.take_back_lapsed()
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_what_is_over_cannot_be_cancelled(rep):
    job = run(enqueue(rep))
    assert not table.cancel(job)
    job.refresh_from_db()
    assert job.state == State.DONE


# ---- upkeep ----------------------------------------------------------------------------------------------------------


def test_an_expired_file_is_removed_and_the_job_stays(rep):
    job = run(enqueue(rep, "sample.file"))
    Job.objects.update(expires_at=timezone.now())
    assert upkeep.tidy() == 1
    job.refresh_from_db()
    assert (job.state, job.result_file, left_files()) == (State.DONE, "", [])


def test_what_a_killed_attempt_left_is_removed_after_a_day(rep, monkeypatch):
    kept = files.path_of(run(enqueue(rep, "sample.file")))
    orphan = files.folder() / "1-x.txt"
    orphan.write_text("half")
    assert upkeep.tidy() == 0
    monkeypatch.setattr(upkeep, "_ORPHAN_AGE", -1)
    assert upkeep.tidy() == 1
    assert left_files() == [kept]


@pytest.mark.parametrize(("name", "call"), [("sweeps", upkeep.sweep), ("hourly", upkeep.wake_up)])
def test_a_sweep_that_fails_harms_no_other(monkeypatch, name, call):
    swept = []

    def broken():
        raise ZeroDivisionError

    monkeypatch.setattr(upkeep.registries, name, [broken, lambda: swept.append(1)])
    call()
    assert swept == [1]
