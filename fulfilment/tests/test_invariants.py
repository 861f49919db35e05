"""The search for what must never be: it finds nothing in sound data, and what was broken by hand."""

import pytest

from billing.receipts import reverse_receipt
from core.files import store_file
from fulfilment.invariants import unproven_sign_offs, wrong_progress
from fulfilment.statuses import ShipmentStatus
from orders.instalments import payment_status_of
from orders.models import OrderLine
from tests.factories import make_order, make_shipment, released_order
from tests.sample_files import picture

pytestmark = pytest.mark.django_db


def test_sound_deliveries_are_found_sound(customer, operations):
    make_order(customer=customer, status="approved")
    order = released_order(customer=customer)
    shipment = make_shipment(order, status=ShipmentStatus.SIGNED_OFF, parts=[4])
    make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[2])
    store_file(subject=shipment, upload=picture(), purpose="sign_off", by=operations)
    assert [*wrong_progress(), *unproven_sign_offs()] == []


def test_a_wrong_status_and_a_wrong_quantity_are_found(order):
    make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4])
    order.delivery_status = "shipped"
    order.save()
    OrderLine.objects.filter(order=order).update(shipped_quantity=10)
    assert len(list(wrong_progress())) == 2


def test_a_sign_off_without_proof_is_found(order):
    shipment = make_shipment(order, status=ShipmentStatus.SIGNED_OFF)
    assert list(unproven_sign_offs()) == [str(shipment)]


@pytest.mark.parametrize(
    ("received", "gross", "expected"),
    [(0, 100, "unpaid"), (1, 100, "partly_paid"), (100, 100, "paid"), (0, 0, "free")],
)
def test_payment_is_told_from_what_was_received(received, gross, expected):
    assert payment_status_of(received, gross) == expected


def test_a_receipt_and_its_reversal_move_the_payment_status(order, pay, finance):
    receipt = pay(order, "3390")
    order.refresh_from_db()
    assert order.payment_status == "partly_paid"
    pay(order, "7910")
    order.refresh_from_db()
    assert order.payment_status == "paid"
    reverse_receipt(receipt=receipt, by=finance, reason="录错")
    order.refresh_from_db()
    assert order.payment_status == "partly_paid"
