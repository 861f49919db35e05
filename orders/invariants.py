"""What must always hold about orders, their amounts, instalments, receipts and numbers."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Abs, Coalesce, Lower, Replace

from core.invariants import Invariant
from core.models import ClosedMonth, Counter
from core.money import ZERO
from customers.models import Trigger
from orders.models import Instalment, Order, OrderLine, Receipt, ReceiptAllocation
from orders.numbering import SERIES
from orders.statuses import EFFECTIVE, UNDER_WAY, DeliveryStatus, PaymentStatus, Status
from orders.totals import line_amounts

_MONEY: DecimalField = DecimalField(max_digits=16, decimal_places=2)
_BATCH = 5000
# SQLite sums decimals as floats: less than a cent apart is equal.
_HALF_A_CENT = Decimal("0.005")
_FINISHED = (Status.COMPLETED, Status.CANCELLED)
#: Nothing of these is due yet, or any more.
_NOTHING_DUE = (Status.DRAFT, Status.REP_REVIEW, Status.MANAGER_REVIEW, Status.CANCELLED)
#: Goods have left, all or some of them.
_LEFT = (DeliveryStatus.PARTLY_SHIPPED, *UNDER_WAY, DeliveryStatus.SIGNED)


def _sum(rows: QuerySet, field: str) -> Coalesce:
    """Σ ``field`` over the rows of each outer order, 0.00 without rows."""
    total = rows.order_by().values("order").annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(total), Value(ZERO), output_field=_MONEY)


def _in_force(model) -> QuerySet:
    return model.objects.filter(order=OuterRef("pk"), revision=OuterRef("revision"))


def _apart(queryset: QuerySet, one: str, other: str) -> QuerySet:
    """Rows in which two amounts differ by a cent or more."""
    return queryset.annotate(apart=Abs(F(one) - F(other), output_field=_MONEY)).filter(apart__gt=_HALF_A_CENT)


def _called(pk: int, number: str | None) -> str:
    """What people call the order of which only these are known."""
    return str(Order(pk=pk, number=number))


# ---- amounts ---------------------------------------------------------------------------------------------------------


def wrong_totals() -> Iterator[str]:
    """Orders whose totals are not the sums of their lines."""
    for field, total in (("net_amount", "net_total"), ("tax_amount", "tax_total")):
        rows = Order.objects.annotate(summed=_sum(_in_force(OrderLine), field))
        for order in _apart(rows, "summed", total).iterator():
            yield f"{order}: {total} {getattr(order, total)}, lines {order.summed}"


def wrong_lines() -> Iterator[str]:
    """Lines whose amounts do not follow from quantity, price, discount and tax rate."""
    for line in OrderLine.objects.iterator(chunk_size=_BATCH):
        amounts = line_amounts(line.quantity, line.unit_price, line.discount, line.tax_rate)
        if (line.net_amount, line.tax_amount) != tuple(amounts):
            yield f"line {line.pk} of order {line.order_id}: {line.net_amount} + {line.tax_amount}"


def wrong_quantities() -> Iterator[str]:
    """Lines of which more came back than was signed for, more was signed for than left, or more left than was ordered.

    The database refuses them too, as long as it keeps its constraint.
    """
    sound = Q(
        returned_quantity__gte=0,
        returned_quantity__lte=F("signed_quantity"),
        signed_quantity__lte=F("shipped_quantity"),
        shipped_quantity__lte=F("ordered"),
    )
    lines = OrderLine.objects.annotate(ordered=Coalesce("quantity", Value(Decimal(0))))
    for line in lines.exclude(sound).select_related("order").iterator():
        known = (line.returned_quantity, line.signed_quantity, line.shipped_quantity, line.ordered)
        yield f"{line.order} line {line.position}: {' / '.join(f'{quantity:f}' for quantity in known)}"


def wrong_instalments() -> Iterator[str]:
    """Orders whose instalments do not add up to the total; without payment terms there are none."""
    rows = Order.objects.exclude(payment_terms=None).annotate(summed=_sum(_in_force(Instalment), "amount"))
    for order in _apart(rows, "summed", "gross_total").iterator():
        yield f"{order}: total {order.gross_total}, instalments {order.summed}"
    stray = Instalment.objects.filter(order__payment_terms=None, revision=F("order__revision"))
    for part in stray.select_related("order").iterator():
        yield f"{part.order}: no payment terms, but an instalment of {part.amount}"


def wrong_due_dates() -> Iterator[str]:
    """Instalments that are due although what makes them so has not happened, or are not although it has."""
    columns = ("order__status", "order__delivery_status", "order__signed_off_on", "trigger", "days", "due_date")
    parts = Instalment.objects.filter(revision=F("order__revision"))
    rows = parts.values_list("order", "order__number", "position", *columns)
    for order, number, position, status, delivery, arrived, trigger, days, due in rows.iterator(chunk_size=_BATCH):
        if not _due_as_it_should(status, delivery, arrived, trigger, days, due):
            yield f"{_called(order, number)} instalment {position}: due {due or 'not yet'}"


def _due_as_it_should(
    status: str, delivery: str, arrived: date | None, trigger: str, days: int, due: date | None
) -> bool:
    """Of arrival the day is known; of the others whether they have happened, of acceptance not even that."""
    if status in _NOTHING_DUE:
        return due is None
    if trigger == Trigger.ARRIVAL:
        return due == (arrived + timedelta(days=days) if arrived else None)
    happened = {
        Trigger.PREPAYMENT: True,
        Trigger.BEFORE_PRODUCTION: status in EFFECTIVE,
        Trigger.BEFORE_SHIPMENT: delivery in _LEFT,
    }
    return due is not None or not happened.get(Trigger(trigger), False)


# ---- money -----------------------------------------------------------------------------------------------------------


def wrong_received() -> Iterator[str]:
    """Orders whose received amount is not the sum of what was allocated to them."""
    allocated = (
        ReceiptAllocation.objects.filter(instalment__order=OuterRef("pk")).order_by().values("instalment__order")
    )
    summed = Coalesce(
        Subquery(allocated.annotate(total=Sum("amount")).values("total")), Value(ZERO), output_field=_MONEY
    )
    for order in _apart(Order.objects.annotate(summed=summed), "summed", "received_total").iterator():
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
    receipts = Receipt.objects.annotate(summed=Coalesce(Sum("allocations__amount"), Value(ZERO), output_field=_MONEY))
    for receipt in _apart(receipts, "summed", "amount").iterator():
        yield f"receipt {receipt.pk}: {receipt.amount}, allocated {receipt.summed}"
    paid = Coalesce(Sum("allocations__amount"), Value(ZERO), output_field=_MONEY)
    beyond = Q(paid__gt=F("amount") + _HALF_A_CENT) | Q(paid__lt=-_HALF_A_CENT)
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
        yield f"{_called(row['instalment__order'], row['instalment__order__number'])}: {row['n']} import entries"


# ---- numbers, and what lists show ------------------------------------------------------------------------------------


def gaps_in_numbers() -> Iterator[str]:
    """Serials of a series that no order carries."""
    given = _given_numbers()
    while wanted := set(islice(given, _BATCH)):
        found = set(Order.objects.filter(number__in=wanted).values_list("number", flat=True))
        yield from sorted(wanted - found)


def _given_numbers() -> Iterator[str]:
    """Every number that a series has given; most series are short, so they are looked up many at a time."""
    for counter in Counter.objects.filter(series__startswith=SERIES).iterator():
        series = counter.series.removeprefix(SERIES)
        yield from (f"{series}{serial:03d}" for serial in range(1, counter.value + 1))


def double_numbers() -> Iterator[str]:
    """Order numbers that people would take for the same: they differ in case or blanks only."""
    heard = Lower(Replace("number", Value(" "), Value("")))
    rows = Order.objects.exclude(number=None).order_by().annotate(heard=heard).values("heard").annotate(n=Count("pk"))
    for row in rows.filter(n__gt=1).iterator():
        yield f"{row['heard']}: {row['n']} times"


def half_numbered() -> Iterator[str]:
    """Orders with a number that were never submitted, or submitted ones without a number."""
    for order in Order.objects.filter(Q(number=None) ^ Q(submitted_at=None)).iterator():
        yield f"{order}: first submitted {order.submitted_at or 'never'}"


def wrong_search_keys() -> Iterator[str]:
    """Orders that are not found by their number or by the customer's name that they show.

    Name and key are copies from when the order was written: a customer that is renamed later keeps its old name there.
    """
    rows = Order.objects.values_list("pk", "number", "customer_name", "search_key")
    for pk, number, name, key in rows.iterator(chunk_size=_BATCH):
        if not name or any(part.lower() not in key for part in (number or "", name)):
            yield f"{_called(pk, number)}: {name or 'without a customer'}, key {key[:80]}"


# ---- whose they are, and what figures count --------------------------------------------------------------------------


def foreign_teams() -> Iterator[str]:
    """Unfinished orders that do not follow their rep's team."""
    none, kept = Q(team=None, rep__team__isnull=False), Q(team__isnull=False, rep__team=None)
    other = Q(team__isnull=False, rep__team__isnull=False) & ~Q(team=F("rep__team"))
    for order in Order.objects.filter(none | kept | other).exclude(status__in=_FINISHED).iterator():
        yield f"{order}: team {order.team_id}"


