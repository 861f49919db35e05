"""What a customer's orders come to stands on the customer, whatever happens to them and whatever day it is."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.customer_facts import facts_of, recount_by_calendar, refresh_customers
from billing.models import CountedDay
from core.workflow import take
from customers.activity import cooperation_on, type_of, year_before
from customers.models import Customer
from customers.statuses import Cooperation, CustomerType
from orders.models import Order
from orders.statuses import Status
from tests.breakers.kit import pay
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def stored(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


def make_late(order: Order, days: int = 5) -> None:
    order.current_instalments().filter(position=1).update(due_date=TODAY - timedelta(days=days))


@pytest.mark.parametrize(
    ("orders", "kind"), [(0, CustomerType.POTENTIAL), (1, CustomerType.NEW), (2, CustomerType.RETURNING)]
)
def test_the_type_says_how_many_effective_orders_there_are(orders, kind):
    assert type_of(orders) == kind


def test_a_customer_is_dormant_from_the_day_on_which_its_last_order_is_twelve_months_old():
    assert cooperation_on(date(2026, 3, 1), date(2025, 3, 1)) == Cooperation.DORMANT
    assert cooperation_on(date(2026, 3, 1), date(2025, 3, 2)) == Cooperation.ACTIVE
    assert cooperation_on(date(2026, 3, 1), None) == Cooperation.NONE


def test_the_year_before_a_leap_day_ends_in_february():
    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_only_effective_orders_count_and_only_those_of_twelve_months_in_the_annual_amount():
    customer = CustomerFactory()
    old = TODAY - timedelta(days=400)
    make_order(customer=customer, status=Status.COMPLETED, order_date=old)
    make_order(customer=customer, status=Status.APPROVED)
    make_order(customer=customer, status=Status.CANCELLED, number="202611甲009")
    make_order(customer=customer, status=Status.FINANCE_REVIEW)
    found = facts_of([customer.pk], TODAY)[customer.pk]
    assert (found.customer_type, found.order_count, found.first_order_on) == (CustomerType.RETURNING, 2, old)
    assert (found.cumulative_amount, found.annual_amount) == (Decimal("20000.00"), Decimal("10000.00"))


def test_a_cancelled_order_is_taken_from_its_customer(manager):
    order = make_order(status=Status.APPROVED)
    assert stored(order.customer).annual_amount == Decimal("10000.00")
    order.team = manager.team
    order.save(update_fields=["team"])
    take(order, "cancel", by=manager, note="客户不要了")
    customer = stored(order.customer)
    assert (customer.order_count, customer.annual_amount, customer.cooperation) == (0, 0, Cooperation.NONE)


def test_an_instalment_past_its_date_is_overdue_until_it_is_paid():
    order = make_order(status=Status.APPROVED)
    make_late(order)
    refresh_customers([order.customer_id])
    assert stored(order.customer).overdue_amount == Decimal("3390.00")
    pay(order)
    assert stored(order.customer).overdue_amount == 0


def test_what_the_calendar_moves_is_counted_once_a_day():
    ageing = make_order(status=Status.APPROVED, order_date=year_before(TODAY))
    late = make_order(status=Status.APPROVED)
    make_late(late, days=1)
    before = {"annual_amount": 10_000, "cooperation": Cooperation.ACTIVE}
    Customer.objects.filter(pk=ageing.customer_id).update(**before)
    CountedDay.objects.create(pk=CountedDay.ONLY, day=TODAY - timedelta(days=1))
    assert recount_by_calendar() == 2
    customer = stored(ageing.customer)
    assert (customer.annual_amount, customer.cooperation) == (0, Cooperation.DORMANT)
    assert stored(late.customer).overdue_amount == Decimal("3390.00")
    assert recount_by_calendar() == 0


def test_after_a_pause_the_days_between_are_counted_too():
    late = make_order(status=Status.APPROVED)
    make_late(late, days=60)
    CountedDay.objects.create(pk=CountedDay.ONLY, day=TODAY - timedelta(days=90))
    assert recount_by_calendar() == 1


def test_the_first_time_everybody_is_counted():
    order = make_order(status=Status.APPROVED)
    Customer.objects.update(order_count=0)
    assert recount_by_calendar() == 1
    assert stored(order.customer).order_count == 1
