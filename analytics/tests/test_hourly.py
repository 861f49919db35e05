"""The hourly wake-up: at 22:00 on the 5th the month before is asked for, an hour earlier it is not."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone

from analytics.archive import automatic_closing, closing
from analytics.figures.months import Month
from analytics.models import Archive
from core import registries, tasks
from core.jobs import runner
from core.models import Job, PolicyValue

pytestmark = pytest.mark.django_db
MONTH = Month.current().shifted(-1)


@pytest.fixture(autouse=True)
def _opened():
    PolicyValue.objects.create(key=automatic_closing.OPENING_MONTH, value=str(MONTH.year * 100 + MONTH.month))


def wake_up(monkeypatch, at):
    """What the schedule's task asks for at this moment."""
    monkeypatch.setattr(closing, "timezone", SimpleNamespace(now=lambda: at))
    tasks.hourly()
    return Job.objects.filter(kind="archive_month").count()


def test_the_schedule_wakes_up_at_every_full_hour():
    entry = settings.CELERY_BEAT_SCHEDULE["hourly"]
    assert entry["task"] == tasks.hourly.name
    assert (entry["schedule"].minute, entry["schedule"].hour) == ({0}, set(range(24)))
    assert closing.request_due_closings in registries.hourly
    assert closing.request_due_closings not in registries.sweeps


def test_a_month_is_closed_by_the_wake_up_at_ten_in_the_evening_of_the_fifth(monkeypatch):
    hour = automatic_closing.due_at(MONTH)
    assert timezone.localtime(hour).strftime("%d %H:%M") == "05 22:00"
    assert wake_up(monkeypatch, hour - timedelta(hours=1)) == 0
    assert wake_up(monkeypatch, hour) == 1


def test_eight_wake_ups_in_a_row_leave_one_archive(monkeypatch):
    for hours in range(8):
        wake_up(monkeypatch, automatic_closing.due_at(MONTH) + timedelta(hours=hours))
        runner.run_due()
    assert Job.objects.filter(kind="archive_month").count() == Archive.objects.count() == 1


def test_a_job_that_failed_is_asked_for_again_by_the_next_wake_up(monkeypatch):
    now = timezone.now()
    wake_up(monkeypatch, now)
    Job.objects.filter(kind="archive_month").update(state=Job.State.FAILED, finished_at=now + timedelta(minutes=1))
    assert wake_up(monkeypatch, now + timedelta(minutes=30)) == 1
    assert wake_up(monkeypatch, now + timedelta(hours=1)) == 2
