"""How far an order is delivered: the rule, and that what is stored equals a recount."""

from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fulfilment.progress import Delivered, delivery_status_of, progress_of
from fulfilment.statuses import ShipmentStatus
from tests.factories import CustomerFactory, make_shipment, released_order


def status_of(*lines, released=True):
    return delivery_status_of([Delivered(*map(Decimal, line)) for line in lines], released)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([(10, 0, 0)], "preparing"),
        ([(10, 4, 0)], "partly_shipped"),
        ([(10, 10, 0), (5, 0, 0)], "partly_shipped"),
        ([(10, 10, 0), (5, 5, 0)], "shipped"),
        ([(10, 10, 10), (5, 5, 0)], "partly_signed"),
        ([(10, 10, 0), (5, 5, 4)], "partly_signed"),
        ([(10, 4, 4), (5, 0, 0)], "partly_signed"),
        ([(10, 10, 10), (5, 5, 5)], "signed"),
        ([], "preparing"),
    ],
)
def test_delivery_is_told_from_what_was_shipped_and_signed(lines, expected):
    assert status_of(*lines) == expected


def test_before_its_release_an_order_has_not_begun():
    assert status_of((10, 0, 0), released=False) == "not_started"


QUANTITY = st.integers(min_value=0, max_value=10)


@given(st.lists(st.tuples(QUANTITY, QUANTITY), min_size=1))
def test_only_an_order_of_which_everything_arrived_is_signed_off(pairs):
    lines = [(10, max(pair), min(pair)) for pair in pairs]
    assert (status_of(*lines) == "signed") == all(signed == 10 for _ordered, _shipped, signed in lines)


@pytest.mark.django_db
def test_what_is_stored_equals_a_recount(customer):
    order = released_order(customer=customer, lines=[("控制柜", 10, "100"), ("安装调试", "2.5", "100")])
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF, parts=[4, 0])
    make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[3, "1.5"])
    make_shipment(order, status=ShipmentStatus.READY, parts=[3, 1])
    make_shipment(order, status=ShipmentStatus.CANCELLED, parts=[3, 1])
    order.refresh_from_db()
    stored = [(line.shipped_quantity, line.signed_quantity) for line in order.current_lines()]
    assert stored == [(7, 4), (Decimal("1.5"), 0)]
    found = progress_of(order)
    assert [(d.shipped, d.signed) for d in found.lines.values()] == stored
    assert (
        (order.delivery_status, order.signed_off_on) == (found.status, found.signed_off_on) == ("partly_signed", None)
    )


@pytest.mark.django_db
def test_the_final_sign_off_is_the_day_of_the_last_one(rep):
    order = released_order(customer=CustomerFactory(owner=rep))
    today = timezone.localdate()
    earlier = today.replace(year=today.year - 1)
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF, parts=[4], signed_on=earlier)
    order.refresh_from_db()
    assert order.signed_off_on is None
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF, parts=[6])
    order.refresh_from_db()
    assert (order.delivery_status, order.signed_off_on) == ("signed", today)


@pytest.mark.django_db
def test_what_did_not_arrive_in_good_order_is_to_be_shipped_again(customer):
    order = released_order(customer=customer)
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF, received=[0])
    order.refresh_from_db()
    line = order.lines.get()
    assert (order.delivery_status, line.shipped_quantity, line.to_ship) == ("preparing", 0, 10)
