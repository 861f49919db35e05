"""Shipments go along with their orders, and the place of these in the stock is counted anew."""

from django.db.models import QuerySet

from care.supply import supply_changed
from customers.moving import Joining, moves
from fulfilment.models import Shipment


@moves(Shipment, "shipment")
def place_orders_anew(rows: QuerySet, joining: Joining) -> None:
    """Orders and care plans have moved, and the stock is locked before receipts are: now it is seen who comes first."""
    supply_changed(joining.into)
