"""Planning, checking, shipping and signing off: what each verb writes, and what it refuses."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation

from core.events import timeline_of
from core.files import files_of
from core.models import Attachment, Event, Message, PolicyValue
from core.workdays import add_workdays
from core.workflow import Refused, take
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.remainder import remainders_of
from fulfilment.services import (
    Arrival,
    Part,
    StaleShipment,
    change_transport,
    plan_shipment,
    sign_off_shipment,
)
from fulfilment.statuses import ShipmentStatus
from orders.models import Order
from products.models import Product, StockMove
from products.services import record_stock_move
from tests import sample_files as sample
from tests.factories import ProductFactory, make_order, make_shipment, released_order, terms

pytestmark = pytest.mark.django_db


def parts_of(order, *quantities):
    lines = order.current_lines()
    return {line.pk: Part(Decimal(str(n)), "B01") for line, n in zip(lines, quantities, strict=True)}


def refusal(call, *args, **more) -> str:
    with translation.override("en"), pytest.raises((Refused, ValidationError)) as caught:
        call(*args, **more)
    error = caught.value
    return str(error) if isinstance(error, Refused) else " ".join(error.messages)


def arrivals_of(shipment, received=None, condition="good"):
    return {
        line.pk: Arrival(line.quantity if received is None else Decimal(received), condition)
        for line in shipment.lines.all()
    }


def signing(shipment, by, **more):
    known = {
        "arrivals": arrivals_of(shipment),
        "signed_on": timezone.localdate(),
        "signed_by": "周建",
        "proof": sample.picture(),
    }
    return sign_off_shipment(shipment=shipment, by=by, **(known | more))


@pytest.fixture
def on_the_way(order, carrier):
    return make_shipment(order, status=ShipmentStatus.SHIPPED, carrier=carrier, tracking_number="YS60012002")


@pytest.fixture
def ready(order, carrier):
    return make_shipment(order, status=ShipmentStatus.READY, carrier=carrier, tracking_number="YS60012002")


# ---- planning --------------------------------------------------------------------------------------------------------


def test_a_shipment_carries_parts_of_an_order(order, operations, transport):
    shipment = plan_shipment(order=order, parts=parts_of(order, "4"), transport=transport, by=operations)
    assert (str(shipment), shipment.status) == (f"{order.number}-1", ShipmentStatus.PACKING)
    assert (shipment.rep, shipment.team, shipment.packed_by) == (order.rep, order.team, operations)
    assert shipment.tracking_number == "YS60012002"
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
    token = "5f0c2c1e-4b0e-4c55-9d51-0d3f3a0f8a11"
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
    assert changed.tracking_number == "SF9901"
    assert timeline_of(ready)[0].changes[0][1:] == ("YS60012002", "SF9901")
    before = Event.objects.count()
    change_transport(shipment=changed, transport=values, by=operations)
    assert Event.objects.count() == before


def test_a_transport_changed_by_another_is_not_overwritten(ready, operations, transport):
    change_transport(shipment=ready, transport=transport | {"tracking_number": "A1"}, by=operations)
    with pytest.raises(StaleShipment):
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


# ---- sign-off --------------------------------------------------------------------------------------------------------


def test_a_sign_off_keeps_what_arrived_and_the_proof(on_the_way, order, rep):
    shipment = signing(on_the_way, rep)
    order.refresh_from_db()
    assert (shipment.status, shipment.signed_by) == (ShipmentStatus.SIGNED_OFF, "周建")
    assert (order.delivery_status, order.signed_off_on) == ("signed", timezone.localdate())
    assert order.lines.get().signed_quantity == 10
    assert files_of(shipment, "sign_off").count() == 1


def test_what_is_due_on_arrival_is_due_with_the_last_sign_off(customer, rep):
    order = released_order(customer=customer, payment_terms=terms("100%到货后30天"))
    first = make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4])
    last = make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[6])
    signing(first, rep)
    assert order.current_instalments().get().due_date is None
    signing(last, rep)
    assert order.current_instalments().get().due_date == timezone.localdate() + timedelta(days=30)


@pytest.mark.parametrize("condition", ["damaged", "short"])
def test_what_was_damaged_or_short_is_not_signed_for(on_the_way, order, rep, condition):
    shipment = signing(on_the_way, rep, arrivals=arrivals_of(on_the_way, 8, condition), note="外箱破损")
    order.refresh_from_db()
    assert shipment.lines.get().missing == 2
    assert (order.delivery_status, order.lines.get().signed_quantity) == ("partly_signed", 8)
    assert timeline_of(shipment)[0].note == "外箱破损"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"proof": None}, "picture of the signed delivery note"),
        ({"signed_by": " "}, "who signed"),
        ({"signed_on": None}, "the day"),
        ({"signed_on": timezone.localdate() + timedelta(days=1)}, "not come yet"),
        ({"signed_on": timezone.localdate() - timedelta(days=1)}, "It left on"),
        ({"proof": sample.upload("签收.jpg", b"")}, "empty"),
        ({"proof": sample.upload("签收.jpg", sample.EXE)}, "no picture"),
        ({"proof": sample.upload("签收.jpg", sample.picture_bytes()[:3000])}, "not whole"),
        ({"arrivals": {}}, "how much arrived"),
    ],
)
def test_a_sign_off_that_lacks_something_leaves_nothing(on_the_way, order, rep, media, values, said):
    assert said in refusal(signing, on_the_way, rep, **values)
    nothing_was_signed(on_the_way, media)


@pytest.mark.parametrize(
    ("received", "condition"), [("11", "good"), ("-1", "short"), ("9", "good"), ("10", "damaged"), ("9", "")]
)
def test_quantity_and_condition_must_fit(on_the_way, rep, media, received, condition):
    assert refusal(signing, on_the_way, rep, arrivals=arrivals_of(on_the_way, received, condition))
    nothing_was_signed(on_the_way, media)


def nothing_was_signed(shipment, media):
    shipment.refresh_from_db()
    assert (shipment.status, shipment.signed_on) == (ShipmentStatus.SHIPPED, None)
    assert not ShipmentLine.objects.exclude(condition="").exists()
    assert not Attachment.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_nobody_signs_off_past_the_form(on_the_way, rep):
    said = refusal(take, on_the_way, "sign_off", by=rep)
    assert "signed delivery note is missing" in said


def test_a_second_sign_off_is_told_of_the_first(on_the_way, rep, operations, media):
    signing(on_the_way, operations)
    assert "张建国" in refusal(signing, on_the_way, rep)
    assert Attachment.objects.count() == 1


def test_a_rep_signs_off_own_shipments_only(on_the_way, other_rep):
    assert refusal(signing, on_the_way, other_rep)
    assert Order.objects.get().delivery_status == "shipped"
