"""What of an order is still to be shipped: ordered − shipped − already planned."""

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from fulfilment.models import ShipmentLine
from fulfilment.statuses import OPEN
from orders.models import Order, OrderLine
from orders.reservations import line_up
from orders.statuses import Status


@dataclass(frozen=True)
class Remainder:
    """One order line with what open shipments carry of it (``planned``) and what the stock has for it when its turn
    comes (``covered``; None where nobody has asked, and of what keeps no stock), in its unit.
    """

    line: OrderLine
    planned: Decimal
    covered: Decimal | None = None

    @property
    def others_come_first(self) -> bool:
        """Whether what is in stock would do, were it not for those before this order."""
        product, covered = self.line.product, self.covered
        return product is not None and covered is not None and covered < min(product.on_hand, self.line.to_ship)

    @property
    def free(self) -> Decimal:
        """What no shipment carries yet."""
        return max(Decimal(0), self.line.to_ship - self.planned)

    @property
    def may_ship(self) -> bool:
        """Whether something of it can be planned now: a line that an amendment would change waits."""
        return bool(self.free) and not self.line.waits


def remainders_of(order: Order) -> list[Remainder]:
    """The lines of the order in their order, in two queries."""
    planned: dict[int, Decimal] = defaultdict(Decimal)
    rows = ShipmentLine.objects.filter(shipment__order=order, shipment__status__in=OPEN)
    for line, quantity in rows.values_list("order_line", "quantity"):
        planned[line] += quantity
    return [Remainder(line, planned[line.pk]) for line in order.current_lines().select_related("product")]


def with_stock(order: Order, remainders: list[Remainder]) -> list[Remainder]:
    """The same with what of the stock is theirs, after everybody who comes before them; in two queries."""
    kept = [row.line.product_id for row in remainders if row.line.product and row.line.product.keeps_stock]
    lines = line_up(kept) if order.released_at else {}
    covered = {place.line.pk: place.covered for places in lines.values() for place in places}
    return [replace(row, covered=covered.get(row.line.pk)) for row in remainders]


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
    if not any(remainder.may_ship for remainder in remainders):
        return _("Everything that is left waits until the order's amendment is decided.")
    return ""
