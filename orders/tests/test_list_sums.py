"""What stands around the order list: its tabs with their numbers, the sum below it, the days that it is narrowed to."""

import datetime

import pytest
from django.utils import timezone

from orders.statuses import DeliveryStatus, Status
from orders.views import OrderList
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db

LIST = "/orders/"


@pytest.fixture
def haiya(rep):
    return CustomerFactory(owner=rep, short_name="海雅装备")


def numbers(response) -> list[str]:
    return [str(row) for row in response.context["rows"]]


def test_tabs_are_ready_made_filters(as_rep, haiya):
    make_order(customer=haiya)
    make_order(customer=haiya, status=Status.REP_REVIEW, order_date=datetime.date(2025, 5, 5))
    make_order(customer=haiya, status=Status.APPROVED, delivery_status=DeliveryStatus.SHIPPED)
    links = as_rep.get(LIST).context["tab_links"]
    found = [len(numbers(as_rep.get(f"{LIST}?{link['query']}"))) for link in links]
    assert found == [2, 1, 1, 1, 1, 3]
    assert [link["count"] for link in links] == found
    assert [link["active"] for link in links] == [False, False, False, False, False, True]


def test_the_tab_of_late_orders_counts_in_red_what_should_have_arrived(as_rep, haiya):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    late = make_order(customer=haiya, status=Status.APPROVED, order_date=yesterday, promised_date=yesterday)
    make_order(customer=haiya, status=Status.COMPLETED, order_date=yesterday, promised_date=yesterday)
    make_order(customer=haiya, status=Status.APPROVED)
    link = next(link for link in as_rep.get(LIST).context["tab_links"] if link["query"] == "delivery=late")
    assert (link["count"], link["red"]) == (1, True)
    assert numbers(as_rep.get(f"{LIST}?delivery=late")) == [late.number]


def test_tabs_of_an_empty_list_count_nothing(as_rep):
    assert [link["count"] for link in as_rep.get(LIST).context["tab_links"]] == [0] * 6


def test_a_tab_counts_no_further_than_the_cap(as_rep, haiya, monkeypatch):
    monkeypatch.setattr(OrderList, "count_cap", 2)
    for _each in range(3):
        make_order(customer=haiya)
    links = {link["query"]: link for link in as_rep.get(f"{LIST}?grade=C").context["tab_links"]}
    assert (links[""]["count"], links[""]["capped"]) == (2, True)
    assert (links["status=review"]["count"], links["status=review"]["capped"]) == (0, False)


# ---- the sum below the list ------------------------------------------------------------------------------------------


def test_below_the_list_stands_what_it_comes_to_without_what_was_cancelled(as_rep, haiya):
    make_order(customer=haiya, lines=[("甲", 2, "100")])
    make_order(customer=haiya, lines=[("乙", 1, "0.10")])
    make_order(customer=haiya, status=Status.CANCELLED, lines=[("控制柜", 1, "4321.98")])
    assert as_rep.get(LIST).context["in_sum"] == "2 单，价税合计 ¥226.11（不含已取消 1 单）"
    assert as_rep.get(f"{LIST}?status=draft").context["in_sum"] == "2 单，价税合计 ¥226.11"


def test_more_than_are_counted_have_no_sum(as_rep, haiya, monkeypatch):
    monkeypatch.setattr(OrderList, "count_cap", 1)
    for _each in range(2):
        make_order(customer=haiya)
    assert as_rep.get(LIST).context["in_sum"] == ""


def test_who_sees_no_prices_sees_no_sum(as_operations, haiya):
    make_order(customer=haiya, status=Status.APPROVED, lines=[("控制柜", 1, "4321.98")])
    assert as_operations.get(LIST).context["in_sum"] == ""


def test_the_list_is_narrowed_to_days_both_included(as_rep, haiya):
    for day in (1, 2, 3, 4):
        make_order(customer=haiya, order_date=datetime.date(2026, 3, day))
    page = as_rep.get(f"{LIST}?since=2026-03-02&until=2026-03-03")
    assert [row.order_date.day for row in page.context["rows"]] == [3, 2]
    assert page.context["is_filtered"]
    assert 'type="date" name="since" value="2026-03-02"' in page.content.decode()


def test_a_day_that_is_none_narrows_nothing(as_rep, haiya):
    make_order(customer=haiya)
    assert len(numbers(as_rep.get(f"{LIST}?since=yesterday"))) == 1
