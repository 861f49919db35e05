"""Exposure: the formula with its three parts, and which orders count."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from billing.exposure import Exposure, accounts_of, exposure_of_order, exposure_without
from customers.models import Customer
from fulfilment.statuses import ShipmentStatus
from orders.models import Instalment
from orders.statuses import EXPOSED, Status
from tests.factories import ProductFactory, make_order, make_shipment, released_order

CENTS = st.integers(min_value=0, max_value=10**8).map(lambda n: Decimal(n) / 100)


def parts(**amounts):
    amounts = {"amount": 1000, "received": 0, "overdue": 0, "shipped": 0, "refunded": 0} | amounts
    found = exposure_of_order(**{name: Decimal(value) for name, value in amounts.items()})
    return int(found.overdue), int(found.shipped_unpaid), int(found.not_shipped)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ({}, (0, 0, 1000)),
        ({"received": 300}, (0, 0, 700)),
        ({"received": 1000}, (0, 0, 0)),
        ({"received": 900, "refunded": 200}, (0, 0, 0)),
        ({"overdue": 300}, (300, 0, 700)),
        ({"shipped": 600}, (0, 600, 400)),
        ({"shipped": 600, "received": 300}, (0, 300, 400)),
        ({"shipped": 600, "received": 700}, (0, 0, 300)),
        ({"shipped": 1000, "received": 300, "overdue": 700}, (700, 0, 0)),
        ({"shipped": 1000, "received": 300, "overdue": 200}, (200, 500, 0)),
        ({"refunded": 400}, (0, 0, 600)),
    ],
)
def test_one_order_s_exposure_falls_into_three_parts(amounts, expected):
    assert parts(**amounts) == expected


@given(amount=CENTS, received=CENTS, overdue=CENTS, shipped=CENTS, refunded=CENTS)
def test_the_parts_are_never_negative_and_sum_to_what_is_owed(amount, received, overdue, shipped, refunded):
    found = exposure_of_order(amount=amount, received=received, overdue=overdue, shipped=shipped, refunded=refunded)
    assert min(found.overdue, found.shipped_unpaid, found.not_shipped) >= 0
    assert found.total == max(Decimal(0), amount - refunded - received)


def test_exposures_add_up_part_by_part():
    one = Exposure(Decimal(1), Decimal(2), Decimal(3))
    assert one + one == Exposure(Decimal(2), Decimal(4), Decimal(6))
    assert (one + one).total == 12


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status.values)
def test_only_orders_in_final_review_approved_or_completed_use_credit(customer, status):
    make_order(customer=customer, status=status)
    accounts = accounts_of([customer.pk], timezone.localdate())[customer.pk]
    assert exposure_without(accounts, None).total == (Decimal("11300.00") if status in EXPOSED else 0)


@pytest.mark.django_db
def test_every_other_order_counts_and_the_order_itself_does_not(customer, pay):
    one, other = (make_order(customer=customer, status=Status.APPROVED) for _n in range(2))
    pay(other, "3390")
    accounts = accounts_of([customer.pk], timezone.localdate())[customer.pk]
    assert exposure_without(accounts, one.pk).total == Decimal("7910.00")
    assert exposure_without(accounts, other.pk).total == Decimal("11300.00")


@pytest.mark.django_db
def test_overdue_is_what_is_unpaid_of_instalments_past_their_day(customer, pay):
    today = timezone.localdate()
    order = make_order(customer=customer, status=Status.APPROVED)
    Instalment.objects.filter(order=order, position=1).update(due_date=today - timedelta(days=1))
    Instalment.objects.filter(order=order, position=2).update(due_date=today)
    pay(order, "1000")
    account = accounts_of([customer.pk], today)[customer.pk][0]
    assert account.exposure == Exposure(Decimal("2390.00"), Decimal("0"), Decimal("7910.00"))
    assert [(part.order_number, part.unpaid) for part in account.overdue] == [(order.number, Decimal("2390.00"))]


@pytest.mark.django_db
def test_what_has_left_counts_by_its_share_of_each_line(customer):
    order = released_order(customer=customer, lines=[(ProductFactory(), 10, "1000"), (ProductFactory(), 3, "0.10")])
    make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4, 1])
    exposure = accounts_of([customer.pk], timezone.localdate())[customer.pk][0].exposure
    assert exposure == Exposure(Decimal(0), Decimal("4520.11"), Decimal("6780.23"))


@pytest.mark.django_db
def test_exposure_costs_four_queries_for_many_customers(customer, django_assert_num_queries):
    for _n in range(3):
        make_order(customer=customer, status=Status.APPROVED)
        make_order(status=Status.APPROVED)
    everybody = list(Customer.objects.values_list("pk", flat=True))
    with django_assert_num_queries(4):
        found = accounts_of(everybody, timezone.localdate())
    assert len(found) == 4
