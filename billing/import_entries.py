"""What an import took for paid: an entry that stands for the money of a completed order, until real receipts come."""

from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from billing.entries import enter, enter_opposite, refresh_received
from billing.models import Receipt
from core.locks import lock_row
from core.money import total
from orders.models import Order


def import_entries_of(order: Order) -> QuerySet[Receipt]:
    """The entries of an order that are in force."""
    return Receipt.objects.filter(
        allocations__instalment__order=order, method=Receipt.Method.IMPORT, is_reversed=False, reverses__isnull=True
    ).distinct()


def settled_by_import(order: Order) -> Decimal:
    """What of an order (元) counts as paid only because it came completed in an import."""
    return total(entry.amount for entry in import_entries_of(order))


def enter_in_place_of_import(receipt: Receipt, order: Order, *, by) -> None:
    """Enters real money. Where the order has no room for it, its import entry makes way.

    What the real receipts do not cover yet of such an entry counts as paid as before.
    """
    entry = import_entries_of(order).first() if receipt.amount > order.unpaid_total else None
    if entry is None:
        enter(receipt, order)
        return
    enter_opposite(lock_row(Receipt, entry.pk), by=by, reason=_("Replaced by a receipt"))
    refresh_received(order)
    enter(receipt, order)
    rest = min(entry.amount, order.unpaid_total)
    if rest > 0:
        rest_entry = Receipt(
            customer_id=order.customer_id,
            received_on=entry.received_on,
            amount=rest,
            method=Receipt.Method.IMPORT,
            payer=entry.payer,
            note=entry.note,
            recorded_by=by,
        )
        enter(rest_entry, order)
