"""Closing an order short while somebody plans, ships or signs for it: on PostgreSQL, beside twins that must fail."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.roles import Role
from core.invariants import examine
from core.workflow import Refused, take
from fulfilment import services
from fulfilment.services import Part, plan_shipment, ship_shipment
from fulfilment.sign_off import Arrival, sign_off_shipment
from fulfilment.statuses import OPEN, ShipmentStatus
from orders.models import Order
from tests.factories import CarrierFactory, CustomerFactory, UserFactory, make_shipment, released_order
from tests.races import at_once
from tests.sample_files import picture

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 15


@pytest.fixture
def packer():
    return UserFactory(role=Role.OPERATIONS)


def part_of_ten(status=ShipmentStatus.SHIPPED):
    """An order of ten pieces of which four have left, and its manager."""
    order = released_order(customer=CustomerFactory())
    return order, make_shipment(order, status=status, parts=[4]), UserFactory(role=Role.MANAGER, team=order.team)


def closing(order, manager):
    loaded = Order.objects.get(pk=order.pk)
    return lambda: take(loaded, "close_short", by=manager, note="客户不再要其余")


def planning(order, by):
    parts = {order.lines.get().pk: Part(Decimal(6))}
    return lambda: plan_shipment(order=order, parts=parts, transport={"method": "pickup"}, by=by)


def signing(shipment, by):
    arrivals = {shipment.lines.get().pk: Arrival(Decimal(3), "short")}
    known = {"signed_on": timezone.localdate(), "signed_by": "周建", "proof": picture()}
    return lambda: sign_off_shipment(shipment=shipment, arrivals=arrivals, by=by, **known)


def lapsed_and_packed(order) -> bool:
    """Whether what lapsed stands packed all the same."""
    return order.short_closings.exists() and order.shipments.filter(status__in=OPEN).exists()


def delivery_is_sound() -> bool:
    return not [f.examples for f in examine() if f.invariant.name in ("delivery", "packing") and not f.holds]


def unlocked(model, pk):
    return model.objects.get(pk=pk)


def test_what_lapses_is_not_planned_and_what_is_planned_does_not_lapse(packer):
    for _round in range(ROUNDS):
        order, _shipment, manager = part_of_ten()
        outcomes = at_once(closing(order, manager), planning(order, packer))
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, (Refused, ValidationError))
        assert not lapsed_and_packed(order)


def test_without_the_order_s_lock_what_lapsed_is_packed(packer, monkeypatch):
    """The broken twin: both look, and both find that they may."""
    monkeypatch.setattr(services, "lock_row", unlocked)
    failed = False
    for _round in range(ROUNDS):
        order, _shipment, manager = part_of_ten()
        at_once(closing(order, manager), planning(order, packer))
        failed = failed or lapsed_and_packed(order)
    assert failed


def test_what_arrives_short_meanwhile_is_counted_before_or_after(packer):
    for _round in range(ROUNDS):
        order, shipment, manager = part_of_ten()
        outcomes = at_once(closing(order, manager), signing(shipment, packer))
        assert [outcome.error for outcome in outcomes] == [None, None]
        order.refresh_from_db()
        line = order.current_lines().get()
        assert (line.quantity, line.signed_quantity) in ((4, 3), (3, 3))
    assert delivery_is_sound()


def test_without_the_order_s_lock_the_arrival_is_counted_on_what_the_order_said_before(packer, monkeypatch):
    """The broken twin: the sign-off writes what follows onto an order that has moved on meanwhile."""
    for module in ("fulfilment.sign_off", "fulfilment.locks", "customers.moving"):
        monkeypatch.setattr(f"{module}.lock_row", unlocked)
    failed = False
    for _round in range(ROUNDS):
        order, shipment, manager = part_of_ten()
        outcomes = at_once(closing(order, manager), signing(shipment, packer))
        failed = failed or not all(outcome.won for outcome in outcomes) or not delivery_is_sound()
    assert failed


def test_what_leaves_meanwhile_is_no_longer_left_to_lapse(packer):
    """A shipment that stands packed is in the way; once it has left, it is kept."""
    for _round in range(ROUNDS):
        order, _shipment, manager = part_of_ten()
        ready = make_shipment(order, status=ShipmentStatus.READY, parts=[3])
        transport = {"carrier": CarrierFactory(), "tracking_number": "YS1"}
        known = {"transport": transport, "shipped_on": timezone.localdate(), "by": packer}
        closed, left = at_once(closing(order, manager), lambda r=ready, k=known: ship_shipment(shipment=r, **k))
        assert left.won
        order.refresh_from_db()
        line = order.current_lines().get()
        assert (line.quantity, line.shipped_quantity) == ((7, 7) if closed.won else (10, 7))
    assert delivery_is_sound()
