"""The figures of a month as the archive keeps them: written once as text, and from then on the month's figures."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from analytics.archive.sections import Row
from analytics.figures.catalogue import AMOUNT, BY_KEY, DELAYS, KPIS, NUMBER, RATE, Kpi, json_of, stored
from analytics.figures.counted_orders import NO_CATEGORY
from analytics.figures.months import Month
from analytics.figures.names import category_names
from analytics.figures.segments import Segment
from analytics.models import Archive, ArchiveRow
from analytics.rollups.lookup import figures_by_month

FIGURES, TREND = "figures", "trend"
_YEAR = 12  # months
EVERYBODY = Segment()
_READ_AS = {AMOUNT: Decimal, NUMBER: int}


def figure_rows(month: Month, segment: Segment = EVERYBODY) -> Iterator[Row]:
    """One row per figure of a whole scope; ``of`` is the category of a delay rate (empty: without one)."""
    figures = figures_by_month(segment, [month])[month]
    for kpi in KPIS:
        if kpi.key != DELAYS:
            yield 0, {"figure": kpi.key, "of": "", "value": stored(kpi.of(figures))}
    names = {**category_names(), NO_CATEGORY: ""}
    for name, share in sorted((names[category], share) for category, share in figures.delays.items()):
        yield 0, {"figure": DELAYS, "of": name, "value": stored(share.value)}


def trend_rows(month: Month) -> Iterator[Row]:
    """Order total and count of the year that ends with the month; of archived months as they were archived."""
    months = month.back(_YEAR)
    archives = Archive.objects.filter(period__first_day__in=[m.first for m in months]).select_related("period")
    archived = {
        Month.of(archive.period.first_day): (Decimal(archive.total_of("orders", "net")), archive.count_of("orders"))
        for archive in archives
    }
    counted = figures_by_month(Segment(), months)
    for each in months:
        total, count = archived.get(each) or (counted[each].order_total, counted[each].order_count)
        yield 0, {"month": str(each), "order_total": total, "order_count": count}


def shown_value(row: dict) -> Any:
    """A figure's row as a value to show: rates in per cent, None for "—"."""
    value = None if row["value"] is None else Decimal(row["value"])
    return value * 100 if value is not None and kpi_of(row).kind == RATE else value


def kpi_of(row: dict) -> Kpi:
    """The figure that a row is about."""
    return BY_KEY[row["figure"]]


@dataclass(frozen=True)
class ArchivedMonth:
    """A closed month's archive and everybody's figures in it by key, None for "—"."""

    archive: Archive
    figures: dict[str, Any]
    # The delay rates by name of category; empty: of lines without one.
    delays: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """The figures by the keys of the stable interface, as ``catalogue.json_of`` gives those of an open month."""
        delays = {name: rate for name, rate in sorted(self.delays.items()) if name}
        return json_of(lambda kpi: self.figures.get(kpi.key), delays)


def archived_figures(months: Iterable[Month]) -> dict[Month, ArchivedMonth]:
    """Those of the months that are archived, with the figures that are theirs from then on."""
    archives = Archive.objects.filter(period__first_day__in=[month.first for month in months])
    by_period = {archive.period_id: archive for archive in archives.select_related("period__closed_by")}
    figures: dict[int, dict[str, Any]] = {period: {} for period in by_period}
    delays: dict[int, dict[str, float]] = {period: {} for period in by_period}
    rows = ArchiveRow.objects.filter(period__in=by_period, section=FIGURES).values_list("period", "content")
    for period, content in rows if by_period else ():
        row = json.loads(content)
        key, value = row["figure"], row["value"]
        if key == DELAYS:
            delays[period][row["of"]] = float(value)
        else:
            figures[period][key] = None if value is None else _READ_AS.get(BY_KEY[key].kind, float)(value)
    return {
        Month.of(archive.period.first_day): ArchivedMonth(archive, figures[period], delays[period])
        for period, archive in by_period.items()
    }
