"""What released orders have of the stock: counted anew whenever that changes, stored on the product; and in what order.

Orders of customers with priority supply come first, then whoever was promised the earlier day, then who was released
earlier. An order under review comes after everybody of its own kind.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from care.supply import follows_supply, supplied_first
from core.locks import lock_rows
from customers.models import Customer
from orders.models import Order, OrderLine
from orders.statuses import Status
from products.models import Product

_THREE_DIGITS = Decimal("0.001")
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Reserved:
    """What released orders have of a product, in its unit, and the part of it with priority supply."""

    total: Decimal = _NOTHING
    first: Decimal = _NOTHING


@dataclass(frozen=True)
class Place:
    """A line in the line-up for a product's stock: whether it comes first, and what of it the stock covers."""

    line: OrderLine
    is_first: bool
    covered: Decimal

    @property
    def missing(self) -> Decimal:
        """What is to be made or bought for it, in the product's unit."""
        return self.line.to_ship - self.covered


def refresh_reserved(products: Iterable[int | None], *, leaving: Order | None = None) -> None:
    """Stores what ``reserved_of`` counts. Call it late and in a transaction: it locks the stock of these products.

    ``leaving`` is an order that is about to let go of its stock, which its status does not say yet.
    """
    stock = lock_rows(Product.objects.filter(pk__in={pk for pk in products if pk}))
    # Counted under the locks: what others have reserved until now is there to be seen.
    counted = reserved_of([product.pk for product in stock], leaving)
    changed = []
    for product in stock:
        found = counted.get(product.pk, Reserved())
        if (product.reserved, product.reserved_first) != (found.total, found.first):
            product.reserved, product.reserved_first = found.total, found.first
            product.note_level()
            changed.append(product)
    Product.objects.bulk_update(changed, ["reserved", "reserved_first", "low_since"])


def reserved_of(products: Iterable[int], leaving: Order | None = None) -> dict[int, Reserved]:
    """Σ (ordered − shipped) over the lines of approved and released orders, by product."""
    lines = _reserving(products)
    if leaving:
        lines = lines.exclude(order=leaving)
    to_ship = F("quantity") - F("shipped_quantity")
    summed = (
        lines.order_by()
        .values_list("product")
        .annotate(total=Sum(to_ship), first=Sum(to_ship, filter=Q(order__customer__in=supplied_first())))
    )
    return {product: Reserved(_summed(total), _summed(first)) for product, total, first in summed}


def _reserving(products: Iterable[int]) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(
        product__in=list(products),
        order__status=Status.APPROVED,
        order__released_at__isnull=False,
        revision=F("order__revision"),
        shipped_quantity__lt=F("quantity"),
    )


def _summed(quantity: Decimal | float | None) -> Decimal:
    """Three digits: SQLite sums decimals as floats."""
    return Decimal(quantity or 0).quantize(_THREE_DIGITS)


def line_up(products: Iterable[int | None]) -> dict[int, list[Place]]:
    """By product, the lines that wait for its stock in the order in which they get it, in two queries."""
    stock = Product.objects.in_bulk({pk for pk in products if pk})
    first = Exists(supplied_first().filter(customer=OuterRef("order__customer")))
    waiting = _reserving(stock).annotate(is_first=first).select_related("order")
    found: dict[int, list[Place]] = {pk: [] for pk in stock}
    left = {pk: product.on_hand for pk, product in stock.items()}
    turns = ("-is_first", "order__promised_date", "order__released_at", "order", "position")
    for line in waiting.order_by(*turns):
        product = line.product_id or 0
        covered = min(line.to_ship, left[product])
        left[product] -= covered
        found[product].append(Place(line, line.is_first, covered))
    return found


@follows_supply
def place_orders_anew(customer: Customer) -> None:
    """What the customer's released orders have of the stock comes first from now on, or does no longer.

    Its orders are locked: whoever releases or ships one meanwhile counts before this, or after it.
    """
    released = Order.objects.filter(customer=customer, status=Status.APPROVED, released_at__isnull=False)
    orders = lock_rows(released)
    refresh_reserved(OrderLine.objects.filter(order__in=orders).order_by().values_list("product", flat=True).distinct())


def products_of(order: Order) -> list[int | None]:
    """The products of an order's lines in force; None for a line in free text."""
    return list(order.current_lines().values_list("product", flat=True))
