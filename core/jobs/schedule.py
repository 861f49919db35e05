"""What finds work by itself: functions without arguments that look for what is due; run again they change nothing."""

from collections.abc import Callable
from typing import TypeVar

from core import registries

_Task = TypeVar("_Task", bound=Callable[[], object])


def every_few_minutes(task: _Task) -> _Task:
    """Has the function called every few minutes."""
    registries.sweeps.append(task)
    return task


def every_hour(task: _Task) -> _Task:
    """Has the function called at every full hour, for what goes by the clock."""
    registries.hourly.append(task)
    return task
