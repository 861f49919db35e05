"""The instalments of an amended order: what was received stays where it is, the last one takes the difference."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from customers.models import Trigger
from orders.instalments import due_on
from orders.models import Instalment, Order
from orders.revisions import copy_of
from orders.terms import plan_instalments
from orders.totals import shift_instalments


def amended_instalments(before: Order, parts: Sequence[Instalment], after: Order) -> list[Instalment]:
    """The instalments of ``after``, not saved, for an order that had ``parts``.

    Under the same terms each keeps its due date and its amount, but for the last, which takes the difference. Other
    terms make new ones; those whose trigger has happened are due by it.
    """
    if before.payment_terms_id == after.payment_terms_id:
        amounts = shift_instalments(after.gross_total, [(part.amount, part.received) for part in parts])
        known = {"revision": after.revision, "received": Decimal(0)}
        return [copy_of(part, amount=amount, **known) for part, amount in zip(parts, amounts, strict=True)]
    planned = plan_instalments(after, after.payment_terms, after.gross_total)
    for part in planned:
        if happened := _happened(part.trigger, before, parts):
            part.due_date = due_on(part, happened)
    return planned


def _happened(trigger: str, order: Order, parts: Sequence[Instalment]) -> date | None:
    """On which day the trigger happened: as the old terms tell, else as far as the order's facts do, today."""
    told = (part.due_date - timedelta(days=part.days) for part in parts if part.trigger == trigger and part.due_date)
    if day := next(told, None):
        return day
    if trigger in (Trigger.PREPAYMENT, Trigger.BEFORE_PRODUCTION):
        return timezone.localdate()
    if trigger == Trigger.ARRIVAL:
        return order.signed_off_on
    begun = any(line.shipped_quantity for line in order.current_lines())
    return timezone.localdate() if trigger == Trigger.BEFORE_SHIPMENT and begun else None
