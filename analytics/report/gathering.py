"""Reads a month's material: a fixed number of queries, each of which lets the database add up or pick the few worst."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy

from analytics.facts import NO_CATEGORY, lines_in_force
from analytics.kpis import Figures
from analytics.months import Month
from analytics.names import category_names
from analytics.reading import figures_by_month
from analytics.report import gathering_money, gathering_reviews
from analytics.report.findings import SHOWN
from analytics.report.gathering_late import late_lines, late_orders
from analytics.report.material import Buyer, Fall, Material, Rhythm
from analytics.slices import Slice
from core.money import ZERO, round_money
from customers.models import Grade
from orders.models import Order

_EARLIER = 3  # months
YEAR = 12  # months
_RHYTHM = timedelta(days=730)  # in which an order shows how often a customer buys
_RECENTLY = timedelta(days=90)


def figures_of(month: Month) -> dict[Month, Figures]:
    """The figures of the month, of the three before it and of the same month last year."""
    return figures_by_month(Slice(), [*month.back(_EARLIER + 1), month.shifted(-YEAR)])


def gather(month: Month, figures: dict[Month, Figures]) -> Material:
    """Everything that rules look at."""
    as_of = min(month.last, timezone.localdate() - timedelta(days=1))
    whole = month if as_of == month.last else month.shifted(-1)
    return Material(
        month=month,
        as_of=as_of,
        figures=figures[month],
        earlier=tuple(figures[each] for each in month.back(_EARLIER + 1)[:-1]),
        categories={**category_names(), NO_CATEGORY: gettext_lazy("Uncategorised")},
        late_lines=late_lines(lines_in_force(), month, as_of),
        late_orders=late_orders(month, as_of),
        of_a=_rhythms(as_of),
        largest=_largest(month),
        of_b=_falls(whole),
        once=_bought_once(as_of),
        **gathering_reviews.reviews_of(month),
        **gathering_money.money_of(month, as_of),
    )


def booked(first: date, last: date) -> QuerySet[Order]:
    """The effective orders booked from one day to another."""
    return Order.objects.effective().filter(booking_date__range=(first, last))


def _by_customer(orders: QuerySet[Order], **figures: Any) -> QuerySet:
    """Sums and days per customer."""
    return orders.order_by().values("customer", "customer__short_name").annotate(**figures)


def _rhythms(as_of: date) -> tuple[Rhythm, ...]:
    """A customers that may order, with how often they did in two years; below three days there is no rhythm."""
    orders = booked(as_of - _RHYTHM, as_of).filter(customer__grade=Grade.A, customer__active=True)
    days = {"first": Min("booking_date"), "last": Max("booking_date"), "times": Count("booking_date", distinct=True)}
    found = _by_customer(orders, **days).filter(times__gte=3).order_by("customer")
    return tuple(Rhythm(*row) for row in found.values_list("customer", "customer__short_name", *days))


def _largest(month: Month) -> tuple[Buyer, ...]:
    found = _by_customer(booked(month.first, month.last), net=Sum("net_total")).order_by("-net", "customer")[:SHOWN]
    return _buyers(found)


def _buyers(found: QuerySet) -> tuple[Buyer, ...]:
    rows = found.values_list("customer", "customer__short_name", "net")
    return tuple(Buyer(pk, name, round_money(net)) for pk, name, net in rows)


def _falls(last: Month) -> tuple[Fall, ...]:
    """B customers who bought less in the three months that end with ``last`` than in the three before."""
    recent, start = last.shifted(1 - _EARLIER).first, last.shifted(1 - 2 * _EARLIER).first
    orders = booked(start, last.last).filter(customer__grade=Grade.B, customer__active=True)
    sums = {
        "recent": Sum("net_total", filter=Q(booking_date__gte=recent)),
        "before": Sum("net_total", filter=Q(booking_date__lt=recent)),
    }
    fewer = Q(recent__lt=F("before")) | Q(recent=None)
    found = _by_customer(orders, **sums).filter(fewer).order_by("customer")
    rows = found.values_list("customer", "customer__short_name", *sums)
    return tuple(Fall(pk, name, round_money(now or ZERO), round_money(then or ZERO)) for pk, name, now, then in rows)


def _bought_once(as_of: date) -> tuple[Buyer, ...]:
    """Customers with one order in a year, and that a while ago; the largest first."""
    orders = booked(as_of - timedelta(days=365), as_of).filter(customer__active=True)
    found = _by_customer(orders, net=Sum("net_total"), times=Count("pk"), last=Max("booking_date"))
    return _buyers(found.filter(times=1, last__lt=as_of - _RECENTLY).order_by("-net", "customer")[:SHOWN])
