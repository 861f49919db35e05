"""Real processes in tests: who runs below whom, whether they still do, waiting for them."""

import socket
import time
from pathlib import Path

#: Seconds after which a wait is given up. Only a failing test waits that long, so it suits the slowest machine.
PATIENCE = 240


def is_alive(pid):
    """Whether a process runs; an ended one that nobody has collected yet does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def eventually(condition):
    """Whether the condition comes true in the end; how soon says nothing about the code."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def descendants(pid):
    """The process ids below ``pid``, children and their children."""
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += [int(child), *descendants(child)]
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
