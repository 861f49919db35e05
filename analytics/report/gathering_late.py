"""The latest lines and orders of a month, as rows behind findings."""

from collections import defaultdict
from datetime import date

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_noop

from analytics.facts import NO_CATEGORY
from analytics.months import Month
from analytics.report.findings import SHOWN, Row
from core.sentences import kept
from orders.models import Order, OrderLine
from orders.statuses import EFFECTIVE


def late_lines(lines: QuerySet[OrderLine], month: Month, as_of: date) -> dict[str, tuple[Row, ...]]:
    """Per category the lines promised for the month that are latest: first those that have not arrived at all."""
    promised = "order__first_promised_date"
    late = lines.filter(
        _late(promised), order__status__in=EFFECTIVE, **{f"{promised}__range": (month.first, min(month.last, as_of))}
    )
    latest_first = [F("signed_off_on").desc(nulls_first=True), F(promised).asc(), F("pk").asc()]
    place = Window(RowNumber(), partition_by=F("product__category"), order_by=latest_first)
    few = late.annotate(place=place).filter(place__lte=SHOWN).order_by("place")
    found = defaultdict(list)
    columns = ("product__category", "order", "order__number", promised, "signed_off_on", "name")
    for category, order, number, day, signed, name in few.values_list(*columns):
        found[str(category or NO_CATEGORY)].append(Row("order", order, number, _late_by(day, signed, name)))
    return {category: tuple(rows) for category, rows in found.items()}


def late_orders(month: Month, as_of: date) -> tuple[Row, ...]:
    """The orders promised for the month that are latest."""
    due = Order.objects.effective().filter(first_promised_date__range=(month.first, min(month.last, as_of)))
    latest = due.filter(_late("first_promised_date")).order_by(
        F("signed_off_on").desc(nulls_first=True), "first_promised_date", "pk"
    )
    columns = ("pk", "number", "first_promised_date", "signed_off_on", "customer_name")
    return tuple(
        Row("order", pk, number, _late_by(day, signed, name))
        for pk, number, day, signed, name in latest.values_list(*columns)[:SHOWN]
    )


def _late(promised: str) -> Q:
    return Q(signed_off_on=None) | Q(signed_off_on__gt=F(promised))


def _late_by(promised: date, signed: date | None, what: str) -> dict:
    if signed is None:
        sentence = gettext_noop("%(what)s, not arrived, promised for %(day)s")
        return kept(sentence, what=what, day=str(promised))
    return kept(gettext_noop("%(what)s, %(days)s days late"), what=what, days=(signed - promised).days)
