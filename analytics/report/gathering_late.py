"""The latest lines and orders of a month, as rows behind findings."""

from collections import defaultdict
from datetime import date

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_noop

from analytics.figures.counted_orders import (
    NO_CATEGORY,
    kept_by,
    late,
    lines_in_force,
    orders_in,
    promised_in,
    sold_within,
)
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.report.findings import MOST_ROWS, Row
from core.sentences import stored_sentence
from orders.statuses import EFFECTIVE


def late_lines(month: Month, segment: Segment) -> dict[str, tuple[Row, ...]]:
    """Per category the lines promised for the month that are latest: first those that have not arrived at all."""
    lines = lines_in_force().filter(promised_in(month), late(), order__status__in=EFFECTIVE)
    lines = lines.filter(**sold_within(segment, "order__"), **kept_by(segment, "order__"))
    latest_first = [F("signed_off_on").desc(nulls_first=True), F("first_promised_date").asc(), F("pk").asc()]
    place = Window(RowNumber(), partition_by=F("product__category"), order_by=latest_first)
    few = lines.annotate(place=place).filter(place__lte=MOST_ROWS).order_by("place")
    found = defaultdict(list)
    columns = ("product__category", "order", "order__number", "first_promised_date", "signed_off_on", "name")
    for category, order, number, day, signed, name in few.values_list(*columns):
        found[str(category or NO_CATEGORY)].append(Row("order", order, number, _late_by(day, signed, name)))
    return {category: tuple(rows) for category, rows in found.items()}


def late_orders(month: Month, segment: Segment) -> tuple[Row, ...]:
    """The orders promised for the month that are latest."""
    latest_first = (F("signed_off_on").desc(nulls_first=True), "first_promised_date", "pk")
    latest = orders_in(segment).filter(promised_in(month), late(), **kept_by(segment)).order_by(*latest_first)
    columns = ("pk", "number", "first_promised_date", "signed_off_on", "customer_name")
    return tuple(
        Row("order", pk, number, _late_by(day, signed, name))
        for pk, number, day, signed, name in latest.values_list(*columns)[:MOST_ROWS]
    )


def _late_by(promised: date, signed: date | None, what: str) -> dict:
    if signed is None:
        sentence = gettext_noop("%(what)s, not arrived, promised for %(day)s")
        return stored_sentence(sentence, what=what, day=str(promised))
    return stored_sentence(gettext_noop("%(what)s, %(days)s days late"), what=what, days=(signed - promised).days)
