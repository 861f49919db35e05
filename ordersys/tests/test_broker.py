"""The two brokers: the queue in a folder, and what Redis is told."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError

from ordersys.folder_broker import Transport
from tests.processes import PATIENCE

QUEUE = Queue("jobs", Exchange("jobs"), routing_key="jobs")


@pytest.fixture
def connection(tmp_path):
    Transport.global_state.clear()  # what this process has declared in another folder
    options = {"folder": str(tmp_path / "broker"), "polling_interval": 0.01}
    with Connection("filesystem://localhost", transport=Transport, transport_options=options) as connection:
        yield connection


def put(connection, *bodies):
    producer = connection.Producer()
    for body in bodies:
        producer.publish({"n": body}, exchange=QUEUE.exchange, routing_key="jobs", declare=[QUEUE])


def take_all(connection):
    simple, found = connection.SimpleQueue(QUEUE), []
    while simple.qsize():
        message = simple.get(timeout=PATIENCE)
        found.append(message.payload["n"])
        message.ack()
    return found


def files_in(tmp_path):
    return list((tmp_path / "broker").rglob("*.msg"))


def test_messages_come_out_in_the_order_they_went_in_and_leave_nothing(connection, tmp_path):
    put(connection, *range(20))
    assert len(files_in(tmp_path)) == 20
    assert take_all(connection) == list(range(20))
    assert files_in(tmp_path) == []


def test_the_folders_are_the_sites_own(connection, tmp_path):
    put(connection, 1)
    folders = [tmp_path / "broker", *(path for path in (tmp_path / "broker").iterdir())]
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}


def test_a_message_that_is_being_written_is_not_seen(connection, tmp_path):
    put(connection, 1)
    half = files_in(tmp_path)[0]
    half.rename(half.parent.parent / "new" / half.name)
    assert connection.SimpleQueue(QUEUE).qsize() == 0


def test_a_message_sent_while_another_process_still_binds_the_queue_is_not_lost(connection, tmp_path):
    put(connection, 1)
    for binding in (tmp_path / "broker").glob("control/*"):
        binding.unlink()
    put(connection, 2)
    assert take_all(connection) == [1, 2]


def test_a_queue_can_be_emptied(connection, tmp_path):
    put(connection, 1, 2)
    assert QUEUE(connection.default_channel).purge() == 2
    assert files_in(tmp_path) == []


def test_many_senders_and_takers_lose_and_double_nothing(connection, tmp_path):
    options = connection.transport_options
    taken, senders = [], []

    def send(start):
        with Connection("filesystem://localhost", transport=Transport, transport_options=options) as own:
            put(own, *range(start, start + 50))

    def take():
        with Connection("filesystem://localhost", transport=Transport, transport_options=options) as own:
            simple = own.SimpleQueue(QUEUE)
            while any(sender.is_alive() for sender in senders) or simple.qsize():
                try:
                    message = simple.get(timeout=0.2)
                except simple.Empty:
                    continue
                taken.append(message.payload["n"])
                message.ack()

    senders += [threading.Thread(target=send, args=(start,)) for start in (0, 50, 100, 150)]
    takers = [threading.Thread(target=take) for _n in range(3)]
    for thread in (*senders, *takers):
        thread.start()
    for thread in (*senders, *takers):
        thread.join(timeout=PATIENCE)
    assert sorted(taken) == list(range(200))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_an_error_of_the_broker(connection, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises((OperationalError, OSError)):
        put(connection, 1)


ASK = """
import json
from ordersys import settings
told = {name: getattr(settings, name) for name in dir(settings) if name.startswith(("CELERY_", "JOB_"))}
print(json.dumps(told, default=str))
"""


def settings_with(**environment):
    """The settings for background work as a process with this environment has them."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=Path(settings.BASE_DIR),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_redis_hands_nothing_out_again_while_it_may_still_be_in_work():
    told = settings_with(REDIS_URL="redis://127.0.0.1:1/0")
    hard_limit = told["CELERY_TASK_TIME_LIMIT"]
    places = [
        told["CELERY_VISIBILITY_TIMEOUT"],
        told["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"],
        told["CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS"]["visibility_timeout"],
    ]
    assert all(seconds > 2 * hard_limit for seconds in places)
    assert told["CELERY_BROKER_URL"] == "redis://127.0.0.1:1/0"


def test_without_redis_the_queue_is_a_folder():
    told = settings_with(REDIS_URL="")
    assert told["CELERY_BROKER_URL"].startswith("filesystem:")
    assert told["CELERY_BROKER_TRANSPORT_OPTIONS"]["folder"].endswith("var/broker")


@pytest.mark.parametrize("environment", [{"REDIS_URL": ""}, {"REDIS_URL": "redis://127.0.0.1:1/0"}])
def test_a_job_is_acknowledged_only_when_it_is_over(environment):
    told = settings_with(**environment)
    assert told["CELERY_TASK_ACKS_LATE"]
    assert told["CELERY_TASK_REJECT_ON_WORKER_LOST"]
    assert told["JOB_TIME_LIMIT"] < told["CELERY_TASK_SOFT_TIME_LIMIT"] < told["CELERY_TASK_TIME_LIMIT"]
