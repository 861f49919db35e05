"""What released orders have of the stock: counted anew whenever that changes, stored on the product."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import F, Sum

from core.locks import lock_rows
from orders.models import Order, OrderLine
from orders.statuses import Status
from products.models import Product

_THREE_DIGITS = Decimal("0.001")


def refresh_reserved(products: Iterable[int | None], *, leaving: Order | None = None) -> None:
    """Stores what ``reserved_of`` counts. Call it late and in a transaction: it locks the stock of these products.

    ``leaving`` is an order that is about to let go of its stock, which its status does not say yet.
    """
    stock = lock_rows(Product.objects.filter(pk__in={pk for pk in products if pk}))
    # Counted under the locks: what others have reserved until now is there to be seen.
    reserved = reserved_of([product.pk for product in stock], leaving)
    changed = [product for product in stock if product.reserved != reserved.get(product.pk, 0)]
    for product in changed:
        product.reserved = reserved.get(product.pk, Decimal(0))
    Product.objects.bulk_update(changed, ["reserved"])


def reserved_of(products: Iterable[int], leaving: Order | None = None) -> dict[int, Decimal]:
    """Σ (ordered − shipped) over the lines of approved and released orders, by product, in its unit."""
    lines = OrderLine.objects.filter(
        product__in=list(products),
        order__status=Status.APPROVED,
        order__released_at__isnull=False,
        revision=F("order__revision"),
        shipped_quantity__lt=F("quantity"),
    )
    if leaving:
        lines = lines.exclude(order=leaving)
    summed = lines.order_by().values_list("product").annotate(total=Sum(F("quantity") - F("shipped_quantity")))
    # Three digits: SQLite sums decimals as floats.
    return {product: Decimal(total).quantize(_THREE_DIGITS) for product, total in summed}


def products_of(order: Order) -> list[int | None]:
    """The products of an order's lines in force; None for a line in free text."""
    return list(order.current_lines().values_list("product", flat=True))
