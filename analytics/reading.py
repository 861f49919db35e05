"""Figures as the roll-ups have them: a few rows by key, whatever the number of orders."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet

from analytics.kpis import Figures, Share
from analytics.models import (
    BookedRollUp,
    BuyerRollUp,
    DeliveryRollUp,
    Dimension,
    LateLineRollUp,
    PunctualityRollUp,
    RollUp,
    YearlyBuyerRollUp,
)
from analytics.months import Month
from analytics.slices import Slice
from core.money import round_money

Key = Any


def figures_by_month(slice_: Slice, months: Iterable[Month]) -> dict[Month, Figures]:
    """The figures of one slice in each of the months."""
    months = list(months)
    days = [month.first for month in months]

    def rows(model: type[RollUp]) -> QuerySet:
        return model._default_manager.filter(**_of(slice_), month__in=days)

    late = LateLineRollUp.objects.filter(**_of_late(slice_), month__in=days)
    found = _assembled(rows, late, lambda row: row.month)
    return {month: Figures(**found.get(month.first, {})) for month in months}


def figures_by_value(scope: Slice, dimension: str, month: Month) -> dict[str, Figures]:
    """The figures of a month for each value of a dimension that has any, within the scope."""
    wanted = {"month": month.first, "scope": scope.scope, "scope_id": scope.scope_id, "dimension": dimension}

    def rows(model: type[RollUp]) -> QuerySet:
        return model._default_manager.filter(**wanted)

    if dimension == Dimension.CATEGORY:
        late = LateLineRollUp.objects.filter(**wanted | {"dimension": Dimension.NONE})
        found = _assembled(rows, late, lambda row: row.value, lambda row: str(row.category))
    else:
        found = _assembled(rows, rows(LateLineRollUp), lambda row: row.value)
    return {value: Figures(**found[value]) for value in sorted(found)}


def _of(slice_: Slice) -> dict:
    return {
        "scope": slice_.scope,
        "scope_id": slice_.scope_id,
        "dimension": slice_.dimension,
        "value": slice_.value,
    }


def _of_late(slice_: Slice) -> dict:
    """Late lines are kept by category anyhow, so those of one category stand among the scope's own."""
    if slice_.dimension == Dimension.CATEGORY:
        return _of(slice_.undivided) | {"category": int(slice_.value)}
    return _of(slice_)


def _assembled(
    rows: Callable[[type[RollUp]], QuerySet],
    late: QuerySet,
    key: Callable[[Any], Key],
    key_of_late: Callable[[Any], Key] | None = None,
) -> dict[Key, dict]:
    """What the families know, joined by key (the month or the value)."""
    found: dict[Key, dict] = {}
    for model, parts in _PARTS.items():
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


_PARTS: dict[type[RollUp], Callable[[Any], dict]] = {
    BookedRollUp: _booked,
    BuyerRollUp: lambda row: {"repurchase": Share(row.repeated, row.buyers)},
    YearlyBuyerRollUp: lambda row: {"repurchase_12m": Share(row.repeated, row.buyers)},
    DeliveryRollUp: _delivered,
    PunctualityRollUp: lambda row: {"on_time": Share(row.in_time, row.orders)},
}
