"""The statistics of reviews: what they count, for whom, and that each figure opens its rows."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.models import Decision
from approvals.statistics import within
from core.workflow import take
from customers.models import Grade
from orders.models import Order
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]
PAGE = "/approvals/statistics/"


@pytest.fixture
def some_reviews(order_at, steps, manager, rep):
    """Two orders passed both first stages, one of them over the cap; a third was sent back for its price."""
    steps(order_at(), "submit", "rep_approve", "manager_approve")
    small = CustomerFactory(owner=rep, team=rep.team, grade=Grade.C)
    over = steps(order_at(customer=small, lines=[("控制柜", 10, "30000")]), "submit", "rep_approve")
    failing = {f"override-{code}": "战略客户" for code in ("cap", "credit", "date", "discount")}
    take(over, "manager_approve", by=manager, answers=failing)
    back = steps(order_at(), "submit", "rep_approve")
    take(back, "send_back", by=manager, note="折扣太大", answers={"cause": "price"})


def figures(page: str) -> list[tuple[str, str]]:
    """The linked figures: where each leads, and what it says."""
    return re.findall(r'<a class="link" href="([^"]+)">(\d+)</a>', page)


def test_percentiles_are_of_the_decisions_themselves():
    minutes = [(10, 5), (60, 4), (900, 1)]
    assert (within(minutes, 10, 50), within(minutes, 10, 90)) == (10, 60)
    assert within([], 0, 50) is None


def test_each_figure_opens_as_many_rows(some_reviews, as_manager):
    page = as_manager.get(PAGE).content.decode()
    found = figures(page)
    assert sum(int(number) for _url, number in found) > 8
    for url, number in found:
        rows = as_manager.get(url.replace("&amp;", "&")).context["page"]
        assert rows.count == int(number), url


def test_it_tells_causes_reps_and_overrides(some_reviews, as_manager):
    page = as_manager.get(PAGE).content.decode()
    assert "价格或折扣" in page
    assert "王丽" in page
    assert "单笔订单上限" in page or "单笔上限" in page


def test_a_decision_keeps_what_it_is_counted_by(some_reviews, manager):
    decision = Decision.objects.filter(stage="manager_review", verdict="approved").exclude(released="").get()
    assert ",cap," in decision.released
    assert (decision.team, decision.rep) == (manager.team, decision.round.order.rep)
    assert decision.worked is not None
    assert decision.began_at <= decision.at


def test_a_stage_s_time_is_counted_in_office_hours(order_at, steps, manager):
    order = steps(order_at(), "submit", "rep_approve")
    Order.objects.filter(pk=order.pk).update(status_since=timezone.now() - timedelta(days=7))
    order.refresh_from_db()
    take(order, "manager_approve", by=manager)
    worked = Decision.objects.get(stage="manager_review").worked
    assert 0 < worked <= 6 * 9 * 60


def test_other_teams_and_periods_count_nothing(some_reviews, browser_of, other_manager, as_manager):
    assert {number for _url, number in figures(browser_of(other_manager).get(PAGE).content.decode())} == {"0"}
    page = as_manager.get(f"{PAGE}?period=2025-01").content.decode()
    assert all(number == "0" for url, number in figures(page) if "period" in url)


def test_reps_do_not_read_it(as_rep):
    assert as_rep.get(PAGE).status_code == 403


def test_it_costs_the_same_however_many_decisions_there_are(
    some_reviews, as_finance, order_at, steps, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        as_finance.get(PAGE)


def test_a_cause_nobody_chose_is_another_reason(order_at, steps, manager):
    order = steps(order_at(), "submit", "rep_approve")
    take(order, "send_back", by=manager, note="重谈", answers={"cause": "nonsense"})
    assert Decision.objects.get(verdict="sent_back").cause == "other"


def test_the_desk_asks_why_and_keeps_it(order_at, steps, as_manager):
    order = steps(order_at(), "submit", "rep_approve")
    url = reverse("orders:advance", args=[order.pk, "send_back"])
    here = reverse("approvals:review", args=[order.pk])
    as_manager.post(url, {"note": "", "answer-cause": "date", "version": order.version, "back": here})
    assert 'value="date" selected' in as_manager.get(here).content.decode()
    as_manager.post(url, {"note": "改期", "answer-cause": "date", "version": order.version})
    assert Decision.objects.get(verdict="sent_back").cause == "date"
