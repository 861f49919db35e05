"""What must always hold about deliveries: what is stored equals a recount, and nothing is signed off without proof."""

from collections.abc import Iterator
from itertools import islice

from django.contrib.contenttypes.models import ContentType
from django.db.models import F

from core.invariants import Invariant
from core.models import Attachment
from fulfilment.conditions import SIGN_OFF
from fulfilment.models import Shipment
from fulfilment.progress import progress_of_all
from fulfilment.statuses import ShipmentStatus
from orders.models import Order, OrderLine
from orders.statuses import DeliveryStatus

_AT_ONCE = 1000


def wrong_progress() -> Iterator[str]:
    """Orders, and their lines, whose delivery is not what their shipments say."""
    begun = Order.objects.exclude(delivery_status=DeliveryStatus.NOT_STARTED) | Order.objects.filter(
        pk__in=Shipment.objects.values("order")
    )
    left = begun.order_by("pk").iterator()
    while orders := list(islice(left, _AT_ONCE)):
        yield from _wrong_among(orders)


def _wrong_among(orders: list[Order]) -> Iterator[str]:
    counted = progress_of_all(orders)
    for order in orders:
        found = counted[order.pk]
        if (order.delivery_status, order.signed_off_on) != (found.status, found.signed_off_on):
            yield f"{order}: {order.delivery_status} {order.signed_off_on}, counted {found.status}"
    delivered = {pk: line for progress in counted.values() for pk, line in progress.lines.items()}
    for line in OrderLine.objects.filter(pk__in=delivered).select_related("order").order_by("pk"):
        found_line = delivered[line.pk]
        if (line.shipped_quantity, line.signed_quantity) != (found_line.shipped, found_line.signed):
            yield f"{line.order} line {line.position}: {line.shipped_quantity} / {line.signed_quantity}"


def unproven_sign_offs() -> Iterator[str]:
    """Shipments signed off here without a file."""
    proofs = Attachment.objects.filter(
        subject_type=ContentType.objects.get_for_model(Shipment), purpose=SIGN_OFF
    ).values("subject_id")
    signed = Shipment.objects.filter(status=ShipmentStatus.SIGNED_OFF, imported=False).exclude(pk__in=proofs)
    for shipment in signed.select_related("order").iterator():
        yield f"{shipment}"


def foreign_customers() -> Iterator[str]:
    """Shipments to another customer than their order's."""
    for shipment in Shipment.objects.exclude(customer=F("order__customer")).select_related("order").iterator():
        yield f"{shipment}: customer {shipment.customer_id}, order's {shipment.order.customer_id}"


INVARIANTS = [
    Invariant("delivery", "delivery of orders and lines equals a recount of their shipments", wrong_progress),
    Invariant("shipments' customers", "a shipment goes to its order's customer", foreign_customers),
    Invariant("proof", "every signed-off shipment has its signed delivery note", unproven_sign_offs),
]
