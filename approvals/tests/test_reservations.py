"""What is reserved of the stock along an order's life: from its release until the last of it has left."""

from decimal import Decimal

import pytest

from accounts.roles import Role
from core.workflow import take
from fulfilment.services import Part, plan_shipment
from fulfilment.statuses import ShipmentStatus
from orders.invariants.lists import wrong_reserved
from orders.reservations import Reserved, reserved_of
from orders.statuses import Status
from products.models import Product
from tests.factories import ProductFactory, UserFactory, confirmed, make_order, make_shipment, released_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return ProductFactory(on_hand=10)


def reserved(product) -> Decimal:
    assert list(wrong_reserved()) == []
    return Product.objects.get(pk=product.pk).reserved


@pytest.mark.parametrize("status", list(Status))
def test_an_order_that_is_not_released_holds_nothing(product, status):
    make_order(status=status, lines=[(product, 4, "10")])
    assert reserved(product) == 0


def test_the_release_reserves_what_was_ordered(product, operations):
    order = make_order(status=Status.APPROVED, lines=[(product, 4, "10"), (product, 2, "10"), ("端子", 9, "1")])
    take(confirmed(order), "release", by=operations)
    assert reserved(product) == 6
    assert Product.objects.get(pk=product.pk).available == 4


def test_what_has_left_is_reserved_no_longer(product):
    order = released_order(lines=[(product, 4, "10")])
    make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[Decimal("1.5")])
    assert reserved(product) == Decimal("2.5")
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF, parts=[Decimal("2.5")])
    assert reserved(product) == 0


def test_a_planned_shipment_still_holds_its_goods(product, operations):
    order = released_order(lines=[(product, 4, "10")])
    parts = {order.lines.get().pk: Part(Decimal(4))}
    plan_shipment(order=order, parts=parts, transport={"method": "pickup"}, by=operations)
    assert reserved(product) == 4


def test_a_cancelled_order_lets_go_of_its_stock_and_of_no_other(product):
    order, other = (released_order(lines=[(product, count, "10")]) for count in (4, 3))
    manager = UserFactory(role=Role.MANAGER, team=order.team)
    take(order, "cancel", by=manager, note="客户项目暂停。")
    assert reserved(product) == 3
    assert reserved_of([product.pk]) == {product.pk: Reserved(Decimal(3))}
    assert other.status == Status.APPROVED


def test_more_may_be_promised_than_there_is(product):
    released_order(lines=[(product, 14, "10")])
    assert reserved(product) == 14
    assert Product.objects.get(pk=product.pk).available == -4
