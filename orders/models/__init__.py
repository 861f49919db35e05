"""Orders with their lines and instalments, and the money received for them."""

from orders.models.instalment import Instalment
from orders.models.line import OrderLine
from orders.models.order import Order, OrderQuerySet
from orders.models.receipt import Receipt, ReceiptAllocation

__all__ = ["Instalment", "Order", "OrderLine", "OrderQuerySet", "Receipt", "ReceiptAllocation"]
