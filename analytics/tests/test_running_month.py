"""A running month is compared with as many days of the month before, and of the same month last year, and says so."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import gettext

from analytics.dashboard.board import board_of
from analytics.figures.catalogue import BY_KEY
from analytics.figures.display import as_text, compare
from analytics.figures.kpis import Share
from analytics.figures.months import Month
from analytics.figures.same_days import same_days_of
from analytics.figures.segments import Segment
from analytics.models import Dimension, Scope
from analytics.report.findings import percent, points
from analytics.rollups.freshness import refresh
from core.money import percentage, rounded
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


@pytest.fixture(autouse=True)
def _the_tenth_of_november(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **more: date(2026, 11, 10))


@pytest.fixture
def sell(rep):
    customer = CustomerFactory(owner=rep, team=rep.team)

    def sold(day, **more):
        return make_order(customer=customer, rep=rep, status=Status.APPROVED, order_date=day, **more)

    return sold


def test_the_first_ten_days_are_compared_with_ten_days(sell):
    for day in (date(2026, 10, 1), date(2026, 10, 10), date(2026, 10, 11), date(2026, 10, 31)):
        sell(day)
    for day in (1, 2, 10):
        sell(date(2026, 11, day))
    refresh()
    figure = board_of(Segment(), NOVEMBER).figure("order_count")
    assert (figure.value.text, figure.month_before.text, figure.month_before.direction) == ("3", "50.0%", "up")
    assert board_of(Segment(), OCTOBER).figure("order_count").value.text == "4"


def test_a_month_that_is_over_is_compared_with_all_of_the_one_before(sell):
    sell(date(2026, 9, 30))
    for day in (1, 2):
        sell(date(2026, 10, day))
    refresh()
    assert board_of(Segment(), OCTOBER).figure("order_count").month_before.text == "100.0%"


def test_promises_count_as_far_as_they_count_in_the_running_month(sell):
    for day in (9, 10):
        order = sell(date(2026, 10, 1), promised_date=date(2026, 10, day))
        type(order).objects.filter(pk=order.pk).update(signed_off_on=date(2026, 10, day), delivery_status="signed")
    assert same_days_of(Segment(), OCTOBER).on_time == Share(1, 1)


def test_it_is_that_of_the_segment(sell, rep, other_rep):
    sell(date(2026, 10, 3))
    counts = {seller: same_days_of(Segment(Scope.REP, seller.pk), OCTOBER).order_count for seller in (rep, other_rep)}
    assert counts == {rep: 1, other_rep: 0}
    assert same_days_of(Segment(dimension=Dimension.CATEGORY, value="1"), OCTOBER).order_count == 0


def test_the_page_says_what_it_compares_with(as_finance, sell):
    sell(date(2026, 11, 1))
    sell(date(2026, 10, 1))
    said = gettext("against the same days of last month")
    assert said in as_finance.get(f"/analytics/{NOVEMBER}/").content.decode()
    assert said not in as_finance.get(f"/analytics/{OCTOBER}/").content.decode()


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.1225, "12.3%"), (0.0005, "0.1%"), (0.1435, "14.4%"), (0.30, "30.0%"), (-0.0004, "0.0%"), (1 / 3, "33.3%")],
)
def test_percentages_are_rounded_half_up_and_nought_has_no_sign(value, shown):
    assert str(as_text("rate", value)) == shown
    assert percent(value) == shown


def test_amounts_days_and_differences_are_rounded_half_up(sell):
    assert as_text("days", 12.25).text == "12.3"
    assert points(-0.0225) == "2.3"
    assert compare(BY_KEY["on_time_rate"], 0.5225, 0.5).text == gettext("%(n)s points") % {"n": "2.3"}
    assert (rounded(Decimal("-0.04")), percentage(Decimal("0.005"), 0)) == (Decimal("0.0"), Decimal(1))
    assert f"{rounded(-0.01)}" == "0.0"
    assert timezone.localdate() - timedelta(days=9) == NOVEMBER.first


def test_without_orders_the_running_month_opens_and_says_what_belongs_there(as_finance):
    response = as_finance.get("/analytics/", follow=True)
    assert response.redirect_chain[-1][0] == f"/analytics/{timezone.localdate():%Y-%m}/"
    assert response.context["board"].is_empty
    assert 'class="blank"' in response.content.decode()
