"""Months that the system closes by itself: from the opening month on, once, after their hour."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from analytics.archive import automatic_closing, closing
from analytics.figures.months import Month
from analytics.models import Archive
from analytics.worklist import MonthsToClose
from core import periods
from core.jobs import runner
from core.models import Job, Message, PolicyValue
from orders.statuses import Status
from tests.factories import make_order

pytestmark = pytest.mark.django_db
MONTH = Month.current().shifted(-1)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def booked():
    """An approved order of last month."""
    return make_order(status=Status.APPROVED, order_date=MONTH.first + timedelta(days=9))


def earliest_open_month():
    return next(iter(automatic_closing.open_months()), Month.current())


def opened(month):
    PolicyValue.objects.create(key=automatic_closing.OPENING_MONTH, value=str(month.year * 100 + month.month))


def it_is(monkeypatch, now):
    """Only for what is due: everything else goes by the true clock."""
    monkeypatch.setattr(closing, "timezone", SimpleNamespace(now=lambda: now))


@pytest.fixture
def on_the_sixth(monkeypatch):
    """It is the sixth of this month, 23:00."""
    now = timezone.make_aware(datetime.combine(Month.current().first + timedelta(days=5), datetime.min.time()))
    it_is(monkeypatch, now)


def test_months_before_the_installation_are_not_closed_by_the_system(booked, on_the_sixth):
    assert automatic_closing.opening_month() == Month.current()
    assert closing.request_due_closings() == []


def test_eight_wake_ups_and_a_pause_of_three_months_give_one_archive_each(booked, finance, on_the_sixth):
    opened(MONTH.shifted(-2))
    assert earliest_open_month() == MONTH.shifted(-2)
    for _wake_up in range(8):
        closing.request_due_closings()
    assert Job.objects.count() == 3
    runner.run_due()
    for _wake_up in range(8):
        closing.request_due_closings()
    runner.run_due()
    assert Job.objects.count() == Archive.objects.count() == 3
    assert earliest_open_month() == Month.current()
    assert Message.objects.filter(user=finance).count() == 3


def test_before_its_hour_a_month_waits_for_finance(booked, monkeypatch, finance, rep):
    opened(MONTH)
    it_is(monkeypatch, automatic_closing.due_at(MONTH) - timedelta(minutes=1))
    assert closing.request_due_closings() == []
    assert [item.whom for item in MonthsToClose().items(finance)] == [str(MONTH)]
    assert MonthsToClose().items(rep) == []
    it_is(monkeypatch, automatic_closing.due_at(MONTH))
    assert len(closing.request_due_closings()) == 1


def test_a_month_closed_without_its_archive_gets_one(booked):
    periods.close_month(month=MONTH.first, by=None)
    assert len(closing.request_due_closings()) == 1
