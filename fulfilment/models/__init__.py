"""Goods on their way: shipments of orders with their lines, and the carriers that take them."""

from fulfilment.models.shipment import Carrier, Shipment, ShipmentLine, ShipmentQuerySet

__all__ = ["Carrier", "Shipment", "ShipmentLine", "ShipmentQuerySet"]
