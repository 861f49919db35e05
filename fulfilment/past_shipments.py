"""Shipments of the past, as imports and the demonstration bring them: made here, and counted as ``progress`` counts.

Nothing is saved. Nobody here packed, checked or signed them unless the caller says so.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.bulk import new_row
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.progress import Delivered, delivery_status_of
from fulfilment.statuses import Condition
from orders.models import Order, OrderLine

_NOTHING = Decimal(0)


def past_shipment(order: Order, *, key: int, sequence: int, **values: Any) -> Shipment:
    """One shipment of an order that has its key; ``values`` by column, such as ``shipped_on`` and ``signed_on``."""
    shipment = new_row(
        Shipment,
        id=key,
        order_id=order.pk,
        sequence=sequence,
        customer_id=order.customer_id,
        rep_id=order.rep_id,
        team_id=order.team_id,
        method=order.delivery_method,
        imported=True,
        **values,
    )
    shipment.order = order
    return shipment


def carry(
    shipment: Shipment,
    line: OrderLine,
    quantity: Decimal,
    *,
    lost: Decimal = _NOTHING,
    condition: Condition = Condition.GOOD,
) -> ShipmentLine:
    """What the shipment carries of a line, counted on the line when it left.

    When it was signed for, all of it arrived in good order but what was ``lost``, in the ``condition`` that says how;
    that is to be shipped again.
    """
    carried = new_row(ShipmentLine, shipment_id=shipment.pk, order_line_id=line.pk, quantity=quantity)
    if shipment.shipped_on:
        line.shipped_quantity += quantity - (lost if shipment.signed_on else _NOTHING)
    if shipment.signed_on:
        carried.received_quantity, carried.condition = quantity - lost, condition
        line.signed_quantity += quantity - lost
        if quantity > lost:
            line.signed_off_on = max(shipment.signed_on, line.signed_off_on or shipment.signed_on)
    return carried


def count_deliveries(order: Order, lines: Sequence[OrderLine]) -> None:
    """Writes onto the order and its lines what follows once everything that left was ``carry``-ed."""
    found = [
        Delivered(line.quantity or _NOTHING, line.shipped_quantity, line.signed_quantity, line.signed_off_on)
        for line in lines
    ]
    order.delivery_status = delivery_status_of(found, released=order.released_at is not None)
    for line, delivered in zip(lines, found, strict=True):
        line.signed_off_on = delivered.signed_off_on
    is_complete = bool(found) and all(delivered.signed >= delivered.ordered for delivered in found)
    days = [line.signed_off_on for line in lines if line.signed_off_on] if is_complete else []
    order.signed_off_on = max(days, default=None)
