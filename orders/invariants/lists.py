"""What must always hold about numbers, and about what is copied or counted for lists: names, owners, grades, stock."""

from collections.abc import Iterator

from django.db.models import Count, F, Q, Value
from django.db.models.functions import Lower, Replace

from core.invariants import Invariant, carried_by_none
from core.models import Counter
from orders.invariants.sums import BATCH, called
from orders.models import Order, OrderLine
from orders.numbering import SERIES
from orders.reservations import reserved_of
from orders.statuses import EFFECTIVE, UNDER_REVIEW, Status
from products.models import Product

_FINISHED = (Status.COMPLETED, Status.CANCELLED)


def gaps_in_numbers() -> Iterator[str]:
    """Serials of a series that no order carries."""
    yield from carried_by_none(_given_numbers(), Order.objects.values_list("number", flat=True))


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
    for pk, number, name, key in rows.iterator(chunk_size=BATCH):
        if not name or any(part.lower() not in key for part in (number or "", name)):
            yield f"{called(pk, number)}: {name or 'without a customer'}, key {key[:80]}"


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


RULES = [
    Invariant("number series", "order numbers have no gaps", gaps_in_numbers),
    Invariant("numbers", "no two order numbers read the same", double_numbers),
    Invariant("grades", "orders carry their customer's grade until their approval", wrong_grades),
    Invariant("promised lines", "lines carry the date first promised for their order", wrong_promises),
    Invariant("reserved", "reserved stock is what released orders still have to get", wrong_reserved),
    Invariant("submissions", "an order has a number as soon as it was submitted", half_numbered),
    Invariant("order search", "orders are found by their number and customer", wrong_search_keys),
    Invariant("teams", "unfinished orders belong to their rep's team", foreign_teams),
    Invariant("reps", "unfinished orders belong to their customer's owner", foreign_reps),
]
