"""What must hold between orders and the requirements that they were made of."""

from collections.abc import Iterator

from django.db.models import F

from core.invariants import invariant
from orders.models import Order


@invariant("requirement orders", "an order was made of a requirement of its own customer")
def foreign_requirements() -> Iterator[str]:
    """Orders that hang on another customer's requirement."""
    found = Order.objects.filter(requirement__isnull=False).exclude(requirement__customer=F("customer"))
    for order in found.select_related("requirement").iterator():
        yield f"{order}: {order.requirement}"
