"""Grade, province, rep and team of an approved order are those of its order date."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Customer, FormerStanding, Grade

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]


@pytest.fixture
def ordered_on(order_at, customer, other_rep, steps):
    """A function: days ago → an order approved now; a week ago its customer was a rep's of another team, grade C."""
    today = timezone.localdate()
    FormerStanding.objects.create(
        customer=customer,
        until=today - timedelta(days=7),
        grade=Grade.C,
        province="旧省",
        owner=other_rep,
        team=other_rep.team,
    )

    def approve(days: int):
        order = order_at(order_date=today - timedelta(days=days))
        return steps(order, "submit", "rep_approve", "manager_approve", "finance_approve")

    return approve


def counted_by(order):
    return order.grade, order.province, order.sold_by, order.sold_team


def test_an_order_of_before_the_change_counts_by_what_was_so_then(ordered_on, rep, other_rep):
    order = ordered_on(8)
    assert counted_by(order) == (Grade.C, "旧省", other_rep, other_rep.team)
    assert (order.rep, order.team) == (rep, rep.team)


def test_an_order_of_that_day_counts_by_what_is_so_since(ordered_on, rep):
    assert counted_by(ordered_on(7)) == (Grade.A, "云汀省", rep, rep.team)


def test_its_rep_sold_what_nobody_owned_then(ordered_on, customer, rep):
    day = timezone.localdate() - timedelta(days=30)
    FormerStanding.objects.create(customer=customer, until=day, grade=Grade.B, province="旧省")
    order = ordered_on(31)
    assert counted_by(order) == (Grade.B, "旧省", rep, rep.team)
    assert Customer.objects.get(pk=customer.pk).grade == Grade.A
