"""Runs the whole site in one terminal: ``python -m ordersys.serve``, as ``make run`` and ``make stack`` do.

Every program of the site is a child with a process group of its own. When the terminal says stop (Ctrl-C, SIGTERM, a
closed window), or when one child ends by itself, all children are asked to stop, get ten seconds' grace and are then
killed. When the supervisor itself is killed outright, Linux tells the children. Ready-made runners left orphans there.
What works in the background is an exception: a job may take its worker along, so worker, schedule and watch are started
again. The watch looks at the jobs that are due; when it ends saying that nobody works on them, all three begin anew.

Only the standard library is used, so that the Makefile can ask for a free port before any package is installed.
"""

import argparse
import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

GRACE = 10.0  # seconds between "please stop" and the kill
GLANCE = 0.1  # seconds between two looks at the children
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a child is started again, twice as long each time
STALLED = 75  # the exit code with which the watch says that jobs are due and nobody works on them
LONG_ENOUGH = 60.0  # seconds after which a child counts as having worked well
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Child:
    """One program of the site: a name for messages and the command that starts it.

    One that is ``restarted`` may end at any time, the others work on meanwhile; when any other ends, so does the site.
    """

    name: str
    command: Sequence[str]
    restarted: bool = False


@dataclass
class Running:
    """A child that was started: its process, since when, and how long to wait before it is started again."""

    child: Child
    process: subprocess.Popen
    since: float
    pause: float = FIRST_PAUSE
    again_at: float | None = None


def site() -> list[Child]:
    """The programs that make up the site: pages, background work, the clock that wakes it up, and who watches it."""
    return [
        Child("web", [sys.executable, "-m", "gunicorn", "--config", "python:ordersys.gunicorn_conf", "ordersys.wsgi"]),
        Child("worker", worker(), restarted=True),
        Child("schedule", [*celery("beat"), "--pidfile="], restarted=True),
        Child("watch", [sys.executable, "manage.py", "watch_jobs"], restarted=True),
    ]


def worker() -> list[str]:
    """Background work by two hands: processes on Redis, threads where the queue is a folder."""
    pool = "prefork" if os.environ.get("REDIS_URL") else "threads"
    return [
        *celery("worker"),
        *["--pool", pool, "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"],
    ]


def celery(program: str) -> list[str]:
    level = os.environ.get("LOG_LEVEL") or "WARNING"
    # It warns of root, whom a container has by design.
    quiet = ["-W", "ignore:You're running the worker with superuser privileges"]
    return [sys.executable, *quiet, "-m", "celery", "--quiet", "--app", "ordersys.celery", program, "--loglevel", level]


def address() -> tuple[str, int]:
    """Where the site listens, from ``BIND`` (127.0.0.1) and ``PORT`` (8000). Raises ValueError for no usable port."""
    port = os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"PORT must be a number from 1 to 65535, not {port!r}.")
    return os.environ.get("BIND") or "127.0.0.1", int(port)


def why_not_listening(host: str, port: int) -> str | None:
    """The sentence that explains why nobody could listen on this address now, or None."""
    with socket.socket() as probe:
        # As gunicorn does: connections that linger from the run before are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            return f"Port {port} on {host} cannot be used ({problem.strerror}). Choose another one: PORT=8123 make run"
    return None


def die_with_parent(parent: int) -> None:
    """Have Linux kill this process as soon as its parent process (id ``parent``) ends; elsewhere do nothing."""
    if LIBC is None:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it ended before we could ask
        os.kill(os.getpid(), signal.SIGKILL)