def foreign_reps() -> Iterator[str]:
    """Unfinished orders, and those of nobody, that do not follow their customer's owner; without one they stay."""
    owned = Order.objects.filter(customer__owner__isnull=False)
    astray = Q(rep=None) | (~Q(rep=F("customer__owner")) & ~Q(status__in=_FINISHED))
    for order in owned.filter(astray).select_related("customer__owner", "rep").iterator():
        yield f"{order}: {order.rep or 'nobody'} instead of {order.customer.owner}"


def unarrived_completed() -> Iterator[str]:
    """Completed orders of which not everything was signed for."""
    arrived = Q(delivery_status=DeliveryStatus.SIGNED, signed_off_on__isnull=False)
    for order in Order.objects.filter(status=Status.COMPLETED).exclude(arrived).iterator():
        yield f"{order}: {order.delivery_status}, {order.signed_off_on or 'no day'}"


def wrong_facts_of_approval() -> Iterator[str]:
    """Orders that lack what approval freezes for the figures, or have some of it without an approval."""
    dates = Q(booking_date__isnull=False) | Q(first_promised_date__isnull=False)
    sellers = Q(sold_by__isnull=False) | Q(sold_team__isnull=False)
    early = Q(approved_at=None) & (dates | sellers | ~Q(grade="", province=""))
    undated = Q(booking_date=None) | Q(first_promised_date=None)
    lacking = undated | Q(grade="") | Q(sold_by__isnull=False, sold_team=None)
    # Only a later revision moves a promise away from the first one.
    moved = Q(revision=1) & ~Q(first_promised_date=F("promised_date"))
    astray = ~Q(status__in=(*EFFECTIVE, Status.CANCELLED))
    wrong = early | (Q(approved_at__isnull=False) & (lacking | moved | astray))
    for order in Order.objects.filter(wrong).iterator():
        facts = (order.grade, order.booking_date, order.first_promised_date, order.sold_by_id, order.sold_team_id)
        yield f"{order}: {order.status}, approved {order.approved_at or 'never'}, {facts}"


