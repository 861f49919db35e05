"""What must always hold about the stock: what is stored equals a recount of the ledger."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum

from core.invariants import Invariant
from products.models import Product, StockMove


def wrong_stock() -> Iterator[str]:
    """Products whose stock on hand is not the sum of their moves."""
    moved = dict(StockMove.objects.order_by().values_list("product").annotate(Sum("quantity")))
    for product in Product.objects.order_by("pk").iterator():
        # Three digits: SQLite sums decimals as floats.
        counted = Decimal(moved.get(product.pk, 0)).quantize(Decimal("0.001"))
        if product.on_hand != counted:
            yield f"{product.code}: {product.on_hand}, moved {counted}"


INVARIANTS = [Invariant("stock", "stock on hand equals the sum of the stock moves", wrong_stock)]
