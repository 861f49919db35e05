"""Reads a month's material: a fixed number of queries, each of which lets the database add up or pick the few worst."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy

from analytics.figures.counted_orders import NO_CATEGORY, kept_by, orders_in
from analytics.figures.kpis import Figures
from analytics.figures.months import Month
from analytics.figures.names import category_names
from analytics.figures.segments import Segment
from analytics.report import gathering_money, gathering_reviews
from analytics.report.findings import MOST_ROWS
from analytics.report.gathering_late import late_lines, late_orders
from analytics.report.material import Buyer, Fall, Material, Rhythm
from analytics.rollups.lookup import figures_by_month
from core.money import ZERO, round_money
from customers.models import Grade
from customers.statuses import CustomerStatus
from orders.models import Order

_EARLIER = 3  # months
YEAR = 12  # months
_RHYTHM = timedelta(days=730)  # in which an order shows how often a customer buys
_RECENTLY = timedelta(days=90)
EVERYBODY = Segment()


def figures_of(month: Month, segment: Segment = EVERYBODY) -> dict[Month, Figures]:
    """The figures of the month, of the three before it and of the same month last year."""
    return figures_by_month(segment, [*month.back(_EARLIER + 1), month.shifted(-YEAR)])


def gather(month: Month, figures: dict[Month, Figures], segment: Segment = EVERYBODY) -> Material:
    """Everything that rules look at: of everybody, or of a team, with none but its own orders and customers."""
    as_of = min(month.last, timezone.localdate() - timedelta(days=1))
    whole = month if as_of == month.last else month.shifted(-1)
    return Material(
        month=month,
        as_of=as_of,
        figures=figures[month],
        earlier=tuple(figures[each] for each in month.back(_EARLIER + 1)[:-1]),
        categories={**category_names(), NO_CATEGORY: gettext_lazy("Without a category")},
        late_lines=late_lines(month, segment),
        late_orders=late_orders(month, segment),
        of_a=_rhythms_of_a_customers(as_of, segment),
        largest=_largest(month, segment),
        of_b=_fallen_b_customers(whole, segment),
        once=_bought_once(as_of, segment),
        **gathering_reviews.reviews_of(month, segment),
        **gathering_money.money_of(month, as_of, segment),
    )


def _booked(first: date, last: date, segment: Segment) -> QuerySet[Order]:
    """The effective orders booked from one day to another, of customers that the segment still has."""
    return orders_in(segment).filter(booking_date__range=(first, last), **kept_by(segment, "customer__"))


def _by_customer(orders: QuerySet[Order], **figures: Any) -> QuerySet:
    """Sums and days per customer."""
    return orders.order_by().values("customer", "customer__short_name").annotate(**figures)


def _rhythms_of_a_customers(as_of: date, segment: Segment) -> tuple[Rhythm, ...]:
    """A customers that may order, with how often they did in two years; below three days there is no rhythm."""
    orders = _booked(as_of - _RHYTHM, as_of, segment).filter(
        customer__grade=Grade.A, customer__status=CustomerStatus.ACTIVE
    )
    days = {"first": Min("booking_date"), "last": Max("booking_date"), "times": Count("booking_date", distinct=True)}
    found = _by_customer(orders, **days).filter(times__gte=3).order_by("customer")
    return tuple(Rhythm(*row) for row in found.values_list("customer", "customer__short_name", *days))


def _largest(month: Month, segment: Segment) -> tuple[Buyer, ...]:
    found = _by_customer(_booked(month.first, month.last, segment), net=Sum("net_total"))
    return _buyers(found.order_by("-net", "customer")[:MOST_ROWS])


def _buyers(found: QuerySet) -> tuple[Buyer, ...]:
    rows = found.values_list("customer", "customer__short_name", "net")
    return tuple(Buyer(pk, name, round_money(net)) for pk, name, net in rows)


def _fallen_b_customers(last: Month, segment: Segment) -> tuple[Fall, ...]:
    """B customers who bought less in the three months that end with ``last`` than in the three before."""
    recent, start = last.shifted(1 - _EARLIER).first, last.shifted(1 - 2 * _EARLIER).first
    orders = _booked(start, last.last, segment).filter(customer__grade=Grade.B, customer__status=CustomerStatus.ACTIVE)
    sums = {
        "recent": Sum("net_total", filter=Q(booking_date__gte=recent)),
        "before": Sum("net_total", filter=Q(booking_date__lt=recent)),
    }
    fewer = Q(recent__lt=F("before")) | Q(recent=None)
    found = _by_customer(orders, **sums).filter(fewer).order_by("customer")
    rows = found.values_list("customer", "customer__short_name", *sums)
    return tuple(Fall(pk, name, round_money(now or ZERO), round_money(then or ZERO)) for pk, name, now, then in rows)


def _bought_once(as_of: date, segment: Segment) -> tuple[Buyer, ...]:
    """Customers with one order in a year, and that a while ago; the largest first."""
    orders = _booked(as_of - timedelta(days=365), as_of, segment).filter(customer__status=CustomerStatus.ACTIVE)
    found = _by_customer(orders, net=Sum("net_total"), times=Count("pk"), last=Max("booking_date"))
    return _buyers(found.filter(times=1, last__lt=as_of - _RECENTLY).order_by("-net", "customer")[:MOST_ROWS])
