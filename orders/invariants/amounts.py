"""What must always hold about what is ordered: amounts, quantities, instalments and when they are due."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from core.invariants import invariant
from customers.models import Trigger
from orders.invariants.sums import BATCH, apart, called, in_force, sum_over
from orders.models import Instalment, Order, OrderLine
from orders.statuses import EFFECTIVE, UNDER_WAY, DeliveryStatus, PaymentStatus, Status
from orders.totals import line_amounts

#: Nothing of these is due yet, or any more.
_NOTHING_DUE = (Status.DRAFT, Status.REP_REVIEW, Status.MANAGER_REVIEW, Status.CANCELLED)
#: Goods have left, all or some of them.
_LEFT = (DeliveryStatus.PARTLY_SHIPPED, *UNDER_WAY, DeliveryStatus.SIGNED)


@invariant("order totals", "totals are the sums of the lines")
def wrong_totals() -> Iterator[str]:
    """Orders whose totals are not the sums of their lines."""
    for field, total in (("net_amount", "net_total"), ("tax_amount", "tax_total")):
        rows = Order.objects.annotate(summed=sum_over(in_force(OrderLine), field))
        for order in apart(rows, "summed", total).iterator():
            yield f"{order}: {total} {getattr(order, total)}, lines {order.summed}"


@invariant("line amounts", "net and tax follow from quantity, price, discount and rate")
def wrong_lines() -> Iterator[str]:
    """Lines whose amounts do not follow from quantity, price, discount and tax rate."""
    for line in OrderLine.objects.iterator(chunk_size=BATCH):
        amounts = line_amounts(line.quantity, line.unit_price, line.discount, line.tax_rate)
        if (line.net_amount, line.tax_amount) != tuple(amounts):
            yield f"line {line.pk} of order {line.order_id}: {line.net_amount} + {line.tax_amount}"


@invariant("quantities", "0 ≤ returned ≤ signed for ≤ shipped ≤ ordered")
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


@invariant("instalments", "instalments add up to the total")
def wrong_instalments() -> Iterator[str]:
    """Orders whose instalments do not add up to the total; without payment terms there are none."""
    rows = Order.objects.exclude(payment_terms=None).annotate(summed=sum_over(in_force(Instalment), "amount"))
    for order in apart(rows, "summed", "gross_total").iterator():
        yield f"{order}: total {order.gross_total}, instalments {order.summed}"
    stray = Instalment.objects.filter(order__payment_terms=None, revision=F("order__revision"))
    for part in stray.select_related("order").iterator():
        yield f"{part.order}: no payment terms, but an instalment of {part.amount}"


@invariant("payment", "the payment status follows from what was received")
def wrong_payment_status() -> Iterator[str]:
    """Orders whose payment status is not what they received of their total."""
    costs = Q(gross_total__gt=0)
    # An empty draft was never counted.
    sound = (
        Q(gross_total=0, payment_status=PaymentStatus.FREE)
        | Q(gross_total=0, payment_status=PaymentStatus.UNPAID, number=None)
        | costs & Q(received_total__lte=0, payment_status=PaymentStatus.UNPAID)
        | Q(received_total__gt=0, received_total__lt=F("gross_total"), payment_status=PaymentStatus.PARTLY_PAID)
        | Q(received_total__gt=0, received_total__gte=F("gross_total"), payment_status=PaymentStatus.PAID)
    )
    for order in Order.objects.exclude(sound).iterator():
        yield f"{order}: {order.payment_status}, received {order.received_total} of {order.gross_total}"


@invariant("due dates", "instalments are due when what makes them due has happened")
def wrong_due_dates() -> Iterator[str]:
    """Instalments that are due although what makes them so has not happened, or are not although it has."""
    columns = ("order__status", "order__delivery_status", "order__signed_off_on", "trigger", "days", "due_date")
    parts = Instalment.objects.filter(revision=F("order__revision"))
    rows = parts.values_list("order", "order__number", "position", *columns)
    for order, number, position, status, delivery, arrived, trigger, days, due in rows.iterator(chunk_size=BATCH):
        if not _due_as_it_should(status, delivery, arrived, trigger, days, due):
            yield f"{called(order, number)} instalment {position}: due {due or 'not yet'}"


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
