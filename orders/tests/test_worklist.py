"""Orders that come back to their rep, orders in the header's search, and orders that follow their owners."""

import datetime

import pytest
from django.utils import timezone

from accounts.ownership import hand_over, move_along
from core.events import record
from core.search import Question, find
from core.worklist import items_for
from orders.models import Order
from orders.search import hits
from orders.statuses import Status
from orders.worklist import SentBack
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db

FRIDAY = datetime.datetime(2026, 11, 20, 17, 0, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def haiya(rep):
    return CustomerFactory(owner=rep, short_name="海雅装备", grade="A")


@pytest.fixture
def sent_back(haiya, manager):
    order = make_order(customer=haiya, number="202611海雅装备001", sent_back=True)
    record(order, "send_back", by=manager, note="早先的理由")
    record(order, "send_back", by=manager, note="折扣太高，请与客户重谈")
    Order.objects.filter(pk=order.pk).update(status_since=FRIDAY)
    return order


# ---- worklist --------------------------------------------------------------------------------------------------------


def test_an_order_that_was_sent_back_waits_for_its_rep(rep, sent_back):
    (item,) = [item for item in items_for(rep) if item.kind == "returned"]
    assert (item.whom, item.grade) == ("海雅装备", "A")
    assert "202611海雅装备001" in item.what
    assert item.url == f"/orders/{sent_back.pk}/edit/"
    assert "陈志远" in item.detail
    assert "折扣太高" in item.detail
    assert "早先" not in item.detail


def test_it_is_due_one_working_day_after_it_came_back(rep, sent_back):
    (item,) = SentBack().items(rep, 50)
    assert item.due == FRIDAY + datetime.timedelta(days=3)
    assert item.why


def test_it_waits_for_nobody_else(manager, finance, other_rep, operations, sent_back):
    assert [SentBack().items(person, 50) for person in (manager, finance, other_rep, operations)] == [[], [], [], []]


def test_what_was_not_sent_back_or_is_under_way_again_does_not_wait(rep, haiya):
    make_order(customer=haiya)
    make_order(customer=haiya, status=Status.REP_REVIEW, sent_back=True)
    assert SentBack().items(rep, 50) == []


def test_many_orders_that_came_back_cost_as_many_queries_as_one(rep, haiya, sent_back, django_assert_num_queries):
    SentBack().items(rep, 50)
    with django_assert_num_queries(4):
        assert len(SentBack().items(rep, 50)) == 1
    for n in range(6):
        order = make_order(customer=haiya, number=f"202611海雅装备01{n}", sent_back=True)
        Order.objects.filter(pk=order.pk).update(status_since=FRIDAY)
    with django_assert_num_queries(4):
        assert len(SentBack().items(rep, 50)) == 7


# ---- search ----------------------------------------------------------------------------------------------------------


def test_search_finds_orders_by_number_and_by_customer(rep, haiya):
    order = make_order(customer=haiya, status=Status.APPROVED, number="202611海雅装备001")
    for text in ("202611海雅", "海雅装备001", "hyzb"):
        found = [hit for hit in find(rep, text) if hit.url == f"/orders/{order.pk}/"]
        assert found, text
        assert (found[0].title, found[0].family) == (order.number, "good")


def test_search_names_the_customer_before_its_orders(rep, haiya, as_rep):
    make_order(customer=haiya, status=Status.APPROVED, number="202611海雅装备001")
    assert [hit.kind_label for hit in find(rep, "hyzb")] == ["客户", "订单"]
    while_typing = as_rep.get("/search/", {"q": "hyzb"}, headers={"HX-Request": "true"}).content.decode()
    assert while_typing.index(haiya.get_absolute_url()) < while_typing.index("202611海雅装备001")
    assert "<html" not in while_typing


def test_search_shows_no_foreign_orders_and_operations_no_price(other_rep, operations, finance, haiya):
    make_order(customer=haiya, status=Status.APPROVED, lines=[("控制柜", 1, "4321.98")])
    assert hits(Question(other_rep, "海雅")) == []
    assert "4,883.84" in hits(Question(finance, "海雅"))[0].detail
    assert "4,883" not in hits(Question(operations, "海雅"))[0].detail


def test_search_shows_the_newest_and_no_more_than_asked(finance, haiya):
    orders = [make_order(customer=haiya) for _each in range(4)]
    assert [hit.title for hit in hits(Question(finance, "海雅", 2))] == [str(orders[3]), str(orders[2])]


# ---- whose they are --------------------------------------------------------------------------------------------------


def test_unfinished_orders_follow_their_rep_to_another_team(rep, haiya, team, other_team):
    orders = {status: make_order(customer=haiya, status=status) for status in Status}
    rep.team = other_team
    move_along(rep)
    finished = {Status.COMPLETED, Status.CANCELLED}
    for status, order in orders.items():
        order.refresh_from_db()
        assert order.team == (team if status in finished else other_team), status


def test_all_orders_follow_their_customer_to_its_new_owner_and_count_for_who_sold_them(rep, haiya, other_rep):
    orders = [make_order(customer=haiya, status=status) for status in Status]
    haiya.owner, haiya.team = other_rep, other_rep.team
    hand_over(haiya)
    for order in orders:
        order.refresh_from_db()
        assert (order.rep, order.team) == (other_rep, other_rep.team)
        assert order.sold_by == (rep if order.approved_at else None)
    assert set(Order.objects.visible_to(other_rep)) == set(orders)
    assert not Order.objects.visible_to(rep).exists()


def test_orders_of_a_customer_without_owner_stay_with_their_rep(rep, haiya):
    order = make_order(customer=haiya)
    haiya.owner = None
    hand_over(haiya)
    order.refresh_from_db()
    assert order.rep == rep
