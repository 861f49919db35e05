"""What an order's verbs lock beside the order itself, each at its place in the global order."""

from core import periods
from customers.moving import lock_customer_of
from orders.models import Order


def share_period(order: Order) -> None:
    """No month is closed between finding the order's booking day and writing it."""
    periods.share()


def lock_customer(order: Order) -> None:
    """The customer's row is the lock on its credit: two orders cannot use the same rest of it."""
    lock_customer_of(order)
