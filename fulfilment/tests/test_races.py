"""Two people with the same goods in one instant: on PostgreSQL, each beside a broken twin that must fail."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.roles import Role
from core import workflow
from core.workflow import Refused, take
from fulfilment import services
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.services import Part, plan_shipment
from fulfilment.statuses import OPEN, ShipmentStatus
from orders.models import Order
from products.models import Product, StockMove
from tests.factories import CarrierFactory, UserFactory, make_shipment, released_order
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 20


@pytest.fixture
def shippers():
    return [UserFactory(role=Role.OPERATIONS) for _n in range(2)]


@pytest.fixture
def ready():
    """A function: two shipments of one order, seven and four of the same ten pieces, both ready to leave."""

    def make():
        order, known = released_order(), {"carrier": CarrierFactory(), "tracking_number": "YS1"}
        return [make_shipment(order, status=ShipmentStatus.READY, parts=[n], **known) for n in (7, 4)]

    return make


def shipping(shipment, by):
    """One browser: it has loaded the shipment, then presses the verb."""
    loaded = Shipment.objects.get(pk=shipment.pk)
    return lambda: take(loaded, "ship", by=by, version=loaded.version)


def shipped_of(order) -> Decimal:
    lines = ShipmentLine.objects.filter(shipment__order=order, shipment__shipped_on__isnull=False)
    return sum(lines.values_list("quantity", flat=True))


def without_the_order_s_lock(monkeypatch):
    """Every shipment is locked, the order that they share is not."""

    def lock_only_itself(machine, transition, obj):
        workflow.lock_row(type(obj), obj.pk)
        obj.refresh_from_db()

    monkeypatch.setattr(workflow, "_lock", lock_only_itself)


def test_two_shippers_never_send_more_than_was_ordered(ready, shippers):
    for _round in range(ROUNDS):
        pair = ready()
        outcomes = at_once(*(shipping(shipment, by) for shipment, by in zip(pair, shippers, strict=True)))
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, Refused)
        assert error.kinds == {"guard"}
        order = Order.objects.get(pk=pair[0].order_id)
        assert shipped_of(order) == order.lines.get().shipped_quantity <= 10


def test_without_the_order_s_lock_only_the_database_is_left(ready, shippers, monkeypatch):
    """The broken twin: both pass the check, and more leaves than was ordered, or the database refuses wordlessly."""
    without_the_order_s_lock(monkeypatch)
    errors, over = [], False
    for _round in range(ROUNDS):
        pair = ready()
        outcomes = at_once(*(shipping(shipment, by) for shipment, by in zip(pair, shippers, strict=True)))
        errors += [outcome.error for outcome in outcomes if not outcome.won]
        over = over or shipped_of(pair[0].order) > 10
    assert over or any(isinstance(error, IntegrityError) for error in errors)


def test_one_shipment_leaves_once(ready, shippers):
    for _round in range(ROUNDS):
        shipment = ready()[0]
        outcomes = at_once(*(shipping(shipment, by) for by in shippers))
        assert [outcome.won for outcome in outcomes].count(True) == 1
        product = shipment.lines.get().order_line.product
        assert StockMove.objects.filter(product=product, reason="shipment").count() == 1
        assert Product.objects.get(pk=product.pk).on_hand == 0


# ---- planning --------------------------------------------------------------------------------------------------------


def planning(order, by):
    parts = {order.lines.get().pk: Part(Decimal(7))}
    return lambda: plan_shipment(order=order, parts=parts, transport={"method": "pickup"}, by=by)


def planned_of(order) -> Decimal:
    lines = ShipmentLine.objects.filter(shipment__order=order, shipment__status__in=OPEN)
    return sum(lines.values_list("quantity", flat=True))


def test_two_people_never_plan_the_same_goods(shippers):
    for _round in range(ROUNDS):
        order = released_order()
        outcomes = at_once(*(planning(order, by) for by in shippers))
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, ValidationError)
        assert planned_of(order) == 7


def test_without_its_lock_an_order_is_planned_twice(shippers, monkeypatch):
    """The broken twin: the goods are promised twice, or both take the same number of the order's next shipment."""
    monkeypatch.setattr(services, "lock_row", lambda model, pk: model.objects.get(pk=pk))
    failed = False
    for _round in range(ROUNDS):
        order = released_order()
        outcomes = at_once(*(planning(order, by) for by in shippers))
        errors = [outcome.error for outcome in outcomes if not outcome.won]
        failed = failed or planned_of(order) > 7 or any(not isinstance(e, ValidationError) for e in errors)
    assert failed
