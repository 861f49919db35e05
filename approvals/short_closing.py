"""Closing an order short: what has not arrived in good order and is not on its way lapses, by a new revision."""

from django.utils.translation import gettext as _

from approvals.models import ShortClosing
from billing.balance import free_excess
from billing.entries import refresh_received
from core.templatetags.ui import quantity
from core.workflow import Attempt
from fulfilment.progress import move_shipments, refresh_progress
from orders.instalments import follow_arrival
from orders.models import Order
from orders.reservations import products_of, refresh_reserved
from orders.revisions import Revision, move_to, reduced


def nothing_to_close(attempt: Attempt) -> str | None:
    """Only what was shipped in part is closed short: before that an order is cancelled, afterwards nothing is left."""
    lines = list(attempt.obj.current_lines())
    if not any(line.shipped_quantity for line in lines):
        return _("Nothing of it has arrived or is on its way, so it can only be cancelled.")
    return None if any(line.to_ship for line in lines) else _("Nothing of it is left to ship.")


def nothing_packed(attempt: Attempt) -> str | None:
    """What stands packed leaves first, or its shipment is cancelled."""
    if attempt.obj.shipments.open().exists():
        return _("Part of it stands packed: operations must ship that first, or cancel the shipment.")
    return None


def _rest_of(attempt: Attempt) -> Revision:
    """The order with what arrived in good order or is on its way; worked out once for an attempt, under its locks."""
    order: Order = attempt.obj
    if "rest" not in attempt.memo:
        lines = order.current_lines()
        attempt.memo["rest"] = reduced(order, {line.pk: line.shipped_quantity for line in lines})
    return attempt.memo["rest"]


def let_rest_lapse(attempt: Attempt) -> None:
    """The order moves to a revision with the rest; shipments, money, stock and due dates follow, and it is kept.

    What was received beyond what the rest costs becomes the customer's balance.
    """
    order, rest = attempt.obj, _rest_of(attempt)
    before, products = (order.net_total, order.gross_total), products_of(order)
    attempt.data["changes"] = [
        [f"#{line}", quantity(line.quantity), quantity(line.shipped_quantity)]
        for line in order.current_lines()
        if line.to_ship
    ]
    move_to(order, rest)
    move_shipments(rest.lines)
    free_excess(order, rest.instalments, by=attempt.by)
    refresh_received(order)
    refresh_progress(order)
    refresh_reserved(products)
    follow_arrival(order)
    ShortClosing.objects.create(
        order=order,
        revision=order.revision,
        by=attempt.by,
        net_lapsed=before[0] - order.net_total,
        gross_lapsed=before[1] - order.gross_total,
    )
