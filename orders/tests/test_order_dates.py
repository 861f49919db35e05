"""An order of the year 2062, of a closed month, or promised for last week is not submitted."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.models import ClosedMonth, PolicyValue
from orders.entry.dates import wrong_dates
from orders.entry.draft import missing_for_submission
from tests.factories import make_order

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def it_is_the_20th(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)


def sentences(order_date, promised=date(2027, 1, 1)):
    return dict(wrong_dates(order_date, promised))


@pytest.mark.django_db
def test_an_order_date_lies_at_most_a_week_ahead():
    assert sentences(TODAY + timedelta(days=7)) == {}
    assert "7" in sentences(TODAY + timedelta(days=8))["order_date"]
    assert set(sentences(date(2062, 11, 29), date(2062, 12, 20))) == {"order_date"}


@pytest.mark.django_db
def test_the_administrator_says_how_far_ahead():
    PolicyValue.objects.create(key="order_days_ahead", value="0")
    assert set(sentences(TODAY + timedelta(days=1))) == {"order_date"}


def closed(*months):
    for first, last in months:
        ClosedMonth.objects.create(first_day=first, last_day=last, closed_at=timezone.now())


@pytest.mark.django_db
def test_an_order_date_does_not_lie_before_the_oldest_open_month():
    assert sentences(date(2026, 9, 30)) == {}
    closed((date(2026, 8, 1), date(2026, 8, 31)), (date(2026, 9, 1), date(2026, 9, 30)))
    assert "2026-10-01" in sentences(date(2026, 9, 30))["order_date"]
    # Neither was July closed ever, nor is anything to be booked in it.
    assert "2026-10-01" in sentences(date(2026, 7, 1))["order_date"]
    assert sentences(date(2026, 10, 1)) == {}


def test_the_promised_date_is_not_before_the_order_date_nor_over():
    assert sentences(TODAY, TODAY) == {}
    assert set(sentences(TODAY, TODAY - timedelta(days=1))) == {"promised_date"}
    assert set(sentences(date(2026, 11, 2), date(2026, 11, 19))) == {"promised_date"}


@pytest.mark.django_db
def test_an_order_is_not_submitted_with_a_date_in_another_century():
    order = make_order(order_date=date(2062, 11, 29), promised_date=date(2062, 12, 20))
    assert [part for part, _sentence in missing_for_submission(order)] == ["order_date"]
