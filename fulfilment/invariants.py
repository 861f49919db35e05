"""What must always hold about deliveries: what is stored equals a recount, and nothing is signed off without proof."""

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType

from core.invariants import Invariant
from core.models import Attachment
from fulfilment.conditions import SIGN_OFF
from fulfilment.models import Shipment
from fulfilment.progress import progress_of
from fulfilment.statuses import ShipmentStatus
from orders.models import Order
from orders.statuses import DeliveryStatus


def wrong_progress() -> Iterator[str]:
    """Orders, and their lines, whose delivery is not what their shipments say."""
    begun = Order.objects.exclude(delivery_status=DeliveryStatus.NOT_STARTED) | Order.objects.filter(
        pk__in=Shipment.objects.values("order")
    )
    for order in begun.order_by("pk").iterator():
        found = progress_of(order)
        if (order.delivery_status, order.signed_off_on) != (found.status, found.signed_off_on):
            yield f"{order}: {order.delivery_status} {order.signed_off_on}, counted {found.status}"
        for line in order.current_lines():
            counted = found.lines[line.pk]
            if (line.shipped_quantity, line.signed_quantity) != (counted.shipped, counted.signed):
                yield f"{order} line {line.position}: {line.shipped_quantity} / {line.signed_quantity}"


def unproven_sign_offs() -> Iterator[str]:
    """Shipments signed off here without a file."""
    proofs = Attachment.objects.filter(
        subject_type=ContentType.objects.get_for_model(Shipment), purpose=SIGN_OFF
    ).values("subject_id")
    signed = Shipment.objects.filter(status=ShipmentStatus.SIGNED_OFF, imported=False).exclude(pk__in=proofs)
    for shipment in signed.select_related("order").iterator():
        yield f"{shipment}"


INVARIANTS = [
    Invariant("delivery", "delivery of orders and lines equals a recount of their shipments", wrong_progress),
    Invariant("proof", "every signed-off shipment has its signed delivery note", unproven_sign_offs),
]
