"""The figures of a month as the archive keeps them: text that reads the same for ever."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from analytics.archive.sections import Row
from analytics.catalogue import BY_KEY, KPIS, RATE, Kpi
from analytics.facts import NO_CATEGORY
from analytics.models import Archive
from analytics.months import Month
from analytics.names import category_names
from analytics.reading import figures_by_month
from analytics.slices import Slice

FIGURES, TREND = "figures", "trend"
DELAYS = "delay_rate_by_category"
_YEAR = 12  # months
_DIGITS = 9  # of a fraction, or of days


def figure_rows(month: Month) -> Iterator[Row]:
    """One row per figure, everybody's and undivided; ``of`` is the category of a delay rate (empty: without one)."""
    figures = figures_by_month(Slice(), [month])[month]
    for kpi in KPIS:
        if kpi.key != DELAYS:
            yield 0, {"figure": kpi.key, "of": "", "value": _text(kpi.of(figures))}
    names = {**category_names(), NO_CATEGORY: ""}
    for name, share in sorted((names[category], share) for category, share in figures.delays.items()):
        yield 0, {"figure": DELAYS, "of": name, "value": _text(share.value)}


def _text(value: Any) -> str | None:
    if isinstance(value, float):
        return f"{value:.{_DIGITS}f}"
    return None if value is None else str(value)


def trend_rows(month: Month) -> Iterator[Row]:
    """Order total and count of the year that ends with the month; of archived months as they were archived."""
    months = month.back(_YEAR)
    kept, found = archived_totals(months), figures_by_month(Slice(), months)
    for each in months:
        total, count = kept.get(each) or (found[each].order_total, found[each].order_count)
        yield 0, {"month": str(each), "order_total": total, "order_count": count}


def archived_totals(months: list[Month]) -> dict[Month, tuple[Decimal, int]]:
    """Order total and count of those of the months that are archived, as they were archived."""
    archives = Archive.objects.filter(period__first_day__in=[m.first for m in months]).select_related("period")
    return {
        Month.of(archive.period.first_day): (Decimal(archive.total_of("orders", "net")), archive.count_of("orders"))
        for archive in archives
    }


def value_of(row: dict) -> Any:
    """A figure's row as a value to show: rates in per cent, None for "—"."""
    value = None if row["value"] is None else Decimal(row["value"])
    return value * 100 if value is not None and kpi_of(row).kind == RATE else value


def kpi_of(row: dict) -> Kpi:
    """The figure that a row is about."""
    return BY_KEY[row["figure"]]
