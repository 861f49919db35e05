"""What must always hold about orders, their amounts, instalments, receipts and numbers."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Abs, Coalesce, Lower, Replace

from core.invariants import Invariant
from core.models import Counter
from core.money import ZERO
from orders.models import Instalment, Order, OrderLine, Receipt, ReceiptAllocation
from orders.numbering import SERIES
from orders.reservations import reserved_of
from orders.statuses import EFFECTIVE, UNDER_REVIEW, PaymentStatus, Status
from orders.totals import line_amounts
from products.models import Product

_MONEY: DecimalField = DecimalField(max_digits=16, decimal_places=2)
_BATCH = 5000
# SQLite sums decimals as floats: less than a cent apart is equal.
_HALF_A_CENT = Decimal("0.005")


def _sum(rows: QuerySet, field: str) -> Coalesce:
    """Σ ``field`` over the rows of each outer order, 0.00 without rows."""
    total = rows.order_by().values("order").annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(total), Value(ZERO), output_field=_MONEY)


def _in_force(model) -> QuerySet:
    return model.objects.filter(order=OuterRef("pk"), revision=OuterRef("revision"))


def _apart(queryset: QuerySet, one: str, other: str) -> QuerySet:
    """Rows in which two amounts differ by a cent or more."""
    return queryset.annotate(apart=Abs(F(one) - F(other), output_field=_MONEY)).filter(apart__gt=_HALF_A_CENT)


def wrong_totals() -> Iterator[str]:
    """Orders whose totals are not the sums of their lines."""
    for field, total in (("net_amount", "net_total"), ("tax_amount", "tax_total")):
        rows = Order.objects.annotate(summed=_sum(_in_force(OrderLine), field))
        for order in _apart(rows, "summed", total).iterator():
            yield f"{order}: {total} {getattr(order, total)}, lines {order.summed}"


def wrong_lines() -> Iterator[str]:
    """Lines whose amounts do not follow from quantity, price, discount and tax rate."""
    lines = OrderLine.objects.exclude(quantity=None).exclude(unit_price=None)
    for line in lines.iterator(chunk_size=_BATCH):
        amounts = line_amounts(line.quantity, line.unit_price, line.discount, line.tax_rate)
        if (line.net_amount, line.tax_amount) != tuple(amounts):
            yield f"line {line.pk} of order {line.order_id}: {line.net_amount} + {line.tax_amount}"


def wrong_instalments() -> Iterator[str]:
    """Orders with payment terms whose instalments do not add up to the total."""
    rows = Order.objects.exclude(payment_terms=None).annotate(summed=_sum(_in_force(Instalment), "amount"))
    for order in _apart(rows, "summed", "gross_total").iterator():
        yield f"{order}: total {order.gross_total}, instalments {order.summed}"


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
    """Receipts not allocated exactly once, and instalments paid beyond their amount."""
    receipts = Receipt.objects.annotate(summed=Coalesce(Sum("allocations__amount"), Value(ZERO), output_field=_MONEY))
    for receipt in _apart(receipts, "summed", "amount").iterator():
        yield f"receipt {receipt.pk}: {receipt.amount}, allocated {receipt.summed}"
    paid = Coalesce(Sum("allocations__amount"), Value(ZERO), output_field=_MONEY)
    for part in Instalment.objects.annotate(paid=paid).filter(paid__gt=F("amount") + _HALF_A_CENT).iterator():
        yield f"instalment {part.pk} of order {part.order_id}: {part.amount}, paid {part.paid}"


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


def foreign_teams() -> Iterator[str]:
    """Unfinished orders that do not follow their rep's team."""
    rows = Order.objects.exclude(status__in=("completed", "cancelled")).exclude(team=F("rep__team"))
    for order in rows.filter(rep__team__isnull=False).iterator():
        yield f"{order}: team {order.team_id}"


def wrong_grades() -> Iterator[str]:
    """Orders before their approval that do not carry their customer's grade."""
    rows = Order.objects.filter(status__in=(Status.DRAFT, *UNDER_REVIEW)).exclude(grade=F("customer__grade"))
    for order in rows.select_related("customer").iterator():
        yield f"{order}: grade {order.grade or '—'}, customer {order.customer.grade}"


def wrong_promises() -> Iterator[str]:
    """Lines of approved orders that do not carry the date first promised for their order."""
    lines = OrderLine.objects.filter(order__status__in=EFFECTIVE, revision=F("order__revision"))
    other = Q(first_promised_date=None) | ~Q(first_promised_date=F("order__first_promised_date"))
    for line in lines.filter(other).select_related("order").iterator():
        yield f"{line.order} line {line.position}: {line.first_promised_date}, order {line.order.first_promised_date}"


def wrong_reserved() -> Iterator[str]:
    """Products of which released orders have another quantity than is stored."""
    counted = reserved_of(Product.objects.values_list("pk", flat=True))
    for product in Product.objects.order_by("pk").iterator():
        if product.reserved != counted.get(product.pk, 0):
            yield f"{product.code}: reserved {product.reserved}, released orders have {counted.get(product.pk, 0)}"


INVARIANTS = [
    Invariant("order totals", "totals are the sums of the lines", wrong_totals),
    Invariant("line amounts", "net and tax follow from quantity, price, discount and rate", wrong_lines),
    Invariant("instalments", "instalments add up to the total", wrong_instalments),
    Invariant("received", "what was received is what was allocated", wrong_received),
    Invariant("payment", "the payment status follows from what was received", wrong_payment_status),
    Invariant("allocations", "every receipt is allocated once, no instalment is overpaid", wrong_allocations),
    Invariant("number series", "order numbers have no gaps", gaps_in_numbers),
    Invariant("numbers", "no two order numbers read the same", double_numbers),
    Invariant("grades", "orders carry their customer's grade until their approval", wrong_grades),
    Invariant("promised lines", "lines carry the date first promised for their order", wrong_promises),
    Invariant("reserved", "reserved stock is what released orders still have to get", wrong_reserved),
    Invariant("teams", "unfinished orders belong to their rep's team", foreign_teams),
]
