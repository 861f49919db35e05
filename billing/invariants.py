"""What must always hold about receipts and what they pay."""

from collections.abc import Iterator
from dataclasses import fields

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.invariants import person_called
from billing.customer_facts import CustomerFacts, facts_of, recount_by_calendar, stored_facts
from billing.models import Receipt, ReceiptAllocation, Refund, RefundPart
from core.chunks import chunks
from core.invariants import About, invariant
from core.models import Event
from core.money import ZERO
from customers.models import Customer
from orders.invariants.sums import BATCH, HALF_A_CENT, MONEY, apart, called
from orders.models import Instalment, Order

#: Σ of what was allocated of a receipt, or to an instalment.
_ALLOCATED = Coalesce(Sum("allocations__amount"), Value(ZERO), output_field=MONEY)


@invariant("received", "what was received is what was allocated")
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


@invariant("instalments paid", "an instalment received what was allocated to it")
def wrong_received_of_instalments() -> Iterator[str]:
    """Instalments that have received something else than was allocated to them."""
    rows = Instalment.objects.annotate(allocated=_ALLOCATED)
    for part in apart(rows, "allocated", "received").iterator():
        yield f"instalment {part.pk} of order {part.order_id}: received {part.received}, allocated {part.allocated}"


@invariant("balances", "what a receipt pays, what of it was given back and what is balance are together the receipt")
def wrong_rests() -> Iterator[str]:
    """Receipts whose balance is not what is left of them after what they pay and what was given back of them."""
    back = RefundPart.objects.filter(receipt=OuterRef("pk")).order_by().values("receipt").annotate(sum=Sum("amount"))
    refunded = Coalesce(Subquery(back.values("sum")), Value(ZERO), output_field=MONEY)
    rows = Receipt.objects.annotate(left=F("amount") - _ALLOCATED - refunded)
    for receipt in apart(rows, "left", "rest").iterator():
        yield f"receipt {receipt.pk}: {receipt.amount}, balance {receipt.rest}, left {receipt.left}"


@invariant("refunds", "a refund is money of receipts of its customer, of a cancelled order at most what it received")
def wrong_refunds() -> Iterator[str]:
    """Refunds that are not the sum of their parts, or of another customer's money or order, or not undone rightly."""
    summed = Coalesce(Sum("parts__amount"), Value(ZERO), output_field=MONEY)
    for refund in apart(Refund.objects.annotate(summed=summed), "summed", "amount").iterator():
        yield f"refund {refund.pk}: {refund.amount}, of receipts {refund.summed}"
    foreign = Q(order__isnull=False) & ~Q(order__customer=F("customer"))
    strange = RefundPart.objects.exclude(receipt__customer=F("refund__customer")).values("refund")
    for refund in Refund.objects.filter(foreign | Q(pk__in=strange)).iterator():
        yield f"refund {refund.pk}: money or order of another customer"
    marked, undone = Q(is_reversed=True), Q(reversal__isnull=False)
    unlike = Q(reverses__isnull=False) & ~Q(amount=-F("reverses__amount"))
    for refund in Refund.objects.filter((marked & ~undone) | (undone & ~marked) | unlike).iterator():
        yield f"refund {refund.pk}: {refund.amount}, its reversal is not its mirror"


@invariant("allocations", "no receipt pays more than it is, no instalment is overpaid, and nobody pays for another")
def wrong_allocations() -> Iterator[str]:
    """Receipts allocated beyond their amount, or to another customer's order; instalments paid beyond their amount."""
    for receipt in _receipts_beyond().iterator():
        yield f"receipt {receipt.pk}: {receipt.amount}, allocated {receipt.allocated}"
    beyond = Q(allocated__gt=F("amount") + HALF_A_CENT) | Q(allocated__lt=-HALF_A_CENT)
    for part in Instalment.objects.annotate(allocated=_ALLOCATED).filter(beyond).iterator():
        yield f"instalment {part.pk} of order {part.order_id}: {part.amount}, allocated {part.allocated}"
    foreign = ReceiptAllocation.objects.exclude(receipt__customer=F("instalment__order__customer"))
    for allocation in foreign.select_related("instalment__order").iterator():
        yield f"{allocation.instalment.order}: paid by receipt {allocation.receipt_id} of another customer"


