"""What a shipment's verbs lock beside the shipment itself, each at its place in the global order."""

from core import periods
from core.locks import lock_row, lock_rows
from customers.moving import lock_customer_of
from fulfilment.models import Shipment
from orders.models import Order
from products.models import Product


def share_period(shipment: Shipment) -> None:
    """No month is closed while what arrived in it is corrected."""
    periods.share()


def lock_customer(shipment: Shipment) -> None:
    """The customer's last cooperation follows its completed orders, and what is overdue their arrival."""
    lock_customer_of(shipment)


def lock_order(shipment: Shipment) -> None:
    """The order's row is the lock on what of it is still to be shipped."""
    lock_row(Order, shipment.order_id)


def lock_stock(shipment: Shipment) -> None:
    """The products' rows are the locks on their stock."""
    lock_rows(Product.objects.filter(pk__in=shipment.lines.values("order_line__product")))
