"""When a customer should order again, on the worklist and on the home page."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.worklist import items_for
from customers.models import Customer
from orders.rhythm import expected_orders, gap_of
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db


def days_ago(*numbers: int) -> list[date]:
    return [timezone.localdate() - timedelta(days=number) for number in numbers]


def ordering(rep, *numbers: int, status=Status.COMPLETED, **file) -> Customer:
    """A customer with orders so many days ago."""
    customer = CustomerFactory(owner=rep, **file)
    for day in days_ago(*numbers):
        make_order(customer=customer, status=status, order_date=day)
    return customer


@pytest.mark.parametrize(
    ("numbers", "gap"),
    [
        ((0, 30), None),  # two orders make no rhythm
        ((0, 30, 60), 30),
        ((0, 30, 60, 400), 30),  # the median: one long pause does not count
        ((0, 0, 0), None),  # a day is no rhythm
        ((0, 10, 30), 15),
    ],
)
def test_the_rhythm_is_the_median_of_the_gaps_between_at_least_three_orders(numbers, gap):
    assert gap_of(days_ago(*numbers)) == gap


def test_whoever_is_past_the_usual_gap_is_expected_on_the_day_after_it(rep):
    customer = ordering(rep, 40, 70, 100)
    (expected,) = expected_orders(rep)
    assert (expected.customer, expected.gap, expected.last) == (customer, 30, *days_ago(40))
    assert expected.day == timezone.localdate() - timedelta(days=10)


def test_only_the_last_eight_orders_count(rep):
    ordering(rep, 30, 60, 90, 120, 150, 180, 210, 240, *range(241, 260))
    (expected,) = expected_orders(rep)
    assert expected.gap == 30


@pytest.mark.parametrize("numbers", [(10, 40, 70), (400, 430, 460)])
def test_whoever_is_not_due_yet_or_silent_for_long_is_not_expected(rep, numbers):
    ordering(rep, *numbers)
    assert expected_orders(rep) == []


def test_cancelled_orders_make_no_rhythm_and_one_under_review_ends_the_waiting(rep):
    ordering(rep, 40, 70, 100, status=Status.CANCELLED)
    customer = ordering(rep, 40, 70, 100)
    assert len(expected_orders(rep)) == 1
    make_order(customer=customer, status=Status.REP_REVIEW)
    assert expected_orders(rep) == []


def test_the_day_in_the_file_goes_before_the_rhythm_until_an_order_meets_it(rep):
    (day,) = days_ago(-3)
    customer = ordering(rep, 40, 70, 100, repurchase_on=day)
    (expected,) = expected_orders(rep)
    assert (expected.day, expected.gap) == (day, None)
    make_order(customer=customer, status=Status.APPROVED, order_date=timezone.localdate())
    assert expected_orders(rep) == []


def test_a_frozen_customer_and_one_of_another_rep_are_not_waited_for(rep, other_rep):
    ordering(rep, 40, 70, 100, status=Status.COMPLETED)
    Customer.objects.update(status="frozen")
    assert expected_orders(rep) == []
    ordering(other_rep, 40, 70, 100)
    assert expected_orders(rep) == []


def test_it_stands_on_the_worklist_of_the_rep_with_the_reason(rep, manager):
    customer = ordering(rep, 40, 70, 100)
    (item,) = [item for item in items_for(rep) if item.kind == "repurchase"]
    assert (item.whom, item.url, item.verb) == (str(customer), f"/customers/{customer.pk}/", "联系")
    assert "每 30 天" in item.why
    assert [item for item in items_for(manager) if item.kind == "repurchase"] == []


def test_any_number_of_customers_costs_two_statements(rep, django_assert_num_queries):
    ordering(rep, 40, 70, 100)
    with django_assert_num_queries(2):
        assert len(expected_orders(rep)) == 1
    for _each in range(3):
        ordering(rep, 40, 70, 100)
    with django_assert_num_queries(2):
        assert len(expected_orders(rep)) == 4