class Supervisor:
    """Starts children, watches them, and leaves none behind."""

    def __init__(self, children: Sequence[Child], grace: float = GRACE, parent: int | None = None):
        """``grace`` is in seconds; with the process id of a ``parent`` the site stops when that program stops."""
        self.children = children
        self.grace = grace
        self.parent = parent
        self.running: list[Running] = []
        self.caught: list[int] = []

    def run(self, announcement: str = "", host: str = "", port: int = 0) -> int:
        """Run until told to stop (returns 0) or until a child ends by itself (returns 1).

        ``announcement`` is printed once something answers on ``host`` and ``port``.
        """
        self.listen_for_signals()
        try:
            for child in self.children:
                self.running.append(Running(child, self.start(child), time.monotonic()))
            ended = self.watch(announcement, host, port)
        finally:
            self.stop(self.running)
        if ended is None:
            say("Stopped.")
            return 0
        say(ended)
        return 1

    def listen_for_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under nohup the closed terminal is not to stop us.
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue
            signal.signal(number, lambda caught, frame: self.caught.append(caught))

    def start(self, child: Child) -> subprocess.Popen:
        supervisor = os.getpid()
        return subprocess.Popen(
            child.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(supervisor),
        )

    def watch(self, announcement: str, host: str, port: int) -> str | None:
        """Wait for a stop signal (None) or for a child's end (the sentence about it)."""
        while not self.caught and not (self.parent and is_ending(self.parent)):
            for one in self.running:
                if (code := one.process.poll()) is not None:
                    ended = f"{one.child.name} ended by itself ({how_it_ended(code)})"
                    if not one.child.restarted:
                        return f"{ended}, so everything was stopped."
                    if code == STALLED and one.again_at is None:
                        self.begin_anew()
                    self.start_again(one, ended)
            if announcement and answers(host, port):
                say(announcement)
                announcement = ""
            time.sleep(GLANCE)
        return None

    def start_again(self, one: Running, ended: str) -> None:
        """Start an ended child again after a pause, which grows while it keeps ending early."""
        now = time.monotonic()
        if one.again_at is None:
            tell(one.process.pid, signal.SIGKILL)  # what it may have left of its group
            one.pause = FIRST_PAUSE if now - one.since > LONG_ENOUGH else one.pause
            one.again_at = now + one.pause
            one.pause = min(2 * one.pause, LONGEST_PAUSE)
            say(f"{ended}; starting it again.")
        elif now >= one.again_at:
            one.process, one.since, one.again_at = self.start(one.child), now, None

    def begin_anew(self) -> None:
        """Stop everything in the background, also what does not hear any more, and have it started again at once."""
        background = [one for one in self.running if one.child.restarted]
        names = ", ".join(one.child.name for one in background)
        say(f"Jobs are due and nobody works on them; starting anew: {names}.")
        self.stop(background)
        for one in background:
            one.again_at, one.pause = time.monotonic(), FIRST_PAUSE

    def stop(self, some: Sequence[Running]) -> None:
        """Ask every group to stop, wait, kill what is left; a signal that arrives meanwhile ends the waiting.

        Children that ended and wait for their new start have no group.
        """
        signals_so_far, processes = len(self.caught), [one.process for one in some if one.again_at is None]
        tell_all(processes, signal.SIGTERM)
        deadline = time.monotonic() + self.grace
        while alive(processes) and time.monotonic() < deadline and len(self.caught) <= signals_so_far:
            time.sleep(GLANCE)
        tell_all(processes, signal.SIGKILL)
        for process in processes:
            process.wait()


def tell_all(processes: Sequence[subprocess.Popen], number: int) -> None:
    for process in reversed(processes):
        tell(process.pid, number)


def alive(processes: Sequence[subprocess.Popen]) -> bool:
    """Whether any process of any of these groups still runs."""
    for process in processes:
        process.poll()  # collects an ended leader, which would otherwise count as alive
    return any(tell(process.pid, 0) for process in processes)


def tell(group: int, number: int) -> bool:
    """Send a signal to a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says "not permitted" of a group of ended processes
        return False
    return True


def is_ending(parent: int) -> bool:
    """Whether the parent process is gone, or is ``make`` that was told to stop.

    Told by SIGINT or SIGHUP (not through the terminal, which tells everybody), make says nothing to the programs it
    runs and waits for them inside its signal handler; what shows from here is that the signal is blocked meanwhile.
    """
    if os.getppid() != parent:
        return True
    try:
        with open(f"/proc/{parent}/status") as status:
            blocked = next(int(line.split()[1], 16) for line in status if line.startswith("SigBlk:"))
    except (OSError, StopIteration):  # no Linux, no such view
        return False
    return any(blocked >> (number - 1) & 1 for number in (signal.SIGINT, signal.SIGHUP))


def how_it_ended(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def answers(host: str, port: int) -> bool:
    """Whether a web server answers there, whatever it says."""
    connection = http.client.HTTPConnection(reachable(host), port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def reachable(host: str) -> str:
    """The address to open in a browser for a server that listens on ``host``."""
    return "127.0.0.1" if host == "0.0.0.0" else host


def say(sentence: str) -> None:
    print(sentence, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m ordersys.serve", description="Run the whole site in one terminal.")
    parser.add_argument("--check-port", action="store_true", help="only say whether the port is free")
    parser.add_argument("--stop-with-parent", action="store_true", help="stop when the starting program (make) stops")
    parser.add_argument("programs", nargs="*", help="only these: web, worker, schedule, watch")
    options = parser.parse_args(arguments)
    children = [child for child in site() if not options.programs or child.name in options.programs]
    if len(children) < len(set(options.programs)):
        parser.error(f"The programs are {', '.join(child.name for child in site())}.")
    if not any(child.name == "web" for child in children):
        return Supervisor(children).run()
    parent = os.getppid() if options.stop_with_parent else None
    try:
        host, port = address()
    except ValueError as problem:
        say(str(problem))
        return 1
    if busy := why_not_listening(host, port):
        say(busy)
        return 1
    if options.check_port:
        return 0
    announcement = f"\nOrderSys is running: http://{reachable(host)}:{port}/   (Ctrl-C stops it)\n"
    return Supervisor(children, parent=parent).run(announcement, host, port)


if __name__ == "__main__":
    sys.exit(main())