def wrong_booking_days() -> Iterator[str]:
    """Orders not booked on their order date, nor on the first day after it whose month was open at their approval."""
    closed = ClosedMonth.objects.filter(
        first_day__lte=OuterRef("order_date"),
        last_day__gte=OuterRef("order_date"),
        closed_at__lte=OuterRef("approved_at"),
    )
    unusual = Order.objects.filter(~Q(booking_date=F("order_date")) | Exists(closed), booking_date__isnull=False)
    months = list(ClosedMonth.objects.values_list("first_day", "last_day", "closed_at"))
    for order in unusual.filter(approved_at__isnull=False).iterator():
        assert order.approved_at
        wanted = _first_open_day(order.order_date, order.approved_at, months)
        if order.booking_date != wanted:
            yield f"{order}: booked on {order.booking_date} instead of {wanted}"


def _first_open_day(day: date, then: datetime, months: list[tuple[date, date, datetime]]) -> date:
    """The first day from ``day`` on whose month was open at that moment."""
    closed = {first: last for first, last, closed_at in months if closed_at <= then}
    while last := closed.get(day.replace(day=1)):
        day = last + timedelta(days=1)
    return day


INVARIANTS = [
    Invariant("order totals", "totals are the sums of the lines", wrong_totals),
    Invariant("line amounts", "net and tax follow from quantity, price, discount and rate", wrong_lines),
    Invariant("quantities", "0 ≤ returned ≤ signed for ≤ shipped ≤ ordered", wrong_quantities),
    Invariant("instalments", "instalments add up to the total", wrong_instalments),
    Invariant("due dates", "instalments are due when what makes them due has happened", wrong_due_dates),
    Invariant("received", "what was received is what was allocated", wrong_received),
    Invariant("payment", "the payment status follows from what was received", wrong_payment_status),
    Invariant("allocations", "every receipt is allocated once, no instalment is overpaid", wrong_allocations),
    Invariant("reversals", "every reversal undoes all of one receipt, which is marked so", wrong_reversals),
    Invariant("import entries", "an order counts as paid by at most one import entry", double_import_entries),
    Invariant("number series", "order numbers have no gaps", gaps_in_numbers),
    Invariant("numbers", "no two order numbers read the same", double_numbers),
    Invariant("submissions", "an order has a number as soon as it was submitted", half_numbered),
    Invariant("order search", "orders are found by their number and customer", wrong_search_keys),
    Invariant("teams", "unfinished orders belong to their rep's team", foreign_teams),
    Invariant("reps", "unfinished orders belong to their customer's owner", foreign_reps),
    Invariant("completion", "of a completed order everything was signed for", unarrived_completed),
    Invariant("frozen", "what figures count by is there from approval on, and not before", wrong_facts_of_approval),
    Invariant("booking", "an order is booked on its order date, or the first open day after it", wrong_booking_days),
]
