"""Signing off: what it writes, what it refuses, and what becomes of what did not arrive."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.events import timeline_of
from core.files import files_of
from core.models import Attachment, PolicyValue
from core.workflow import take
from fulfilment.models import ShipmentLine
from fulfilment.remainder import remainders_of
from fulfilment.services import plan_shipment
from fulfilment.statuses import ShipmentStatus
from fulfilment.tests.steps import arrivals_of, parts_of, refusal, signing
from orders.models import Order
from products.models import Product
from tests import sample_files as sample
from tests.factories import make_shipment, released_order, terms

pytestmark = pytest.mark.django_db


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
    assert [remainder.free for remainder in remainders_of(order)] == [2]


def test_what_was_missing_is_sent_again_and_completes_the_delivery(on_the_way, order, rep, operations, transport):
    product = order.lines.get().product
    signing(on_the_way, rep, arrivals=arrivals_of(on_the_way, 8, "short"))
    assert Product.objects.get(pk=product.pk).reserved == 2
    again = plan_shipment(order=order, parts=parts_of(order, 2), transport=transport, by=operations)
    assert refusal(plan_shipment, order=order, parts=parts_of(order, 1), transport=transport, by=operations)
    take(again, "check_quality", by=operations)
    PolicyValue.objects.create(key="second_person_checks_packing", value="false")
    take(again, "check_packing", by=operations)
    take(again, "ship", by=operations)
    signing(again, rep)
    order.refresh_from_db()
    line = order.lines.get()
    assert (order.delivery_status, line.shipped_quantity, line.signed_quantity) == ("signed", 10, 10)
    assert Product.objects.get(pk=product.pk).reserved == 0


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
