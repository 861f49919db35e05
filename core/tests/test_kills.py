"""Workers that are killed, on both brokers: nothing is lost, nothing is done twice, nobody stays behind.

The worker and the schedule are the real ones, under the real supervisor, with short leases: core/tests/worker_settings.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from core.jobs import table
from core.models import Counter, Job
from core.tests import sample_jobs  # noqa: F401  (registers the kinds)
from tests.processes import PATIENCE, descendants, eventually, free_port, is_alive

POSTGRES = connection.vendor == "postgresql"
pytestmark = [pytest.mark.kill, *([pytest.mark.django_db(transaction=True)] if POSTGRES else [])]
State = Job.State
KILLS = 5
OUTAGES = 6
STANDSTILL = "20"  # seconds; a worker needs some to begin
# The real children without the web server; they are started again quickly however often they end.
STACK = (
    "import sys; from ordersys import serve; serve.LONG_ENOUGH = 0; "
    "sys.exit(serve.Supervisor(serve.site()[1:], grace=5).run())"
)
ENQUEUE = """
import django; django.setup()
from core.jobs.table import enqueue
from core.tests import sample_jobs
print(enqueue("sample.count", owner=None).pk)
"""


class Redis:
    """A Redis of the test's own, which can be taken away and brought back."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        assert eventually(self.answers)

    def stop(self):
        self.process.kill()
        self.process.wait()

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def database(tmp_path, django_db_blocker):
    """A database that other processes can open too; its address."""
    kept = connections["default"]
    if POSTGRES:
        yield "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
        return
    path = tmp_path / "site.sqlite3"
    with django_db_blocker.unblock():
        connections["default"] = type(kept)({**kept.settings_dict, "NAME": str(path)}, "default")
        call_command("migrate", verbosity=0)
        yield f"sqlite:///{path}"
        connections["default"].close()
        connections["default"] = kept


@pytest.fixture
def redis(tmp_path):
    if not shutil.which("redis-server"):
        pytest.skip("needs redis-server")
    server = Redis(str(tmp_path))
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["folder", "redis"])
def environment(request, database, tmp_path):
    """What the processes of the site are told, once for each broker."""
    told = {"DJANGO_SETTINGS_MODULE": "core.tests.worker_settings", "DATABASE_URL": database, "REDIS_URL": ""}
    if request.param == "redis":
        told["REDIS_URL"] = f"redis://127.0.0.1:{request.getfixturevalue('redis').port}/0"
    return {**os.environ, **told, "MEDIA_ROOT": str(tmp_path)}


@contextmanager
def running(environment):
    """Worker and schedule under their supervisor."""
    stack = subprocess.Popen(
        [sys.executable, "-c", STACK], cwd=settings.BASE_DIR, env=environment, start_new_session=True
    )
    try:
        yield stack
    finally:
        stack.terminate()
        stack.wait(timeout=PATIENCE)


def workers(stack):
    """The process ids of the worker and of its own processes."""
    return [pid for pid in descendants(stack.pid) if b"\0worker\0" in _command_of(pid)]


def _command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def in_work():
    return Job.objects.filter(state=State.RUNNING).exists()


def over(*jobs):
    return not Job.objects.filter(pk__in=[job.pk for job in jobs]).live().exists()


def kill_somewhere(stack):
    """Waits for work, then kills one of the worker's processes somewhere in the middle of it."""
    assert eventually(in_work)
    time.sleep(random.uniform(0, 1))
    if found := workers(stack):
        os.kill(random.choice(found), signal.SIGKILL)


def test_a_worker_killed_anywhere_loses_and_doubles_nothing(environment):
    work = {"steps": 5, "seconds": 0.1, "commit_seconds": 0.3}
    jobs = [table.enqueue("sample.count", owner=None, arguments=work) for _n in range(14)]
    with running(environment) as stack:
        for _kill in range(KILLS):
            kill_somewhere(stack)
            jobs += [table.enqueue("sample.count", owner=None, arguments=work) for _n in range(3)]
        assert eventually(lambda: over(*jobs))
    ends = Job.objects.values_list("state", "attempts")
    assert {state for state, _attempts in ends} == {State.DONE}, list(ends)
    assert counted() == [(f"job {job.pk}", 1) for job in jobs]
    assert sum(attempts for _state, attempts in ends) > len(jobs), "No kill hit any work."


def test_a_job_that_kills_its_worker_stops_after_five_attempts_and_says_so(environment):
    deadly = table.enqueue("sample.kill", owner=None)
    harmless = table.enqueue("sample.count", owner=None)
    with running(environment):
        assert eventually(lambda: over(deadly, harmless))
    deadly.refresh_from_db()
    harmless.refresh_from_db()
    assert (deadly.state, deadly.attempts, harmless.state) == (State.FAILED, 5, State.DONE)
    assert "5" in deadly.error_sentence


def test_a_killed_supervisor_takes_worker_and_schedule_along(environment):
    job = table.enqueue("sample.count", owner=None)
    with running(environment) as stack:
        assert eventually(lambda: over(job))
        family = descendants(stack.pid)
        assert len(family) == (5 if environment["REDIS_URL"] else 3)
        stack.kill()
        assert eventually(lambda: not any(map(is_alive, family)))


@pytest.mark.parametrize("environment", ["redis"], indirect=True)
def test_while_the_broker_is_away_jobs_are_accepted_and_they_run_later(environment, redis):
    with running(environment) as stack:
        first = enqueue_as_a_request_does(environment)
        assert eventually(lambda: over(first))
        redis.stop()
        second = enqueue_as_a_request_does(environment)
        time.sleep(3)
        assert not over(second)
        redis.start()
        assert eventually(lambda: over(second))
        assert stack.poll() is None
    second.refresh_from_db()
    assert second.state == State.DONE


@pytest.mark.parametrize("environment", ["redis"], indirect=True)
def test_outages_of_the_broker_one_after_the_other_lose_and_double_nothing(environment, redis):
    """After three or four of them a worker may stay connected and read nothing."""
    jobs = []
    with running({**environment, "JOB_PATIENCE": STANDSTILL}) as stack:
        for _outage in range(OUTAGES):
            jobs.append(enqueue_as_a_request_does(environment))
            assert eventually(lambda: over(*jobs))
            redis.stop()
            jobs.append(enqueue_as_a_request_does(environment))
            redis.start()
        assert eventually(lambda: over(*jobs))
        assert stack.poll() is None
    assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}
    assert counted() == [(f"job {job.pk}", 1) for job in jobs]


def test_a_worker_that_lives_and_takes_nothing_is_started_again_and_that_is_said(environment, capfd):
    with running({**environment, "JOB_PATIENCE": STANDSTILL}) as stack:
        first = table.enqueue("sample.count", owner=None)
        assert eventually(lambda: over(first))
        deaf = workers(stack)
        for pid in deaf:
            os.kill(pid, signal.SIGSTOP)
        jobs = [first, table.enqueue("sample.count", owner=None)]
        assert eventually(lambda: over(*jobs))
        assert not any(map(is_alive, deaf))
    assert "nobody works on them; starting anew: worker, schedule, watch." in capfd.readouterr().out
    assert counted() == [(f"job {job.pk}", 1) for job in jobs]


def counted():
    """How often each job had its effect."""
    rows = Counter.objects.filter(series__startswith="job ").values_list("series", "value")
    return sorted(rows, key=lambda row: int(row[0].split()[1]))


def enqueue_as_a_request_does(environment):
    """From a process of its own, whose bell rings the broker of the test."""
    command = [sys.executable, "-c", ENQUEUE]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True)
    return Job.objects.get(pk=int(done.stdout))
