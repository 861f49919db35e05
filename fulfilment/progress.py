"""How far an order is delivered: recomputed from its shipments, and written nowhere else."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Max

from fulfilment.models import Shipment, ShipmentLine
from orders.models import Order, OrderLine
from orders.reservations import refresh_reserved
from orders.statuses import DeliveryStatus

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Delivered:
    """What of one order line has left and what of it was signed for, in the line's unit.

    What arrived damaged, or not at all, is neither: it is to be shipped again.
    """

    ordered: Decimal
    shipped: Decimal = _NOTHING
    signed: Decimal = _NOTHING
    # The latest day on which some of it was signed for.
    last_signed: date | None = None

    @property
    def signed_off_on(self) -> date | None:
        """The day on which the last of it was signed for; None while something is missing."""
        return self.last_signed if self.signed >= self.ordered else None

    def and_then(self, quantity: Decimal, received: Decimal | None, signed_on: date | None) -> "Delivered":
        """With one more shipment of the line; nothing is ``received`` yet while it is on its way."""
        days = [day for day in (self.last_signed, signed_on if received else None) if day]
        shipped = self.shipped + (quantity if received is None else received)
        return Delivered(self.ordered, shipped, self.signed + (received or _NOTHING), max(days, default=None))


_NONE = Delivered(_NOTHING)


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
    return progress_of_all([order])[order.pk]


def progress_of_all(orders: Sequence[Order]) -> dict[int, Progress]:
    """The same of many orders, by their ids, in three queries however many they are."""
    lines, delivered = _lines_in_force(orders), _delivered(orders)
    signed = Shipment.objects.filter(order__in=[order.pk for order in orders], signed_on__isnull=False).order_by()
    last_sign_off = dict(signed.values_list("order").annotate(Max("signed_on")))
    progress = {}
    for order in orders:
        found = {
            line.pk: replace(delivered.get(line.pk, _NONE), ordered=line.quantity or _NOTHING)
            for line in lines[order.pk]
        }
        status = delivery_status_of(found.values(), released=order.released_at is not None)
        signed_off_on = last_sign_off.get(order.pk) if status == DeliveryStatus.SIGNED else None
        progress[order.pk] = Progress(found, status, signed_off_on)
    return progress


def _lines_in_force(orders: Sequence[Order]) -> dict[int, list[OrderLine]]:
    revisions = {order.pk: order.revision for order in orders}
    found: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=revisions).order_by("order", "position"):
        if line.revision == revisions[line.order_id]:
            found[line.order_id].append(line)
    return found


def _delivered(orders: Sequence[Order]) -> dict[int, Delivered]:
    """What has left, what was signed for and when last, by order line. Summed here: SQLite sums decimals as floats."""
    keys = [order.pk for order in orders]
    rows = ShipmentLine.objects.filter(shipment__order__in=keys, shipment__shipped_on__isnull=False)
    found: dict[int, Delivered] = defaultdict(lambda: _NONE)
    for line, quantity, received, signed_on in rows.values_list(
        "order_line", "quantity", "received_quantity", "shipment__signed_on"
    ):
        found[line] = found[line].and_then(quantity, received, signed_on)
    return found


def refresh_progress(order: Order) -> Progress:
    """Counts and stores how far the order is delivered; call it under the order's lock."""
    found = progress_of(order)
    store_progress(order, found)
    return found


def store_progress(order: Order, found: Progress) -> None:
    """Writes onto the order and its lines what ``progress_of`` counted under the same lock."""
    lines = list(order.current_lines())
    left = {line.product_id for line in lines if line.shipped_quantity != found.lines[line.pk].shipped}
    for line in lines:
        delivered = found.lines[line.pk]
        line.shipped_quantity, line.signed_quantity = delivered.shipped, delivered.signed
        line.signed_off_on = delivered.signed_off_on
    OrderLine.objects.bulk_update(lines, ["shipped_quantity", "signed_quantity", "signed_off_on"])
    order.delivery_status, order.signed_off_on = found.status, found.signed_off_on
    order.save(update_fields=["delivery_status", "signed_off_on"])
    refresh_reserved(left)


def move_shipments(lines: Mapping[int, OrderLine]) -> None:
    """What shipments carry belongs to the lines of the order's next revision, by the id of the line before."""
    carried = list(ShipmentLine.objects.filter(order_line__in=lines))
    for part in carried:
        part.order_line = lines[part.order_line_id]
    ShipmentLine.objects.bulk_update(carried, ["order_line"])
