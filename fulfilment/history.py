"""Deliveries that are over when they get here: with imported orders and demonstration data, in bulk."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from core.workflow import born
from fulfilment.models import Carrier, Shipment, ShipmentLine
from fulfilment.progress import Delivered, delivery_status_of
from fulfilment.statuses import Condition, ShipmentStatus
from orders.models import Order, OrderLine

_BATCH = 1000
_USUALLY_ON_THE_ROAD = timedelta(days=3)


def past_shipment(
    order: Order,
    lines: list[OrderLine],
    *,
    shipped_on: date,
    signed_on: date | None = None,
    expected_on: date | None = None,
    carrier: Carrier | None = None,
    tracking_number: str = "",
    released_at: datetime,
) -> tuple[Shipment, list[ShipmentLine]]:
    """The one shipment in which all of an order left, and what follows from it on order and lines; nothing is saved.

    Without ``signed_on`` it is still on its way. Nobody here packed, checked or signed it.
    """
    shipment = Shipment(
        order=order,
        customer=order.customer,
        sequence=1,
        rep=order.rep,
        team=order.team,
        method=order.delivery_method,
        carrier=carrier,
        tracking_number=tracking_number,
        shipped_on=shipped_on,
        expected_on=expected_on or shipped_on + _USUALLY_ON_THE_ROAD,
        signed_on=signed_on,
        imported=True,
    )
    _mark_delivered(order, lines, released_at, signed_on)
    return shipment, [_carried(shipment, line, signed_on) for line in lines]


def _mark_delivered(order: Order, lines: list[OrderLine], released_at: datetime, signed_on: date | None) -> None:
    for line in lines:
        line.shipped_quantity = line.quantity or Decimal(0)
        line.signed_quantity = line.shipped_quantity if signed_on else Decimal(0)
    done = [Delivered(line.shipped_quantity, line.shipped_quantity, line.signed_quantity) for line in lines]
    order.released_at, order.signed_off_on = released_at, signed_on
    order.delivery_status = delivery_status_of(done, released=True)


def _carried(shipment: Shipment, line: OrderLine, signed_on: date | None) -> ShipmentLine:
    arrived = {"received_quantity": line.quantity, "condition": Condition.GOOD} if signed_on else {}
    quantity = line.quantity or Decimal(0)
    return ShipmentLine(shipment=shipment, order_line=line, quantity=quantity, **arrived)


def save_past(shipments: list[tuple[Shipment, list[ShipmentLine]]]) -> None:
    """Writes shipments of orders and lines that are saved already, each born where its days say that it is."""
    Shipment.objects.bulk_create([shipment for shipment, _lines in shipments], _BATCH)
    ShipmentLine.objects.bulk_create([line for _shipment, lines in shipments for line in lines], _BATCH)
    for status, is_signed in ((ShipmentStatus.SIGNED_OFF, True), (ShipmentStatus.SHIPPED, False)):
        born([shipment for shipment, _lines in shipments if bool(shipment.signed_on) == is_signed], status)
