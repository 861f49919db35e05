"""What of an order is still to be shipped: ordered − shipped − already planned."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from fulfilment.models import ShipmentLine
from fulfilment.statuses import OPEN
from orders.models import Order, OrderLine
from orders.statuses import Status


@dataclass(frozen=True)
class Remainder:
    """One order line with what open shipments carry of it (``planned``), in its unit."""

    line: OrderLine
    planned: Decimal

    @property
    def free(self) -> Decimal:
        """What no shipment carries yet."""
        return max(Decimal(0), self.line.to_ship - self.planned)


def remainders_of(order: Order) -> list[Remainder]:
    """The lines of the order in their order, in two queries."""
    planned: dict[int, Decimal] = defaultdict(Decimal)
    rows = ShipmentLine.objects.filter(shipment__order=order, shipment__status__in=OPEN)
    for line, quantity in rows.values_list("order_line", "quantity"):
        planned[line] += quantity
    return [Remainder(line, planned[line.pk]) for line in order.current_lines().select_related("product")]


def why_no_shipment(order: Order, remainders: list[Remainder]) -> str:
    """Why nothing can be shipped now, as a sentence; empty when something can."""
    if order.status != Status.APPROVED:
        return _("Only an approved order is shipped; this one is “%(status)s”.") % {
            "status": order.get_status_display()
        }
    if order.released_at is None:
        return _("The order is not released yet. Nothing ships before that.")
    if not any(remainder.free for remainder in remainders):
        return _("Everything in this order has been shipped or is in a shipment.")
    return ""
