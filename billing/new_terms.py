"""Money of an order whose instalments are other ones from now on."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Q, Sum

from billing.entries import refresh_rest, spread
from billing.models import ReceiptAllocation
from core.events import record
from core.money import round_money, total
from orders.models import Instalment, Order


def pay_anew(order: Order, before: Iterable[Instalment], after: Sequence[Instalment], *, by) -> None:
    """What was received for the instalments of before pays those of the next revision, in their order.

    Nothing is changed: opposite allocations take it from the ones, others give it to the others. What these cannot take
    becomes the customer's balance.
    """
    live = Q(receipt__is_reversed=False, receipt__reverses=None)
    rows = ReceiptAllocation.objects.filter(live, instalment__in=list(before)).order_by("receipt", "instalment")
    moved: list[ReceiptAllocation] = []
    received: dict[int, Decimal] = defaultdict(Decimal)
    for receipt, instalment, paid in rows.values_list("receipt", "instalment").annotate(sum=Sum("amount")):
        if amount := round_money(paid):
            moved.append(ReceiptAllocation(receipt_id=receipt, instalment_id=instalment, amount=-amount))
            received[receipt] += amount
    for receipt, amount in received.items():
        for part, share in spread(amount, after):
            part.received += share
            moved.append(ReceiptAllocation(receipt_id=receipt, instalment=part, amount=share))
    ReceiptAllocation.objects.bulk_create(moved)
    refresh_rest(list(received))
    if excess := -total(row.amount for row in moved):
        record(order.customer, "balance_freed", by=by, order=str(order), amount=f"{excess:,.2f}")
