"""The orders and lines that a figure counts, as queries."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from analytics.figures.kpis import NO_CATEGORY
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Dimension, Scope
from orders.models import Order, OrderLine

_OF_SCOPE = {Scope.TEAM: "sold_team", Scope.REP: "sold_by"}


def orders_in(segment: Segment) -> QuerySet[Order]:
    """The effective orders of a segment, whoever may see them."""
    return within(Order.objects.effective(), segment)


def within(orders: QuerySet[Order], segment: Segment) -> QuerySet[Order]:
    """Those of the orders that a segment counts: by who sold them, and by the value of its dimension."""
    if segment.dimension == Dimension.CATEGORY:
        lines = OrderLine.objects.filter(order=OuterRef("pk"), revision=OuterRef("revision"))
        return within(orders, segment.undivided).filter(Exists(lines.filter(**of_category(segment.value))))
    return orders.filter(**sold_within(segment))


def sold_within(segment: Segment, at: str = "") -> dict:
    """The filter for orders of a segment, unless its dimension is category; ``at`` leads to them, as in ``order__``."""
    found: dict = {}
    if segment.scope != Scope.ALL:
        found[f"{at}{_OF_SCOPE[Scope(segment.scope)]}"] = segment.scope_id
    if segment.dimension:
        found[f"{at}{segment.dimension}"] = segment.value
    return found


def kept_by(segment: Segment, at: str = "") -> dict:
    """The filter for the records of a team that its manager sees now: what was handed over since is another team's."""
    return {f"{at}team": segment.scope_id} if segment.scope == Scope.TEAM else {}


def lines_in_force() -> QuerySet[OrderLine]:
    """The lines of each order's present revision."""
    return OrderLine.objects.filter(revision=F("order__revision"))


def of_category(value: str) -> dict:
    """The filter for lines of a category; "0" is none: a line without a product."""
    return {"product__isnull": True} if value == NO_CATEGORY else {"product__category": int(value)}


def booked(first: Month, last: Month) -> Q:
    """Orders booked from one month to another."""
    return Q(booking_date__range=(first.first, last.last))


def promised_in(month: Month) -> Q:
    """Orders, or lines, whose promise counts in the month: in the running one those already past."""
    yesterday = timezone.localdate() - timedelta(days=1)
    return Q(first_promised_date__range=(month.first, min(month.last, yesterday)))


def late() -> Q:
    """Orders, or lines, signed off after the promised date or not at all."""
    return Q(signed_off_on=None) | Q(signed_off_on__gt=F("first_promised_date"))
