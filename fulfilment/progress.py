"""How far an order is delivered: recomputed from its shipments, and written nowhere else."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fulfilment.models import Shipment, ShipmentLine
from orders.models import Order, OrderLine
from orders.statuses import DeliveryStatus

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Delivered:
    """What of one order line has left and what of it was signed for, in the line's unit."""

    ordered: Decimal
    shipped: Decimal = _NOTHING
    signed: Decimal = _NOTHING
    # The latest day on which some of it was signed for.
    last_signed: date | None = None

    @property
    def signed_off_on(self) -> date | None:
        """The day on which the last of it was signed for; None while something is missing."""
        return self.last_signed if self.signed >= self.ordered else None


def delivery_status_of(lines: Iterable[Delivered], released: bool) -> DeliveryStatus:
    """How far an order with these lines is delivered; before its release it has not begun."""
    lines = list(lines)
    if lines and all(line.signed >= line.ordered for line in lines):
        return DeliveryStatus.SIGNED
    if any(line.signed for line in lines):
        return DeliveryStatus.PARTLY_SIGNED
    if lines and all(line.shipped >= line.ordered for line in lines):
        return DeliveryStatus.SHIPPED
    if any(line.shipped for line in lines):
        return DeliveryStatus.PARTLY_SHIPPED
    return DeliveryStatus.PREPARING if released else DeliveryStatus.NOT_STARTED


@dataclass(frozen=True)
class Progress:
    """Everything about an order that follows from its shipments: per line (by id), and in all."""

    lines: dict[int, Delivered]
    status: DeliveryStatus
    signed_off_on: date | None


def progress_of(order: Order) -> Progress:
    """Counts the order's shipments anew. What has left has its day, what was signed for too."""
    lines = {line.pk: line for line in order.current_lines()}
    shipped, signed, last = _quantities(order)
    found = {
        pk: Delivered(line.quantity or _NOTHING, shipped[pk], signed[pk], last.get(pk)) for pk, line in lines.items()
    }
    status = delivery_status_of(found.values(), released=order.released_at is not None)
    return Progress(found, status, _last_sign_off(order) if status == DeliveryStatus.SIGNED else None)


def _quantities(order: Order) -> tuple[dict[int, Decimal], dict[int, Decimal], dict[int, date]]:
    """What has left, what was signed for and when last, by order line. Summed here: SQLite sums decimals as floats."""
    shipped: dict[int, Decimal] = defaultdict(Decimal)
    signed: dict[int, Decimal] = defaultdict(Decimal)
    last: dict[int, date] = {}
    rows = ShipmentLine.objects.filter(shipment__order=order, shipment__shipped_on__isnull=False)
    facts = rows.values_list("order_line", "quantity", "received_quantity", "shipment__signed_on")
    for line, quantity, received, signed_on in facts:
        shipped[line] += quantity
        signed[line] += received or _NOTHING
        if received and signed_on:
            last[line] = max(signed_on, last.get(line, signed_on))
    return shipped, signed, last


def _last_sign_off(order: Order) -> date | None:
    days = Shipment.objects.filter(order=order, signed_on__isnull=False).order_by("-signed_on")
    return days.values_list("signed_on", flat=True).first()


def refresh_progress(order: Order) -> Progress:
    """Stores what ``progress_of`` counts on the order and its lines; call it under the order's lock."""
    found = progress_of(order)
    lines = list(order.current_lines())
    for line in lines:
        delivered = found.lines[line.pk]
        line.shipped_quantity, line.signed_quantity = delivered.shipped, delivered.signed
        line.signed_off_on = delivered.signed_off_on
    OrderLine.objects.bulk_update(lines, ["shipped_quantity", "signed_quantity", "signed_off_on"])
    order.delivery_status, order.signed_off_on = found.status, found.signed_off_on
    order.save(update_fields=["delivery_status", "signed_off_on"])
    return found
