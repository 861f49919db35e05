"""Planning, checking and shipping: what each verb writes, and what it refuses."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.events import timeline_of
from core.models import Event, Message, PolicyValue
from core.stale import Stale
from core.workdays import add_workdays
from core.workflow import Refused, take
from fulfilment.models import Shipment
from fulfilment.remainder import remainders_of
from fulfilment.services import change_transport, plan_shipment, ship_shipment
from fulfilment.statuses import ShipmentStatus
from fulfilment.tests.steps import parts_of, refusal, signing
from products.models import Product, StockMove
from products.services import record_stock_move
from tests.factories import ProductFactory, make_order, make_shipment, released_order, terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(order, carrier):
    return make_shipment(order, status=ShipmentStatus.READY, carrier=carrier, tracking_number="YS60012002")


# ---- planning --------------------------------------------------------------------------------------------------------


def test_a_shipment_carries_parts_of_an_order(order, operations, transport):
    shipment = plan_shipment(order=order, parts=parts_of(order, "4"), transport=transport, by=operations)
    assert (str(shipment), shipment.status) == (f"{order.number}-1", ShipmentStatus.PACKING)
    assert (shipment.rep, shipment.team, shipment.packed_by) == (order.rep, order.team, operations)
    assert shipment.tracking_number == "YS 6001 2002"
    assert [(line.quantity, line.batch) for line in shipment.lines.all()] == [(4, "B01")]
    assert [remainder.free for remainder in remainders_of(order)] == [6]


def test_shipments_of_an_order_are_counted_from_one(order, operations, transport):
    numbers = [
        plan_shipment(order=order, parts=parts_of(order, n), transport=transport, by=operations).sequence
        for n in (4, 3)
    ]
    assert numbers == [1, 2]


def test_nothing_is_planned_twice(order, operations, transport):
    plan_shipment(order=order, parts=parts_of(order, 7), transport=transport, by=operations)
    said = refusal(plan_shipment, order=order, parts=parts_of(order, 4), transport=transport, by=operations)
    assert said == "Only 3 台 are left to ship."
    assert Shipment.objects.count() == 1


def test_what_a_cancelled_shipment_carried_can_be_planned_again(order, operations, transport):
    first = plan_shipment(order=order, parts=parts_of(order, 10), transport=transport, by=operations)
    take(first, "cancel", by=operations, note="客户改期")
    assert plan_shipment(order=order, parts=parts_of(order, 10), transport=transport, by=operations).sequence == 2


@pytest.mark.parametrize("quantity", ["0", "-1", "10.001"])
def test_a_shipment_of_nothing_or_too_much_is_refused(order, operations, transport, quantity):
    assert refusal(plan_shipment, order=order, parts=parts_of(order, quantity), transport=transport, by=operations)
    assert not Shipment.objects.exists()


@pytest.mark.parametrize("status", ["finance_review", "approved", "completed", "cancelled"])
def test_only_a_released_order_ships(customer, operations, transport, status):
    order = make_order(customer=customer, status=status)
    assert refusal(plan_shipment, order=order, parts=parts_of(order, 1), transport=transport, by=operations)


def test_the_second_post_of_the_same_form_finds_the_first_shipment(order, operations, transport):
    token = UUID("5f0c2c1e-4b0e-4c55-9d51-0d3f3a0f8a11")
    pair = [
        plan_shipment(order=order, parts=parts_of(order, 10), transport=transport, by=operations, token=token)
        for _click in range(2)
    ]
    assert pair[0] == pair[1]
    assert Shipment.objects.count() == 1


@pytest.mark.parametrize("who", ["rep", "manager", "finance", "service", "admin"])
def test_only_operations_plan_shipments(order, transport, request, who):
    with pytest.raises(PermissionDenied):
        plan_shipment(order=order, parts=parts_of(order, 1), transport=transport, by=request.getfixturevalue(who))


def test_the_transport_can_be_mended_and_stands_in_the_history(ready, operations, transport):
    values = transport | {"tracking_number": "sf 99 01"}
    changed = change_transport(shipment=ready, transport=values, by=operations, version=ready.version)
    assert changed.tracking_number == "sf 99 01"
    assert timeline_of(ready)[0].changes[0][1:] == ("YS60012002", "sf 99 01")
    before = Event.objects.count()
    change_transport(shipment=changed, transport=values, by=operations)
    assert Event.objects.count() == before


def test_a_transport_changed_by_another_is_not_overwritten(ready, operations, transport):
    change_transport(shipment=ready, transport=transport | {"tracking_number": "A1"}, by=operations)
    with pytest.raises(Stale):
        change_transport(shipment=ready, transport=transport, by=operations, version=ready.version)


def test_what_is_on_its_way_keeps_carrier_and_number(on_the_way, operations, transport):
    empty = transport | {"carrier": None, "tracking_number": "", "expected_on": timezone.localdate()}
    assert refusal(change_transport, shipment=on_the_way, transport=empty, by=operations)


# ---- checking --------------------------------------------------------------------------------------------------------


def test_two_people_check_before_it_is_ready(order, operations, other_operations):
    shipment = make_shipment(order, packed_by=operations)
    assert "quality" in refusal(take, shipment, "check_packing", by=other_operations)
    take(shipment, "check_quality", by=operations)
    assert "somebody else" in refusal(take, shipment, "check_packing", by=operations)
    take(shipment, "check_packing", by=other_operations)
    assert shipment.status == ShipmentStatus.READY
    assert (shipment.quality_checked_by, shipment.packing_checked_by) == (operations, other_operations)


def test_the_second_person_can_be_switched_off(order, operations):
    PolicyValue.objects.create(key="second_person_checks_packing", value="false")
    shipment = make_shipment(order, packed_by=operations)
    take(shipment, "check_quality", by=operations)
    take(shipment, "check_packing", by=operations)
    assert shipment.status == ShipmentStatus.READY


def test_the_quality_is_checked_once(order, operations, other_operations):
    shipment = make_shipment(order)
    take(shipment, "check_quality", by=operations)
    said = refusal(take, shipment, "check_quality", by=other_operations)
    assert "张建国" in said
    assert Shipment.objects.get(pk=shipment.pk).quality_checked_by == operations


# ---- shipping --------------------------------------------------------------------------------------------------------


def test_shipping_moves_stock_and_progress_and_tells_the_rep(ready, order, operations):
    product = order.lines.get().product
    record_stock_move(product=product, quantity=Decimal(50), reason=StockMove.Reason.OPENING, by=operations)
    take(ready, "ship", by=operations)
    order.refresh_from_db()
    assert (ready.status, ready.shipped_on) == (ShipmentStatus.SHIPPED, timezone.localdate())
    assert ready.expected_on == add_workdays(timezone.localdate(), 3).day
    assert (order.delivery_status, order.lines.get().shipped_quantity) == ("shipped", 10)
    assert Product.objects.get(pk=product.pk).on_hand == 40
    assert StockMove.objects.latest("id").note == str(ready)
    assert Message.objects.get().user == order.rep
    assert Event.objects.filter(verb="shipment_sent", subject_id=order.pk).exists()


def test_what_was_not_in_stock_comes_straight_from_production(ready, order, operations):
    product = order.lines.get().product
    record_stock_move(product=product, quantity=Decimal(4), reason=StockMove.Reason.OPENING, by=operations)
    take(ready, "ship", by=operations)
    moves = list(StockMove.objects.order_by("id").values_list("reason", "quantity"))
    assert moves == [("opening", 4), ("production", 6), ("shipment", -10)]


def test_services_and_free_text_move_no_stock(customer, operations, carrier):
    service = ProductFactory(kind=Product.Kind.SERVICE)
    order = released_order(customer=customer, lines=[(service, 1, "10"), ("非标支架", 2, "10")])
    shipment = make_shipment(order, status=ShipmentStatus.READY, method="pickup")
    take(shipment, "ship", by=operations)
    assert not StockMove.objects.exists()


def test_shipping_twice_ships_once(ready, order, operations, other_operations):
    seen = [Shipment.objects.get(pk=ready.pk) for _click in range(2)]
    take(seen[0], "ship", by=operations, version=seen[0].version)
    with pytest.raises(Refused) as caught:
        take(seen[1], "ship", by=operations, version=seen[1].version)
    assert caught.value.kinds == {"state"}
    assert order.lines.get().shipped_quantity == 10
    assert StockMove.objects.filter(reason="shipment").count() == 1


def test_more_than_ordered_never_leaves(order, operations, carrier):
    known = {"status": ShipmentStatus.READY, "carrier": carrier, "tracking_number": "YS1"}
    first, second = make_shipment(order, parts=[7], **known), make_shipment(order, parts=[4], **known)
    take(first, "ship", by=operations)
    assert "3 台 are left to ship" in refusal(take, second, "ship", by=operations)
    assert order.lines.get().shipped_quantity == 7


@pytest.mark.parametrize("lacking", [{"carrier": None}, {"tracking_number": ""}])
def test_goods_go_by_a_known_carrier_under_a_number(order, operations, carrier, lacking):
    known = {"carrier": carrier, "tracking_number": "YS1"} | lacking
    shipment = make_shipment(order, status=ShipmentStatus.READY, **known)
    assert "Carrier and tracking number" in refusal(take, shipment, "ship", by=operations)


def test_who_fetches_the_goods_needs_no_number(customer, operations):
    order = released_order(customer=customer, delivery_method="pickup")
    shipment = make_shipment(order, status=ShipmentStatus.READY)
    take(shipment, "ship", by=operations)
    assert shipment.status == ShipmentStatus.SHIPPED


def test_nothing_of_an_unreleased_order_leaves(customer, operations, carrier):
    order = make_order(customer=customer, status="approved")
    shipment = make_shipment(order, status=ShipmentStatus.READY, carrier=carrier, tracking_number="YS1")
    assert "not released" in refusal(take, shipment, "ship", by=operations)


# ---- on which day it left --------------------------------------------------------------------------------------------


@pytest.fixture
def long_released(customer):
    return released_order(customer=customer, released_at=timezone.now() - timedelta(days=10))


def leaving(order, by, carrier, *, days_ago=0, expected_on=None, note=""):
    shipment = make_shipment(order, status=ShipmentStatus.READY)
    transport = {"method": "logistics", "carrier": carrier, "tracking_number": "YS1", "expected_on": expected_on}
    day = timezone.localdate() - timedelta(days=days_ago)
    return ship_shipment(shipment=shipment, transport=transport, shipped_on=day, note=note, by=by)


def test_goods_left_on_the_day_that_is_written(long_released, operations, carrier):
    shipment = leaving(long_released, operations, carrier, days_ago=2)
    left = timezone.localdate() - timedelta(days=2)
    assert (shipment.status, shipment.shipped_on, shipment.tracking_number) == ("shipped", left, "YS1")
    assert shipment.expected_on == add_workdays(left, 3).day
    assert left.isoformat() in [change[2] for entry in timeline_of(shipment) for change in entry.changes]


def test_what_left_some_days_ago_needs_a_reason(long_released, operations, carrier):
    assert "why it is recorded now" in refusal(leaving, long_released, operations, carrier, days_ago=3)
    shipment = leaving(long_released, operations, carrier, days_ago=3, note="系统停机三天")
    assert timeline_of(shipment)[0].note == "系统停机三天"


@pytest.mark.parametrize(("days_ago", "said"), [(-1, "not come yet"), (11, "released on")])
def test_nothing_leaves_tomorrow_or_before_its_release(long_released, operations, carrier, days_ago, said):
    assert said in refusal(leaving, long_released, operations, carrier, days_ago=days_ago, note="补记")
    shipment = long_released.shipments.get()
    assert (shipment.status, shipment.shipped_on, shipment.tracking_number) == ("ready", None, "")


def test_goods_are_not_expected_before_they_leave(long_released, operations, carrier):
    yesterday = timezone.localdate() - timedelta(days=1)
    assert "at the earliest" in refusal(leaving, long_released, operations, carrier, expected_on=yesterday)
    shipment = long_released.shipments.get()
    Shipment.objects.filter(pk=shipment.pk).update(expected_on=yesterday, carrier=carrier, tracking_number="YS1")
    assert "at the earliest" in refusal(take, shipment, "ship", by=operations)
    shipment.refresh_from_db()
    assert (shipment.status, shipment.expected_on) == ("ready", yesterday)


def test_nor_is_that_written_afterwards(on_the_way, operations):
    transport = {"expected_on": timezone.localdate() - timedelta(days=1)}
    assert "at the earliest" in refusal(change_transport, shipment=on_the_way, transport=transport, by=operations)


def test_goods_may_be_signed_for_on_any_day_since_they_left(long_released, operations, carrier, rep):
    shipment = leaving(long_released, operations, carrier, days_ago=2)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert signing(shipment, rep, signed_on=yesterday).signed_on == yesterday


# ---- the second gate -------------------------------------------------------------------------------------------------


@pytest.fixture
def unpaid(customer, carrier):
    """Ready to ship, half of the price due before shipment."""
    order = released_order(customer=customer, payment_terms=terms("50%预付款，50%发货前"))
    return make_shipment(order, status=ShipmentStatus.READY, carrier=carrier, tracking_number="YS1")


def test_money_due_before_shipment_holds_it_back_without_naming_amounts(unpaid, operations):
    said = refusal(take, unpaid, "ship", by=operations)
    assert "due before shipment" in said
    assert "5,650" not in said


def test_received_money_opens_the_gate(unpaid, operations, finance, pay):
    pay(unpaid.order, "11300")
    take(unpaid, "ship", by=operations)
    assert unpaid.status == ShipmentStatus.SHIPPED


def test_a_manager_lets_it_leave_with_a_reason(unpaid, operations, manager, other_manager):
    assert "reason" in refusal(take, unpaid, "allow_unpaid", by=manager)
    assert refusal(take, unpaid, "allow_unpaid", by=other_manager, note="x")
    take(unpaid, "allow_unpaid", by=manager, note="客户周五付清")
    take(unpaid, "ship", by=operations)
    assert (unpaid.status, unpaid.unpaid_allowed_by) == (ShipmentStatus.SHIPPED, manager)


def test_the_manager_is_not_asked_where_nothing_is_missing(ready, manager):
    with pytest.raises(Refused) as caught:
        take(ready, "allow_unpaid", by=manager, note="x")
    assert caught.value.kinds == {"state"}


def test_it_is_due_when_the_first_goods_stand_ready(customer, operations, other_operations):
    order = released_order(customer=customer, payment_terms=terms("50%预付款，50%发货前"))
    shipment = make_shipment(order, packed_by=operations)
    take(shipment, "check_quality", by=operations)
    take(shipment, "check_packing", by=other_operations)
    assert order.current_instalments().get(trigger="before_shipment").due_date == timezone.localdate()


def test_goods_that_fail_their_quality_check_stay_and_are_planned_again(order, operations, rep, transport):
    shipment = plan_shipment(order=order, parts=parts_of(order, 10), transport=transport, by=operations)
    assert "reason" in refusal(take, shipment, "reject_quality", by=operations)
    take(shipment, "reject_quality", by=operations, note="两台门板划伤")
    assert shipment.status == ShipmentStatus.CANCELLED
    assert [remainder.free for remainder in remainders_of(order)] == [10]
    assert Message.objects.get().user == rep
    assert Event.objects.filter(verb="quality_rejected", subject_id=order.pk).exists()
