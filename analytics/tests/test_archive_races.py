"""Closing a month while orders are approved: whatever the order of the two, the archive has what was booked."""

import time
from datetime import timedelta

import pytest

from analytics.archive import closing
from analytics.archive.closing import archive_of, request_closing
from analytics.figures.months import Month
from approvals import locks
from core import periods, workflow
from core.jobs import runner
from core.workflow import _write_status, take
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, UserFactory, make_order, terms
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 4
NEWEST = Month.current().shifted(-1)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _slow_to_commit(monkeypatch):
    """Between booking and the commit some time passes, as it does under load."""

    def dawdle(obj, target):
        _write_status(obj, target)
        time.sleep(1.5)

    monkeypatch.setattr(workflow, "_write_status", dawdle)


def approve_while_closing(month):
    """An order of the month is approved in the instant in which the month is closed; whether the archive has it."""
    finance = UserFactory(role="finance")
    made = make_order(
        customer=CustomerFactory(grade="A"),
        status=Status.FINANCE_REVIEW,
        order_date=month.first + timedelta(days=3),
        payment_terms=terms("100%到货后30天"),
    )
    waiting = Order.objects.get(pk=made.pk)
    job = request_closing(month=month, by=None)
    outcomes = at_once(
        lambda: take(waiting, "finance_approve", by=finance),
        lambda: (time.sleep(0.1), runner.run_job(job.pk)),
    )
    assert all(outcome.won for outcome in outcomes), outcomes
    order = Order.objects.get(pk=waiting.pk)
    kept = archive_of(month).rows_of("orders").filter(subject_id=order.pk).exists()
    return order.booking_date in month, kept


def test_what_is_booked_in_a_month_is_in_its_archive():
    for back in range(ROUNDS):
        booked, kept = approve_while_closing(NEWEST.shifted(-back))
        assert booked == kept


def test_without_the_period_lock_an_order_is_booked_behind_the_archive_s_back(monkeypatch):
    """The broken twin: the approver looks which months are open, and does not hold them open."""
    monkeypatch.setattr(locks.periods, "share", lambda: None)
    found = [approve_while_closing(NEWEST.shifted(-back)) for back in range(ROUNDS)]
    assert (True, False) in found


def test_the_same_month_closed_by_several_at_once_is_closed_once():
    outcomes = at_once(*[lambda: periods.close_month(month=NEWEST.first, by=None)] * 3)
    assert len({outcome.result.pk for outcome in outcomes}) == 1


def test_three_schedulers_at_once_ask_for_one_archive():
    periods.close_month(month=NEWEST.first, by=None)
    outcomes = at_once(*[closing.request_due_closings] * 3)
    assert len({job.pk for outcome in outcomes for job in outcome.result}) == 1
    runner.run_due()
    assert closing.request_due_closings() == []
