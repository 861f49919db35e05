"""What waits on the road from release to sign-off, and for whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.worklist import items_for
from fulfilment.statuses import ShipmentStatus
from fulfilment.worklist import MissingOnArrival
from orders.statuses import Status
from tests.factories import make_order, make_shipment

pytestmark = pytest.mark.django_db


def counted(source, user) -> int:
    return sum(source().counts(user, timezone.now()).values())


def waiting(user) -> list[str]:
    return [item.url for item in items_for(user) if item.kind == "shipments"]


def test_a_released_order_waits_for_its_shipment(order, operations, rep):
    assert waiting(operations) == [f"/orders/{order.pk}/delivery/"]
    assert waiting(rep) == []


def test_an_unreleased_order_does_not_wait_for_operations(customer, operations):
    make_order(customer=customer, status=Status.APPROVED)
    assert waiting(operations) == []


def test_a_shipment_takes_its_order_s_place(order, operations):
    shipment = make_shipment(order, parts=[4])
    assert waiting(operations) == [f"/shipments/{shipment.pk}/"]


def test_the_rest_of_an_order_waits_again_once_the_first_part_has_left(order, operations):
    make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4])
    assert waiting(operations) == [f"/orders/{order.pk}/delivery/"]


def test_who_packed_it_is_not_asked_to_check_the_packing(order, operations, other_operations):
    shipment = make_shipment(order, packed_by=operations)
    assert waiting(operations) == [f"/shipments/{shipment.pk}/"]
    shipment.quality_checked_by = operations
    shipment.save()
    assert waiting(operations) == []
    assert waiting(other_operations) == [f"/shipments/{shipment.pk}/"]


def test_goods_that_should_have_arrived_wait_for_their_rep(order, rep, other_rep, operations):
    yesterday = timezone.localdate() - timedelta(days=1)
    shipment = make_shipment(order, status=ShipmentStatus.SHIPPED, expected_on=yesterday)
    assert waiting(rep) == [f"/shipments/{shipment.pk}/"]
    assert waiting(other_rep) == []
    assert waiting(operations) == []


def test_goods_that_are_not_due_yet_wait_for_nobody(order, rep):
    make_shipment(order, status=ShipmentStatus.SHIPPED)
    assert waiting(rep) == []


def test_what_arrived_short_waits_for_operations_until_it_is_sent_again(order, operations, rep):
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF, received=[8])
    assert waiting(operations) == [f"/orders/{order.pk}/delivery/"]
    assert counted(MissingOnArrival, operations) == 1
    assert waiting(rep) == []
    again = make_shipment(order, parts=[2])
    assert waiting(operations) == [f"/shipments/{again.pk}/"]


def test_what_arrived_damaged_waits_for_the_rep_too(order, operations, rep, other_rep, manager):
    shipment = make_shipment(order, status=ShipmentStatus.SIGNED_OFF, received=[8])
    shipment.lines.update(condition="damaged")
    assert waiting(operations) == waiting(rep) == [f"/orders/{order.pk}/delivery/"]
    assert counted(MissingOnArrival, rep) == 1
    assert waiting(other_rep) == waiting(manager) == []
    make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[2])
    assert waiting(rep) == waiting(operations) == []
