"""What must always hold about what figures count an order by."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q

from core.invariants import invariant
from core.models import ClosedMonth
from orders.models import Order
from orders.statuses import EFFECTIVE, DeliveryStatus, Status


@invariant("completion", "of a completed order everything was signed for")
def unarrived_completed() -> Iterator[str]:
    """Completed orders of which not everything was signed for."""
    arrived = Q(delivery_status=DeliveryStatus.SIGNED, signed_off_on__isnull=False)
    for order in Order.objects.filter(status=Status.COMPLETED).exclude(arrived).iterator():
        yield f"{order}: {order.delivery_status}, {order.signed_off_on or 'no day'}"


@invariant("frozen", "what figures count by is there from approval on, and not before")
def wrong_facts_of_approval() -> Iterator[str]:
    """Orders that lack what approval freezes for the figures, or have some of it without an approval."""
    dates = Q(booking_date__isnull=False) | Q(first_promised_date__isnull=False)
    sellers = Q(sold_by__isnull=False) | Q(sold_team__isnull=False)
    early = Q(approved_at=None) & (dates | sellers | ~Q(province=""))
    undated = Q(booking_date=None) | Q(first_promised_date=None)
    lacking = undated | Q(grade="") | Q(sold_by__isnull=False, sold_team=None)
    # Only a later revision moves a promise away from the first one.
    moved = Q(revision=1) & ~Q(first_promised_date=F("promised_date"))
    astray = ~Q(status__in=(*EFFECTIVE, Status.CANCELLED))
    wrong = early | (Q(approved_at__isnull=False) & (lacking | moved | astray))
    for order in Order.objects.filter(wrong).iterator():
        facts = (order.grade, order.booking_date, order.first_promised_date, order.sold_by_id, order.sold_team_id)
        yield f"{order}: {order.status}, approved {order.approved_at or 'never'}, {facts}"


@invariant("booking", "an order is booked on its order date, or the first open day after it")
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
        wanted = order.order_date
        closed_then = {first: last for first, last, closed_at in months if closed_at <= order.approved_at}
        while last := closed_then.get(wanted.replace(day=1)):
            wanted = last + timedelta(days=1)
        if order.booking_date != wanted:
            yield f"{order}: booked on {order.booking_date} instead of {wanted}"
