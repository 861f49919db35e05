"""Where definitions are easily got wrong, on real rows: roll-ups and pages, not the pure functions alone."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.figures.kpis import Figures, Share
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Scope
from analytics.rollups.freshness import refresh
from analytics.rollups.lookup import figures_by_month
from core.workflow import born
from customers.models import Customer, Grade
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db
APRIL, MAY, JUNE = Month(2026, 4), Month(2026, 5), Month(2026, 6)


WHOLE = Segment()


@pytest.fixture
def customers(rep, other_rep):
    return [CustomerFactory(owner=owner, team=owner.team) for owner in (rep, other_rep)]


@pytest.fixture
def sell(customers, rep, other_rep):
    """A function: day, customer 0 or 1, seller 0 or 1, further values of the order → the approved order."""

    def sold(day: date, customer: int = 0, seller: int = 0, status=Status.APPROVED, **values) -> Order:
        who = (rep, other_rep)[seller]
        values = {"rep": who, "promised_date": day + timedelta(days=30), **values}
        return make_order(customer=customers[customer], status=status, order_date=day, **values)

    return sold


def figures(month=MAY, segment=WHOLE) -> Figures:
    refresh()
    return figures_by_month(segment, [month])[month]


def of_rep(rep) -> Segment:
    return Segment(Scope.REP, rep.pk)


def signed_after_promise(order: Order, days: int) -> None:
    day = order.first_promised_date + timedelta(days=days)
    Order.objects.filter(pk=order.pk).update(signed_off_on=day, delivery_status="signed")
    order.lines.update(signed_off_on=day)


@pytest.mark.parametrize(("days", "in_time"), [(-1, 1), (0, 1), (1, 0), (90, 0)])
def test_an_order_that_came_late_stays_late_in_the_month_it_was_promised_for(sell, days, in_time):
    order = sell(date(2026, 3, 2))
    signed_after_promise(order, days)
    found = figures(Month.of(order.first_promised_date))
    lines = order.lines.count()
    assert found.on_time == Share(in_time, 1)
    assert sum(share.part for share in found.delays.values()) == (0 if in_time else lines)
    assert sum(share.whole for share in found.delays.values()) == lines


def test_a_customer_regraded_later_leaves_the_a_share_as_it_was(sell):
    order = sell(date(2026, 5, 4))
    before = figures()
    assert before.a_share == Share(order.net_total if order.grade == Grade.A else 0, order.net_total)
    for grade in (Grade.A, Grade.B, Grade.C):
        Customer.objects.update(grade=grade)
        assert figures() == before


def test_a_customer_who_buys_twice_from_two_people_came_again_for_all_and_for_neither(sell, rep, other_rep):
    sell(date(2026, 5, 4), seller=0)
    sell(date(2026, 5, 5), seller=1)
    assert figures().repurchase == Share(1, 1)
    assert figures().repurchase_12m == Share(1, 1)
    for person in (rep, other_rep):
        assert figures(segment=of_rep(person)).repurchase == Share(0, 1)


def test_three_orders_are_one_customer_who_came_again(sell):
    for day in (4, 5, 6):
        sell(date(2026, 5, day))
    sell(date(2026, 5, 7), customer=1)
    assert figures().repurchase == Share(1, 2)


def test_a_cancelled_order_before_does_not_make_a_customer_come_again(sell):
    born([sell(date(2026, 4, 4))], Status.CANCELLED)
    sell(date(2026, 5, 4))
    assert figures().repurchase == Share(0, 1)
    assert figures(APRIL).order_count == 0


def test_in_the_running_month_only_promises_already_past_count(sell):
    today = timezone.localdate()
    for days in (1, 0):
        sell(today - timedelta(days=40), promised_date=today - timedelta(days=days))
    yesterday = Month.of(today - timedelta(days=1))
    assert figures(yesterday).on_time == Share(0, 1)
    if yesterday != Month.of(today):
        assert figures(Month.of(today)).on_time == Share(0, 0)


def test_what_cannot_be_divided_reads_as_a_dash_and_opens_nothing(sell, as_finance):
    sell(date(2026, 5, 4), lines=[("赠品", 1, "0")])
    page = as_finance.get(reverse("analytics:month", args=[MAY])).context
    shown = {figure.kpi.key: figure for figure in (*page["tiles"], *page["others"])}
    assert (shown["order_total"].value.text, shown["order_count"].value.text) == ("0.00", "1")
    for key in ("a_share", "delivery_cycle_mean", "delivery_cycle_median"):
        assert (shown[key].value.text, shown[key].url) == ("—", ""), key
    empty = as_finance.get(reverse("analytics:month", args=[JUNE.shifted(1)])).context
    assert {figure.value.text for figure in empty["tiles"] if figure.kpi.kind == "rate"} == {"—"}
