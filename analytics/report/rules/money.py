"""Rules about amounts: what is sold, at what discount, and what is not paid."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from analytics.figures.kpis import average
from analytics.report.findings import Finding, Row, Severity, is_beyond, percent, plain, points, yuan
from analytics.report.material import Material
from analytics.report.thresholds import Limits
from core.money import total
from core.sentences import stored_sentence


def lower_total(material: Material, limits: Limits) -> Iterator[Finding]:
    """A total of orders well below the month before; not said of a month that still runs."""
    now, before = material.figures.order_total, material.before.order_total
    if material.is_over and before and is_beyond((before - now) / before, limits["total_drop"]):
        yield Finding(
            "total",
            Severity.WATCH,
            stored_sentence(
                gettext_noop("Total of orders %(now)s, %(drop)s below the month before (%(before)s)"),
                now=yuan(now),
                drop=percent((before - now) / before),
                before=yuan(before),
            ),
            stored_sentence(
                gettext_noop("Compare with the same month last year, and go through what is still under review.")
            ),
            _largest(material),
            listing=("orders", "booked"),
        )


def smaller_orders(material: Material, limits: Limits) -> Iterator[Finding]:
    """An average order below that of the three months before."""
    now = material.figures.average_order
    count = sum(figures.order_count for figures in material.earlier)
    before = average(total(figures.order_total for figures in material.earlier), count)
    if now is None or not before or material.figures.order_count < limits["sample"]:
        return
    if is_beyond((before - now) / before, limits["average_drop"]):
        yield Finding(
            "average",
            Severity.NOTE,
            stored_sentence(
                gettext_noop("Average order %(now)s, %(drop)s below that of the three months before (%(before)s)"),
                now=yuan(now),
                drop=percent((before - now) / before),
                before=yuan(before),
            ),
            stored_sentence(gettext_noop("Offer what goes together in one order, and larger packs.")),
            _largest(material),
            listing=("orders", "booked"),
        )


def _largest(material: Material) -> tuple[Row, ...]:
    return tuple(Row("customer", buyer.pk, buyer.name, plain(yuan(buyer.net))) for buyer in material.largest)


def growing_discounts(material: Material, limits: Limits) -> Iterator[Finding]:
    """More is given away from the list prices than in the three months before."""
    now, before = material.discounts.now.value, material.discounts.before.value
    if now is None or before is None or not is_beyond(now - before, limits["discount_rise"]):
        return
    yield Finding(
        "discounts",
        Severity.WATCH,
        stored_sentence(
            gettext_noop(
                "Sold %(rate)s below the list prices, %(points)s points more than in the three months before: %(given)s"
            ),
            rate=percent(now),
            points=points(now - before),
            given=yuan(material.discounts.now.part),
        ),
        stored_sentence(gettext_noop("Look at the largest discounts, and whether the list prices are still right.")),
        material.discounts.rows,
    )


def growing_overdue(material: Material, limits: Limits) -> Iterator[Finding]:
    """More receivables are overdue at the end of the month than at that of the one before."""
    now, before = material.overdue.now, material.overdue.before
    if not now or (now - before) * 100 <= limits["overdue_rise"] * before:
        return
    yield Finding(
        "overdue",
        Severity.OVER,
        stored_sentence(
            gettext_noop("Overdue receivables %(now)s, a month before %(before)s"), now=yuan(now), before=yuan(before)
        ),
        stored_sentence(
            gettext_noop("Collect the largest ones first; new orders of these customers want a prepayment.")
        ),
        material.overdue.rows,
    )


RULES = (lower_total, smaller_orders, growing_discounts, growing_overdue)
