"""Kinds of jobs for tests: one counts, one leaves a file, the others go wrong. Workers of tests import this too."""

import os
import signal
import time

from django.db.models import F

from core.jobs.kinds import JobFailed, JobKind, Result, register_kind
from core.models import Counter


def _work(context):
    """``steps`` pieces of work of ``seconds`` each."""
    steps = context.arguments.get("steps", 3)
    for step in range(steps):
        context.progress(step, steps)
        time.sleep(context.arguments.get("seconds", 0))
    context.check_cancelled()
    return steps


def _count(context, steps):
    """Adds one where a second effect would show, slowly if told so."""
    series = context.arguments.get("series", f"job {context.job.pk}")
    Counter.objects.get_or_create(series=series)
    time.sleep(context.arguments.get("commit_seconds", 0))
    Counter.objects.filter(series=series).update(value=F("value") + 1)
    return Result("Counted %(n)s.", {"n": steps}, url="/counted/")


def _write(context):
    path = context.new_file(".txt")
    path.write_text(context.arguments.get("text", "written"))
    context.check_cancelled()
    return path


def _break(context):
    context.new_file(".txt").write_text("half")
    raise ValueError("a bug")


def _refuse(context):
    context.new_file(".txt").write_text("half")
    raise JobFailed("There is no row %(row)s.", row=7)


def _kill_the_worker(context):
    os.kill(os.getpid(), signal.SIGKILL)


def _nothing(context, prepared):
    return None


KINDS = [
    JobKind("sample.count", "Count", _work, _count),
    JobKind("sample.file", "Write a file", _write, lambda context, path: Result(file_name="../Ä “file”.txt")),
    JobKind("sample.break", "Break", _break, _nothing),
    JobKind("sample.refuse", "Refuse", _refuse, _nothing),
    JobKind("sample.kill", "Kill the worker", _kill_the_worker, _nothing),
]
for kind in KINDS:
    register_kind(kind)
