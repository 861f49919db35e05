"""What an amendment's verbs lock beside the amendment itself, each at its place in the global order."""

from approvals.models import Amendment
from core.locks import lock_row
from customers.moving import lock_customer_of
from orders.models import Order


def lock_customer(amendment: Amendment) -> None:
    """The customer's row is the lock on its credit, and its figures follow its orders."""
    lock_customer_of(amendment.order)


def lock_order(amendment: Amendment) -> None:
    """The order's row is the lock on what it says, and on what of it is still to be shipped."""
    lock_row(Order, amendment.order_id)
