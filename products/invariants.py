"""What must always hold about the catalogue and the stock: what is stored equals a recount."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum

from core.invariants import Invariant
from products.models import Product, StockMove
from products.services import make_findable


def wrong_stock() -> Iterator[str]:
    """Products whose stock on hand is not the sum of their moves."""
    moved = dict(StockMove.objects.order_by().values_list("product").annotate(Sum("quantity")))
    for product in Product.objects.order_by("pk").iterator():
        # Three digits: SQLite sums decimals as floats.
        counted = Decimal(moved.get(product.pk, 0)).quantize(Decimal("0.001"))
        if product.on_hand != counted:
            yield f"{product.code}: {product.on_hand}, moved {counted}"


def wrong_search_keys() -> Iterator[str]:
    """Products that are not found, or sorted, by what they are called now."""
    for product in Product.objects.order_by("pk").iterator():
        kept = (product.search_key, product.name_pinyin)
        make_findable(product)
        if kept != (product.search_key, product.name_pinyin):
            yield f"{product.code}: {' · '.join(kept)}"


INVARIANTS = [
    Invariant("stock", "stock on hand equals the sum of the stock moves", wrong_stock),
    Invariant("product search", "products are found and sorted by what they are called", wrong_search_keys),
]
