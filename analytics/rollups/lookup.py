"""Figures as the roll-ups have them: a few rows by key, whatever the number of orders."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet

from analytics.figures.counted_orders import NO_CATEGORY
from analytics.figures.counting import FAMILIES
from analytics.figures.kpis import Figures, Share
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import (
    BookedRollUp,
    BuyerRollUp,
    DeliveryRollUp,
    Dimension,
    LateLineRollUp,
    PunctualityRollUp,
    RefundRollUp,
    ResponseRollUp,
    RollUp,
    YearlyBuyerRollUp,
)
from core.money import round_money

Key = Any
_IN_A_CATEGORY = LateLineRollUp.objects.exclude(category=int(NO_CATEGORY))


def figures_by_month(segment: Segment, months: Iterable[Month]) -> dict[Month, Figures]:
    """The figures of one segment in each of the months."""
    months = list(months)
    days = [month.first for month in months]

    def rows(model: type[RollUp]) -> QuerySet:
        return model._default_manager.filter(**_of(segment), month__in=days)

    # Late lines are kept by category anyhow, so those of one category stand among the scope's own.
    by_category = segment.dimension == Dimension.CATEGORY
    wanted = {**_of(segment.undivided), "category": int(segment.value)} if by_category else _of(segment)
    late = _IN_A_CATEGORY.filter(**wanted, month__in=days)
    found = _assembled(segment.dimension, rows, late, lambda row: row.month)
    return {month: Figures(**found.get(month.first, {})) for month in months}


def figures_by_value(scope: Segment, dimension: str, month: Month) -> dict[str, Figures]:
    """The figures of a month for each value of a dimension that has any, within the scope."""
    wanted = {"month": month.first, "scope": scope.scope, "scope_id": scope.scope_id, "dimension": dimension}

    def rows(model: type[RollUp]) -> QuerySet:
        # What is no product is in no category.
        return model._default_manager.filter(**wanted).exclude(dimension=Dimension.CATEGORY, value=NO_CATEGORY)

    if dimension == Dimension.CATEGORY:
        late = _IN_A_CATEGORY.filter(**wanted | {"dimension": Dimension.NONE})
        found = _assembled(dimension, rows, late, lambda row: row.value, lambda row: str(row.category))
    else:
        found = _assembled(dimension, rows, _IN_A_CATEGORY.filter(**wanted), lambda row: row.value)
    return {value: Figures(**found[value]) for value in sorted(found)}


def _of(segment: Segment) -> dict:
    return {
        "scope": segment.scope,
        "scope_id": segment.scope_id,
        "dimension": segment.dimension,
        "value": segment.value,
    }


def _assembled(
    dimension: str,
    rows: Callable[[type[RollUp]], QuerySet],
    late: QuerySet,
    key: Callable[[Any], Key],
    key_of_late: Callable[[Any], Key] | None = None,
) -> dict[Key, dict]:
    """What the families know, joined by key (the month or the value)."""
    found: dict[Key, dict] = {}
    for model, parts in _PARTS.items():
        if dimension not in _DIVIDED[model]:
            continue  # whose rows there are none
        for row in rows(model):
            found.setdefault(key(row), {}).update(parts(row))
    for row in late:
        delays = found.setdefault((key_of_late or key)(row), {}).setdefault("delays", {})
        delays[str(row.category)] = Share(row.late, row.lines)
    return found


def _booked(row: BookedRollUp) -> dict:
    net = round_money(row.net_total)
    return {"order_total": net, "order_count": row.orders, "a_share": Share(round_money(row.net_of_a), net)}


def _delivered(row: DeliveryRollUp) -> dict:
    return {"delivery_cycle": Share(row.days, row.orders), "delivery_median": row.median}


#: By what each table's figures are divided.
_DIVIDED = {family.model: family.sources for family in FAMILIES}
_PARTS: dict[type[RollUp], Callable[[Any], dict]] = {
    BookedRollUp: _booked,
    BuyerRollUp: lambda row: {"repurchase": Share(row.repeated, row.buyers)},
    YearlyBuyerRollUp: lambda row: {"repurchase_12m": Share(row.repeated, row.buyers)},
    DeliveryRollUp: _delivered,
    PunctualityRollUp: lambda row: {"on_time": Share(row.in_time, row.orders)},
    RefundRollUp: lambda row: {"refunds": round_money(row.amount)},
    ResponseRollUp: lambda row: {"response": Share(row.in_time, row.due)},
}
