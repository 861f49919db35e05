from datetime import date

import pytest
from django.utils import timezone

from core.periods import close_month
from orders.booking import book, booking_day
from orders.statuses import Status
from tests.factories import make_order

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 1)


@pytest.mark.django_db
def test_an_order_is_booked_on_its_order_date():
    assert booking_day(JULY) == JULY


@pytest.mark.django_db
def test_an_order_of_a_closed_month_is_booked_on_the_first_open_day():
    close_month(month=JULY, by=None)
    assert booking_day(JULY) == AUGUST
    assert booking_day(date(2026, 8, 20)) == date(2026, 8, 20)


@pytest.mark.django_db
def test_booking_keeps_who_sold_it_when_the_customer_is_handed_over(other_rep):
    order = make_order(status=Status.APPROVED)
    seller = order.rep
    type(order).objects.filter(pk=order.pk).update(rep=other_rep, team=other_rep.team)
    order.refresh_from_db()
    assert (order.sold_by, order.sold_team, order.rep) == (seller, seller.team, other_rep)


@pytest.mark.django_db
def test_history_brings_the_grade_of_its_day():
    order = make_order(status=Status.FINANCE_REVIEW)
    book(order, approved_at=timezone.now(), grade="A")
    assert order.grade == "A"
    book(order, approved_at=timezone.now())
    assert order.grade == order.customer.grade
