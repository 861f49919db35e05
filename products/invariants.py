"""What must always hold about the catalogue and the stock: what is stored equals a recount."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum

from core.invariants import invariant
from products.models import Category, CountStatus, Product, StockCountLine, StockMove
from products.services import make_findable


@invariant("stock", "stock on hand equals the sum of the stock moves")
def wrong_stock() -> Iterator[str]:
    """Products whose stock on hand is not the sum of their moves."""
    moved = dict(StockMove.objects.order_by().values_list("product").annotate(Sum("quantity")))
    for product in Product.objects.order_by("pk").iterator():
        # Three digits: SQLite sums decimals as floats.
        counted = Decimal(moved.get(product.pk, 0)).quantize(Decimal("0.001"))
        if product.on_hand != counted:
            yield f"{product.code}: {product.on_hand}, moved {counted}"


@invariant("product search", "products are found and sorted by what they are called")
def wrong_search_keys() -> Iterator[str]:
    """Products that are not found, or sorted, by what they are called now."""
    for product in Product.objects.order_by("pk").iterator():
        kept = (product.search_key, product.name_pinyin)
        make_findable(product)
        if kept != (product.search_key, product.name_pinyin):
            yield f"{product.code}: {' · '.join(kept)}"


@invariant("low stock", "products are low exactly while what is available is at or below their reorder point")
def wrong_levels() -> Iterator[str]:
    """Products that are shown as low and are not, or the other way round."""
    for product in Product.objects.order_by("pk").iterator():
        if product.is_low != (product.low_since is not None):
            since = product.low_since or "never"
            yield f"{product.code}: available {product.available}, reorder point {product.reorder_point}, low {since}"


@invariant("category tree", "a category stands at most one below another")
def third_levels() -> Iterator[str]:
    """Categories below one that stands below another itself."""
    for category in Category.objects.filter(parent__parent__isnull=False).select_related("parent"):
        yield f"{category} below {category.parent}"


@invariant("stock counts", "what a posted count found has moved the stock, once, and nothing else has")
def wrong_counts() -> Iterator[str]:
    """Lines of stock counts whose difference is not what was booked for them."""
    for line in StockCountLine.objects.select_related("count", "product", "move").order_by("pk").iterator():
        booked = line.move.quantity if hasattr(line, "move") else 0
        is_due = line.count.status == CountStatus.POSTED and line.counted is not None
        if (line.difference or 0) != booked or (line.difference is not None) != is_due:
            yield f"{line.count} {line.product.code}: difference {line.difference}, moved {booked}"
