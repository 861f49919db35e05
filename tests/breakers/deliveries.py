"""Shipments, sign-offs and the stock."""

from django.contrib.contenttypes.models import ContentType

from core.files import store_file
from core.models import Attachment
from fulfilment.guards import SIGN_OFF
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.statuses import ShipmentStatus
from orders.statuses import DeliveryStatus, Status
from tests.breakers.kit import (
    YESTERDAY,
    arrived_order,
    breaks,
    damage,
    without_constraint,
)
from tests.factories import (
    CustomerFactory,
    ProductFactory,
    TeamFactory,
    UserFactory,
    make_order,
    make_shipment,
    released_order,
)
from tests.sample_files import picture


@breaks("delivery")
def an_order_that_passes_for_shipped():
    order = released_order()
    yield
    damage(order, delivery_status=DeliveryStatus.SHIPPED)


@breaks("delivery")
def a_released_order_that_passes_for_not_begun():
    order = released_order()
    yield
    damage(order, delivery_status=DeliveryStatus.NOT_STARTED)


@breaks("delivery")
def an_order_that_arrived_on_another_day():
    order = arrived_order()
    yield
    damage(order, signed_off_on=YESTERDAY)


@breaks("delivery")
def a_line_of_which_more_left():
    order = released_order()
    yield
    damage(order.lines.get(), shipped_quantity=1)


@breaks("delivery")
def a_draft_that_passes_for_shipped():
    order = make_order()
    yield
    damage(order, delivery_status=DeliveryStatus.SHIPPED)


@breaks("delivery")
def a_line_of_a_draft_of_which_some_left():
    order = make_order()
    yield
    damage(order.lines.get(), shipped_quantity=1)


@breaks("delivery")
def a_line_of_a_draft_that_arrived():
    order = make_order()
    yield
    damage(order.lines.get(), signed_off_on=YESTERDAY)


@breaks("delivery")
def an_order_that_forgot_what_left():
    order = make_shipment(status=ShipmentStatus.SHIPPED).order
    yield
    damage(order, delivery_status=DeliveryStatus.NOT_STARTED, released_at=None)
    damage(order.lines.get(), shipped_quantity=0)


@breaks("delivery")
def a_line_of_which_less_was_signed_for():
    order = arrived_order()
    yield
    damage(order.lines.get(), signed_quantity=1)


@breaks("delivery")
def a_line_that_arrived_on_another_day():
    order = arrived_order()
    yield
    damage(order.lines.get(), signed_off_on=YESTERDAY)


def proven_shipment() -> Shipment:
    shipment = make_shipment(status=ShipmentStatus.SIGNED_OFF)
    store_file(subject=shipment, upload=picture(), purpose=SIGN_OFF, by=shipment.packed_by)
    return shipment


@breaks("proof")
def a_sign_off_without_its_note():
    proven_shipment()
    yield
    make_shipment(status=ShipmentStatus.SIGNED_OFF)


@breaks("proof")
def a_sign_off_whose_file_proves_something_else():
    proven_shipment()
    yield
    damage(Attachment.objects.get(), purpose="test")


@breaks("proof")
def a_sign_off_whose_note_is_of_another_record():
    shipment = proven_shipment()
    yield
    damage(Attachment.objects.get(), subject_type=ContentType.objects.get_for_model(shipment.order))


@breaks("release")
def a_shipment_of_an_order_that_nobody_released():
    shipment = make_shipment()
    yield
    damage(shipment.order, released_at=None)


@breaks("release")
def a_shipment_of_a_cancelled_order():
    shipment = make_shipment()
    yield
    damage(shipment.order, status=Status.CANCELLED)


@breaks("release")
def a_shipment_of_a_cancelled_order_of_which_some_arrived():
    order = released_order()
    shipment = make_shipment(order, status=ShipmentStatus.SIGNED_OFF, received=[0])
    damage(order, status=Status.CANCELLED)
    yield
    damage(shipment.lines.get(), received_quantity=1)


@breaks("packing")
def what_was_missing_sent_again_twice():
    order = released_order()
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF, received=[8])
    make_shipment(order, parts=[2])
    yield
    make_shipment(order, parts=[2])


@breaks("packing")
def shipments_that_carry_more_than_was_ordered():
    order = released_order()
    make_shipment(order, parts=[6])
    yield
    make_shipment(order, parts=[5])


@breaks("shipment days")
def a_packed_shipment_that_left():
    shipment = make_shipment()
    yield
    damage(shipment, shipped_on=YESTERDAY)


@breaks("shipment days")
def a_shipment_that_left_on_no_day():
    shipment = make_shipment(status=ShipmentStatus.SHIPPED)
    yield
    with without_constraint("fulfilment_shipment", "what_left_was_checked"):
        damage(shipment, shipped_on=None)


@breaks("shipment days")
def a_shipment_signed_for_on_no_day():
    shipment = make_shipment(status=ShipmentStatus.SIGNED_OFF)
    yield
    with without_constraint("fulfilment_shipment", "signed_off_by_somebody"):
        damage(shipment, signed_on=None)


@breaks("shipment days")
def a_shipment_on_its_way_that_was_signed_for():
    shipment = make_shipment(status=ShipmentStatus.SHIPPED)
    yield
    damage(shipment, signed_on=YESTERDAY)


@breaks("shipment days")
def a_sign_off_that_says_nothing_about_a_line():
    make_shipment(status=ShipmentStatus.SIGNED_OFF)
    yield
    ShipmentLine.objects.update(received_quantity=None, condition="")


@breaks("shipments' customers")
def a_shipment_to_another_customer_than_its_order():
    shipment = make_shipment()
    yield
    damage(shipment, customer=CustomerFactory())


@breaks("shipment owners")
def a_shipment_of_another_rep():
    shipment = make_shipment()
    yield
    damage(shipment, rep=UserFactory())


@breaks("shipment owners")
def a_shipment_of_another_team():
    shipment = make_shipment()
    yield
    damage(shipment, team=TeamFactory())


@breaks("shipment owners")
def a_shipment_of_somebody_although_its_order_is_nobodys():
    shipment = make_shipment()
    yield
    damage(shipment.order, rep=None, team=None)


@breaks("shipment owners")
def a_shipment_of_a_team_although_its_order_is_of_none():
    shipment = make_shipment()
    yield
    damage(shipment.order, team=None)


@breaks("shipment owners")
def a_shipment_of_nobody():
    shipment = make_shipment()
    yield
    damage(shipment, rep=None)


@breaks("stock")
def stock_that_never_came():
    product = ProductFactory()
    yield
    damage(product, on_hand=3)
