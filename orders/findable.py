"""What an order is found by: its number and the customer's own, however they are typed, and its customer."""

from core.pinyin import search_key_of
from orders.models import Order

#: What ``make_findable`` writes; a save names it beside what it follows from.
KEYS = ("own_key", "search_key")


def make_findable(order: Order, customer_key: str) -> None:
    """Writes onto the order (unsaved) what it is searched by; ``customer_key`` is its customer's search key."""
    order.own_key = own_key_of(order.number, order.customer_name, order.customer_reference)
    order.search_key = f"{order.own_key} {customer_key}".strip()


def own_key_of(number: str | None, customer_name: str, reference: str) -> str:
    """Number with its pinyin and initials, the short name that lists show, and the customer's own order number."""
    return search_key_of([reference], [number or "", customer_name])
