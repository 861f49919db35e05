"""Reviews on the worklist."""

from decimal import Decimal

import pytest

from approvals.checks.result import LABELS, Summary
from approvals.worklist import Reviews, in_words
from core.worklist import counts_for
from orders.statuses import Status

pytestmark = pytest.mark.django_db


def test_what_a_person_can_decide_is_on_the_worklist(order_at, rep, manager, finance, operations):
    orders = {who: order_at(status) for who, status in ((rep, "rep_review"), (manager, "manager_review"))}
    order_at(Status.APPROVED)
    for who, order in orders.items():
        (item,) = Reviews().items(who, 50)
        assert order.number in item.what
        assert item.url == f"/orders/{order.pk}/review/"
        assert (item.kind, item.grade, item.whom) == ("reviews", "A", order.customer_name)
    assert Reviews().items(finance, 50) == Reviews().items(operations, 50) == []


def test_an_item_says_how_the_checks_stand(order_at, customer, manager):
    order_at(Status.MANAGER_REVIEW)
    customer.credit_limit = Decimal("1")
    customer.save()
    (item,) = Reviews().items(manager, 50)
    assert str(item.detail) == in_words(Summary(1, 0, 4, (str(LABELS["credit"]),)))


def test_counting_runs_no_checks(order_at, manager, django_assert_max_num_queries):
    for _n in range(3):
        order_at(Status.MANAGER_REVIEW)
    with django_assert_max_num_queries(16):
        assert counts_for(manager)["reviews"] == 3


def test_the_details_of_all_items_cost_one_round_of_checks(order_at, manager, django_assert_max_num_queries):
    for _n in range(5):
        order_at(Status.MANAGER_REVIEW)
    items = Reviews().items(manager, 50)
    with django_assert_max_num_queries(10):
        assert all(str(item.detail) for item in items)


def test_the_home_page_shows_the_review(order_at, as_manager):
    order = order_at(Status.MANAGER_REVIEW)
    assert order.number in as_manager.get("/").content.decode()
