"""What must always hold about receipts and what they pay."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.invariants import Invariant
from core.money import ZERO
from orders.invariants.sums import HALF_A_CENT, MONEY, apart, called
from orders.models import Instalment, Order, Receipt, ReceiptAllocation
from orders.statuses import PaymentStatus


def wrong_received() -> Iterator[str]:
    """Orders whose received amount is not the sum of what was allocated to them."""
    allocated = (
        ReceiptAllocation.objects.filter(instalment__order=OuterRef("pk")).order_by().values("instalment__order")
    )
    summed = Coalesce(
        Subquery(allocated.annotate(total=Sum("amount")).values("total")), Value(ZERO), output_field=MONEY
    )
    for order in apart(Order.objects.annotate(summed=summed), "summed", "received_total").iterator():
        yield f"{order}: received {order.received_total}, allocated {order.summed}"


def wrong_payment_status() -> Iterator[str]:
    """Orders whose payment status is not what they received of their total."""
    sound = (
        Q(received_total__lte=0, payment_status=PaymentStatus.UNPAID)
        | Q(received_total__gt=0, received_total__lt=F("gross_total"), payment_status=PaymentStatus.PARTLY_PAID)
        | Q(received_total__gt=0, received_total__gte=F("gross_total"), payment_status=PaymentStatus.PAID)
    )
    for order in Order.objects.exclude(sound).iterator():
        yield f"{order}: {order.payment_status}, received {order.received_total} of {order.gross_total}"


def wrong_allocations() -> Iterator[str]:
    """Receipts not allocated exactly once, or to another customer's order; instalments paid beyond their amount."""
    receipts = Receipt.objects.annotate(summed=Coalesce(Sum("allocations__amount"), Value(ZERO), output_field=MONEY))
    for receipt in apart(receipts, "summed", "amount").iterator():
        yield f"receipt {receipt.pk}: {receipt.amount}, allocated {receipt.summed}"
    paid = Coalesce(Sum("allocations__amount"), Value(ZERO), output_field=MONEY)
    beyond = Q(paid__gt=F("amount") + HALF_A_CENT) | Q(paid__lt=-HALF_A_CENT)
    for part in Instalment.objects.annotate(paid=paid).filter(beyond).iterator():
        yield f"instalment {part.pk} of order {part.order_id}: {part.amount}, paid {part.paid}"
    foreign = ReceiptAllocation.objects.exclude(receipt__customer=F("instalment__order__customer"))
    for allocation in foreign.select_related("instalment__order").iterator():
        yield f"{allocation.instalment.order}: paid by receipt {allocation.receipt_id} of another customer"


def wrong_reversals() -> Iterator[str]:
    """Receipts that pass for reversed and are not, or the other way round; reversals that do not undo all of it."""
    marked, undone = Q(is_reversed=True), Q(reversal__isnull=False)
    for receipt in Receipt.objects.filter((marked & ~undone) | (undone & ~marked)).iterator():
        yield f"receipt {receipt.pk}: {'reversed by nothing' if receipt.is_reversed else 'reversed, not marked so'}"
    mirror = ReceiptAllocation.objects.filter(
        receipt=OuterRef("receipt__reverses"), instalment=OuterRef("instalment"), amount=-OuterRef("amount")
    )
    unlike = ReceiptAllocation.objects.filter(~Exists(mirror), receipt__reverses__isnull=False)
    twice = Q(reverses__reverses__isnull=False)
    wrong = ~Q(amount=-F("reverses__amount")) | twice | Q(pk__in=unlike.values("receipt"))
    for receipt in Receipt.objects.filter(wrong, reverses__isnull=False).iterator():
        yield f"receipt {receipt.pk}: {receipt.amount}, no mirror of receipt {receipt.reverses_id}"


def double_import_entries() -> Iterator[str]:
    """Orders that count as paid by more than one import entry, of which real receipts would replace only the first."""
    live = ReceiptAllocation.objects.filter(
        receipt__method=Receipt.Method.IMPORT, receipt__is_reversed=False, receipt__reverses=None
    )
    rows = live.order_by().values("instalment__order", "instalment__order__number")
    for row in rows.annotate(n=Count("receipt", distinct=True)).filter(n__gt=1).iterator():
        yield f"{called(row['instalment__order'], row['instalment__order__number'])}: {row['n']} import entries"


RULES = [
    Invariant("received", "what was received is what was allocated", wrong_received),
    Invariant("payment", "the payment status follows from what was received", wrong_payment_status),
    Invariant("allocations", "every receipt is allocated once, no instalment is overpaid", wrong_allocations),
    Invariant("reversals", "every reversal undoes all of one receipt, which is marked so", wrong_reversals),
    Invariant("import entries", "an order counts as paid by at most one import entry", double_import_entries),
]
