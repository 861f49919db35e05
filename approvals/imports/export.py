"""Orders written down in the columns of the import, so that an exported list comes back as it was."""

from collections.abc import Iterable, Iterator
from typing import Any

from approvals.imports.columns import (
    CATEGORY,
    CUSTOMER,
    GRADE,
    NAME,
    NUMBER,
    ORDERED,
    PRICE,
    PRODUCT,
    PROMISED,
    QUANTITY,
    REMARKS,
    SHIPPED,
    SIGNED,
    SPECIFICATION,
    STATUS,
    TAX_RATE,
    TERMS,
    TRACKING,
)
from approvals.imports.existing import STATUS_WORDS, delivery_here, lines_in_force, price_after_discount
from orders.models import Order, OrderLine
from orders.statuses import Status

SELECT = ("customer", "payment_terms")
PREFETCH = ("lines__product__category", "lines__shipment_lines__shipment")


def rows_of(orders: Iterable[Order]) -> Iterator[dict[str, Any]]:
    """One row per line of the orders that an import can bring: approved, completed or cancelled ones.

    Needs of each order what ``SELECT`` and ``PREFETCH`` name.
    """
    for order in orders:
        if order.status in STATUS_WORDS and order.number:
            for line in lines_in_force(order):
                yield _row(order, line)


def _row(order: Order, line: OrderLine) -> dict[str, Any]:
    delivery = delivery_here(line) if order.status != Status.CANCELLED else None
    return {
        NUMBER: order.number,
        CUSTOMER: order.customer.number,
        ORDERED: order.order_date,
        PRODUCT: line.product.code if line.product else None,
        NAME: line.name,
        SPECIFICATION: line.specification,
        CATEGORY: line.product.category.name if line.product else None,
        QUANTITY: line.quantity,
        PRICE: price_after_discount(line),
        TAX_RATE: f"{line.tax_rate.normalize():f}%",
        TERMS: order.payment_terms.name if order.payment_terms else None,
        PROMISED: order.promised_date,
        SHIPPED: delivery and delivery.shipped_on,
        TRACKING: delivery and delivery.tracking_number,
        SIGNED: delivery and delivery.signed_on,
        STATUS: STATUS_WORDS[order.status],
        GRADE: order.grade,
        REMARKS: order.remarks,
    }