def _receipts_beyond() -> QuerySet:
    """Receipts that pay more than they are, or less than nothing; of a reversal it is the other way round."""
    rows = Receipt.objects.annotate(allocated=_ALLOCATED)
    more = Q(allocated__gt=F("amount") + HALF_A_CENT) | Q(allocated__lt=-HALF_A_CENT)
    less = Q(allocated__lt=F("amount") - HALF_A_CENT) | Q(allocated__gt=HALF_A_CENT)
    return rows.filter(Q(more, reverses=None) | Q(less, reverses__isnull=False))


@invariant("reversals", "every reversal undoes all of one receipt, which is marked so")
def wrong_reversals() -> Iterator[str]:
    """Receipts that pass for reversed and are not, or the other way round; reversals that do not undo all of it."""
    marked, undone = Q(is_reversed=True), Q(reversal__isnull=False)
    for receipt in Receipt.objects.filter((marked & ~undone) | (undone & ~marked)).iterator():
        yield f"receipt {receipt.pk}: {'reversed by nothing' if receipt.is_reversed else 'reversed, not marked so'}"
    wrong = ~Q(amount=-F("reverses__amount")) | Q(reverses__reverses__isnull=False) | Q(pk__in=_unlike())
    for receipt in Receipt.objects.filter(wrong, reverses__isnull=False).iterator():
        yield f"receipt {receipt.pk}: {receipt.amount}, no mirror of receipt {receipt.reverses_id}"


def _unlike() -> QuerySet:
    """The reversals that take from an instalment another amount than their receipt had left there."""
    first = Coalesce("receipt__reverses", "receipt")
    of_pairs = ReceiptAllocation.objects.filter(Q(receipt__is_reversed=True) | Q(receipt__reverses__isnull=False))
    sums = of_pairs.annotate(first=first).order_by().values("first", "instalment").annotate(left=Sum("amount"))
    uneven = sums.filter(Q(left__gt=HALF_A_CENT) | Q(left__lt=-HALF_A_CENT)).values("first")
    return Receipt.objects.filter(reverses__in=uneven).values("pk")


@invariant("import entries", "an order counts as paid by at most one import entry")
def double_import_entries() -> Iterator[str]:
    """Orders that count as paid by more than one import entry, of which real receipts would replace only the first."""
    live = ReceiptAllocation.objects.filter(
        receipt__method=Receipt.Method.IMPORT, receipt__is_reversed=False, receipt__reverses=None
    )
    rows = live.order_by().values("instalment__order", "instalment__order__number")
    for row in rows.annotate(n=Count("receipt", distinct=True)).filter(n__gt=1).iterator():
        yield f"{called(row['instalment__order'], row['instalment__order__number'])}: {row['n']} import entries"


@invariant("recorders", gettext_noop("a receipt was recorded by whom the history of its orders says"), of_history=True)
def other_recorders() -> Iterator[str]:
    """Receipts that somebody else is said to have recorded, and events of receipts that do not exist."""
    kind = ContentType.objects.get_for_model(Order)
    events = Event.objects.filter(subject_type=kind, verb="receipt_recorded").order_by("pk")
    rows = events.values_list("subject_id", "actor", "data__receipt").iterator(chunk_size=BATCH)
    for told in chunks(rows, BATCH):
        known = dict(Receipt.objects.filter(pk__in=[pk for *_rest, pk in told]).values_list("pk", "recorded_by"))
        for order, by, receipt in told:
            if known.get(receipt) != by:
                sentence = gettext_noop(
                    "receipt %(receipt)s is recorded by %(by)s, by the history of its order by %(told)s"
                )
                who = {"by": person_called(known.get(receipt)), "told": person_called(by)}
                yield About(sentence, kind.pk, order, receipt=receipt, **who)


@invariant("customer facts", "customers say what their orders come to and what is overdue", prepare=recount_by_calendar)
def wrong_customer_facts() -> Iterator[str]:
    """Customers whose type, cooperation, first and last order, counts or amounts are not what their orders say."""
    today = timezone.localdate()
    for some in chunks(Customer.objects.order_by("pk").iterator(chunk_size=BATCH)):
        counted = facts_of([customer.pk for customer in some], today)
        for customer in some:
            kept = stored_facts(customer)
            told = [
                f"{field.name} {getattr(kept, field.name)}, counted {getattr(counted[customer.pk], field.name)}"
                for field in fields(CustomerFacts)
                if getattr(kept, field.name) != getattr(counted[customer.pk], field.name)
            ]
            if told:
                yield f"{customer.number}: {'; '.join(told)}"
