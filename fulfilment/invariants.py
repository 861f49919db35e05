"""What must always hold about deliveries: what is stored equals a recount, and nothing is signed off without proof."""

from collections.abc import Iterator
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Exists, F, OuterRef, Q, Sum, When
from django.db.models.functions import Coalesce

from core.chunks import chunks
from core.invariants import invariant
from core.models import Attachment
from fulfilment.guards import SIGN_OFF
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.progress import progress_of_all
from fulfilment.statuses import GONE, OPEN, ShipmentStatus
from orders.models import Order, OrderLine
from orders.statuses import DeliveryStatus, Status

_AT_ONCE = 1000
# SQLite sums decimals as floats: quantities have three digits.
_NEXT_TO_NOTHING = Decimal("0.0005")


@invariant("delivery", "delivery of orders and lines equals a recount of their shipments")
def wrong_progress() -> Iterator[str]:
    """Orders, and their lines, whose delivery is not what their shipments say."""
    delivered = OrderLine.objects.filter(Q(shipped_quantity__gt=0) | Q(signed_off_on__isnull=False))
    begun = Order.objects.filter(
        ~Q(delivery_status=DeliveryStatus.NOT_STARTED)
        | Q(released_at__isnull=False)
        | Exists(Shipment.objects.filter(order=OuterRef("pk")))
        | Exists(delivered.filter(order=OuterRef("pk")))
    )
    for orders in chunks(begun.order_by("pk").iterator(), _AT_ONCE):
        yield from _wrong_among(orders)


def _wrong_among(orders: list[Order]) -> Iterator[str]:
    counted = progress_of_all(orders)
    for order in orders:
        found = counted[order.pk]
        if (order.delivery_status, order.signed_off_on) != (found.status, found.signed_off_on):
            yield f"{order}: {order.delivery_status} {order.signed_off_on}, counted {found.status}"
    delivered = {pk: line for progress in counted.values() for pk, line in progress.lines.items()}
    for line in OrderLine.objects.filter(pk__in=delivered).select_related("order").order_by("pk"):
        recount = delivered[line.pk]
        stored = (line.shipped_quantity, line.signed_quantity, line.signed_off_on)
        if stored != (recount.shipped, recount.signed, recount.signed_off_on):
            yield f"{line.order} line {line.position}: {' / '.join(str(value) for value in stored)}"


@invariant("proof", "every signed-off shipment has its signed delivery note")
def unproven_sign_offs() -> Iterator[str]:
    """Shipments signed off here without a file."""
    proofs = Attachment.objects.filter(
        subject_type=ContentType.objects.get_for_model(Shipment), purpose=SIGN_OFF, subject_id=OuterRef("pk")
    )
    signed = Shipment.objects.filter(~Exists(proofs), status=ShipmentStatus.SIGNED_OFF, imported=False)
    for shipment in signed.select_related("order").iterator():
        yield f"{shipment}"


@invariant("shipments' customers", "a shipment goes to its order's customer")
def foreign_customers() -> Iterator[str]:
    """Shipments to another customer than their order's."""
    for shipment in Shipment.objects.exclude(customer=F("order__customer")).select_related("order").iterator():
        yield f"{shipment}: customer {shipment.customer_id}, order's {shipment.order.customer_id}"


@invariant("release", "only released orders have shipments")
def unreleased_shipments() -> Iterator[str]:
    """Shipments, packed or gone, of orders that nobody released, or that are cancelled though some of them arrived."""
    lost = Q(order__status=Status.CANCELLED, status=ShipmentStatus.SIGNED_OFF) & ~Exists(
        ShipmentLine.objects.filter(shipment=OuterRef("pk"), received_quantity__gt=0)
    )
    shipments = Shipment.objects.exclude(status=ShipmentStatus.CANCELLED).exclude(
        lost, order__released_at__isnull=False
    )
    for shipment in shipments.filter(Q(order__released_at=None) | Q(order__status=Status.CANCELLED)).iterator():
        yield f"{shipment}: {shipment.status}, order {shipment.order.status}"


@invariant("packing", "shipments carry no more than was ordered")
def overfilled_shipments() -> Iterator[str]:
    """Order lines of which more is packed, on its way or arrived in good order than was ordered."""
    carried = ShipmentLine.objects.filter(shipment__status__in=(*OPEN, *GONE)).order_by()
    counted = Sum(Coalesce("received_quantity", "quantity"))
    rows = carried.values("order_line").annotate(carried=counted, ordered=F("order_line__quantity"))
    for row in rows.filter(carried__gt=F("order_line__quantity") + _NEXT_TO_NOTHING).iterator():
        line = OrderLine.objects.select_related("order").get(pk=row["order_line"])
        yield f"{line.order} line {line.position}: ordered {line.quantity}, in shipments {row['carried']}"


@invariant("shipment days", "what has left has its day, and what was signed for too")
def undated_shipments() -> Iterator[str]:
    """Shipments whose days do not fit their status: what has left has its day, what was signed for too, others none."""
    gone, signed = Q(status__in=GONE), Q(status=ShipmentStatus.SIGNED_OFF)
    sent, received = Q(shipped_on__isnull=False), Q(signed_on__isnull=False)
    unread = ShipmentLine.objects.filter(shipment=OuterRef("pk"), received_quantity=None)
    wrong = (gone & ~sent) | (sent & ~gone) | (signed & ~received) | (received & ~signed) | (signed & Exists(unread))
    for shipment in Shipment.objects.filter(wrong).select_related("order").iterator():
        yield f"{shipment}: {shipment.status}, shipped {shipment.shipped_on}, signed {shipment.signed_on}"


@invariant("shipment owners", "shipments belong to their order's rep and team")
def foreign_owners() -> Iterator[str]:
    """Shipments that are not their order's rep's and team's."""
    own = (Q(rep=F("order__rep")) | Q(rep=None, order__rep=None)) & (
        Q(team=F("order__team")) | Q(team=None, order__team=None)
    )
    is_own = Case(When(own, then=True), default=False)
    for shipment in Shipment.objects.annotate(own=is_own).filter(own=False).select_related("order", "rep").iterator():
        yield f"{shipment}: {shipment.rep or 'nobody'}, team {shipment.team_id}"
