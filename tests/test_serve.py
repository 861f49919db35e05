"""The one-terminal supervisor: whatever ends it, nothing stays behind."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ordersys.serve import address, is_ending, main, why_not_listening
from tests.processes import PATIENCE, descendants, eventually, free_port, is_alive

ROOT = Path(__file__).resolve().parent.parent
STOPPED = {signal.SIGINT: 0, signal.SIGTERM: 0, signal.SIGHUP: 0, signal.SIGKILL: -signal.SIGKILL}
# A child that says who it is and then, like a hung worker, hears that it is to end and does not.
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, lambda *_: os.write(1, b"asked\\n"))
print("child", os.getpid(), flush=True)
time.sleep(600)
"""
ENDS_BADLY = "import sys; sys.exit(3)"
SEES_NO_WORK = "import sys, time; time.sleep(1); sys.exit(75)"


def supervise(*programs, grace=0.3, restarted=False):
    """Start a supervisor over small Python programs, in a session of its own."""
    children = [("program", [sys.executable, "-c", program], restarted) for program in programs]
    code = (
        "import sys; from ordersys.serve import Child, Supervisor; "
        f"sys.exit(Supervisor([Child(*child) for child in {children!r}], grace={grace}).run())"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Under nohup the tests would hand on that a closed terminal is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )


def first_number(process):
    """The number on the next line that the process prints."""
    return int(next(word for word in process.stdout.readline().split() if word.isdigit()))


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the process table from /proc")


@needs_proc
@pytest.mark.parametrize("number", STOPPED, ids=lambda number: number.name)
def test_no_signal_leaves_an_orphan(number):
    with supervise(STUBBORN) as supervisor:
        child = first_number(supervisor)
        supervisor.send_signal(number)
        assert supervisor.wait(timeout=PATIENCE) == STOPPED[number]
        assert eventually(lambda: not is_alive(child))


@needs_proc
def test_the_end_of_one_child_stops_the_others_and_is_reported():
    with supervise(STUBBORN, ENDS_BADLY) as supervisor:
        output, _ = supervisor.communicate(timeout=PATIENCE)
    assert supervisor.returncode == 1
    assert "program ended by itself (exit code 3), so everything was stopped." in output
    assert not any(is_alive(line.split()[1]) for line in output.splitlines() if line.startswith("child"))


@needs_proc
def test_a_child_that_may_end_is_started_again_while_the_others_work_on():
    with supervise(STUBBORN, grace=0.3, restarted=True) as supervisor:
        first = first_number(supervisor)
        os.kill(first, signal.SIGKILL)
        assert "killed by SIGKILL); starting it again." in supervisor.stdout.readline()
        second = first_number(supervisor)
        assert second != first
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(timeout=PATIENCE) == 0
        assert eventually(lambda: not is_alive(second))


@needs_proc
def test_when_jobs_stand_still_a_worker_that_only_seems_alive_is_started_again():
    with supervise(STUBBORN, SEES_NO_WORK, grace=0.3, restarted=True) as supervisor:
        first = first_number(supervisor)
        assert supervisor.stdout.readline() == (
            "Jobs are due and nobody works on them; starting anew: program, program.\n"
        )
        assert supervisor.stdout.readline() == "asked\n"
        assert first_number(supervisor) != first
        assert not is_alive(first)
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(timeout=PATIENCE) == 0


def test_a_second_signal_ends_the_waiting():
    with supervise(STUBBORN, grace=600) as supervisor:
        first_number(supervisor)
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.stdout.readline() == "asked\n"
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(timeout=PATIENCE) == 0


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_the_real_site_leaves_nothing_behind(number):
    port = free_port()
    serve = [sys.executable, "-m", "ordersys.serve"]
    environment = {**os.environ, "PORT": str(port)}
    with subprocess.Popen(serve, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as supervisor:
        try:
            lines = iter(supervisor.stdout.readline, "")
            assert any(f"http://127.0.0.1:{port}/" in line for line in lines)
            family = descendants(supervisor.pid)
            assert len(family) >= 6, "gunicorn's master and its two workers, the worker, the schedule, the watch"
        finally:
            supervisor.send_signal(number)
        supervisor.wait(timeout=PATIENCE)
        assert eventually(lambda: not any(map(is_alive, family)))
    # A child that was just being started, and so is not in the family, holds the port until it sees its parent gone.
    assert eventually(lambda: why_not_listening("127.0.0.1", port) is None)


def test_a_busy_port_is_said_at_once():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-P", "ordersys/serve.py", "--check-port"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used (Address already in use)" in done.stdout


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "８０８０", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(ValueError, match="PORT must be a number"):
        address()


def test_the_usual_address_is_port_8000_on_this_machine_only(monkeypatch):
    monkeypatch.setenv("PORT", "")
    monkeypatch.delenv("BIND", raising=False)
    assert address() == ("127.0.0.1", 8000)


def test_a_running_parent_is_not_taken_for_an_ending_one():
    assert not is_ending(os.getppid())


def test_somebody_else_than_the_parent_counts_as_a_parent_that_is_gone():
    assert is_ending(os.getpid())


def test_a_node_can_run_some_programs_and_a_name_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["worker", "wach"])
    assert "The programs are web, worker, schedule, watch." in capsys.readouterr().err
