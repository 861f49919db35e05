"""What must always hold about numbers, and about what is copied or counted for lists: names, owners, grades, stock."""

from collections.abc import Iterator

from django.db.models import F, Q

from core.invariants import carried_by_none, invariant
from core.models import Counter
from orders.findable import own_key_of
from orders.invariants.sums import BATCH, called
from orders.models import Order, OrderLine
from orders.numbering import SERIES
from orders.reservations import Reserved, reserved_of
from orders.statuses import EFFECTIVE, FINISHED, UNDER_REVIEW, Status
from products.models import Product


@invariant("number series", "order numbers have no gaps")
def gaps_in_numbers() -> Iterator[str]:
    """Serials of a series that no order carries."""
    yield from carried_by_none(_given_numbers(), Order.objects.values_list("number_key", flat=True))


def _given_numbers() -> Iterator[str]:
    """The key of every number that a series has given; most series are short, so they are looked up many at a time."""
    for counter in Counter.objects.filter(series__startswith=SERIES).iterator():
        series = counter.series.removeprefix(SERIES)
        yield from (f"{series}{serial:03d}" for serial in range(1, counter.value + 1))


@invariant("submissions", "an order has a number as soon as it was submitted")
def half_numbered() -> Iterator[str]:
    """Orders with a number that were never submitted, or submitted ones without a number."""
    for order in Order.objects.filter(Q(number=None) ^ Q(submitted_at=None)).iterator():
        yield f"{order}: first submitted {order.submitted_at or 'never'}"


@invariant("cells as typed", "only drafts have lines and fields that cannot be read")
def unread_lines() -> Iterator[str]:
    """Submitted orders with a line, or a field of their header, of which only the typed text is kept."""
    for order in Order.objects.exclude(as_typed={}).exclude(status__in=[Status.DRAFT, Status.CANCELLED]).iterator():
        yield f"{order}: {order.as_typed}"
    lines = OrderLine.objects.exclude(as_typed={}).exclude(order__status__in=[Status.DRAFT, Status.CANCELLED])
    for line in lines.select_related("order").iterator():
        yield f"{line.order} {line}: {line.as_typed}"


@invariant("order search", "orders are found by their number and customer")
def wrong_search_keys() -> Iterator[str]:
    """Orders that are not found by their number, by the customer's, or by the customer's name that they show.

    Name and key are copies from when the order was written: a customer that is renamed later keeps its old name there.
    """
    rows = Order.objects.values_list("pk", "number", "customer_name", "customer_reference", "own_key", "search_key")
    for pk, number, name, reference, own_key, key in rows.iterator(chunk_size=BATCH):
        if not name or own_key != own_key_of(number, name, reference) or not key.startswith(own_key):
            yield f"{called(pk, number)}: {name or 'without a customer'}, key {own_key[:40]}, {key[:80]}"


@invariant("teams", "unfinished orders belong to their rep's team")
def foreign_teams() -> Iterator[str]:
    """Unfinished orders that do not follow their rep's team."""
    none, kept = Q(team=None, rep__team__isnull=False), Q(team__isnull=False, rep__team=None)
    other = Q(team__isnull=False, rep__team__isnull=False) & ~Q(team=F("rep__team"))
    for order in Order.objects.filter(none | kept | other).exclude(status__in=FINISHED).iterator():
        yield f"{order}: team {order.team_id}"


@invariant("reps", "unfinished orders belong to their customer's owner")
def foreign_reps() -> Iterator[str]:
    """Unfinished orders, and those of nobody, that do not follow their customer's owner; without one they stay."""
    owned = Order.objects.filter(customer__owner__isnull=False)
    astray = Q(rep=None) | (~Q(rep=F("customer__owner")) & ~Q(status__in=FINISHED))
    for order in owned.filter(astray).select_related("customer__owner", "rep").iterator():
        yield f"{order}: {order.rep or 'nobody'} instead of {order.customer.owner}"


@invariant("grades", "orders carry their customer's grade until their approval")
def wrong_grades() -> Iterator[str]:
    """Orders before their approval that do not carry their customer's grade."""
    rows = Order.objects.filter(status__in=(Status.DRAFT, *UNDER_REVIEW)).exclude(grade=F("customer__grade"))
    for order in rows.select_related("customer").iterator():
        yield f"{order}: grade {order.grade or '—'}, customer {order.customer.grade}"


@invariant("promised lines", "lines carry the date first promised for their order")
def wrong_promises() -> Iterator[str]:
    """Lines of approved orders that do not carry the date first promised for their order."""
    lines = OrderLine.objects.filter(order__status__in=EFFECTIVE, revision=F("order__revision"))
    other = Q(first_promised_date=None) | ~Q(first_promised_date=F("order__first_promised_date"))
    for line in lines.filter(other).select_related("order").iterator():
        yield f"{line.order} line {line.position}: {line.first_promised_date}, order {line.order.first_promised_date}"


@invariant("reserved", "reserved stock is what released orders still have to get, and what of it comes first")
def wrong_reserved() -> Iterator[str]:
    """Products of which released orders have another quantity than is stored."""
    counted = reserved_of(Product.objects.values_list("pk", flat=True))
    for product in Product.objects.order_by("pk").iterator():
        found, kept = counted.get(product.pk, Reserved()), Reserved(product.reserved, product.reserved_first)
        if kept != found:
            yield f"{product.code}: reserved {_parts(kept)}, released orders have {_parts(found)}"


def _parts(reserved: Reserved) -> str:
    return f"{reserved.total} ({reserved.first} first)"
