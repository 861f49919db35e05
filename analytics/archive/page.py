"""What the archive's pages show, as plain values."""

import json
from dataclasses import dataclass
from typing import Any

from analytics.archive import checklist
from analytics.archive.figures import FIGURES, kpi_of, value_of
from analytics.archive.opening import due_at, opening_month
from analytics.archive.sections import SECTIONS
from analytics.archive.supplements import late_rows, rows_of
from analytics.models import Archive
from analytics.months import Month
from core.models import ClosedMonth


@dataclass(frozen=True)
class MonthLine:
    """One month of the list: its archive if it has one, else when it closes by itself (None: before the opening)."""

    month: Month
    period: ClosedMonth | None
    archive: Archive | None
    due_at: Any

    @property
    def orders(self) -> int | None:
        return self.archive.count_of("orders") if self.archive else None

    @property
    def net(self) -> str | None:
        return self.archive.total_of("orders", "net") if self.archive else None


def months() -> list[MonthLine]:
    """Every month that is over since the opening or since the first closed one, newest first."""
    closed = {
        Month.of(period.first_day): period
        for period in ClosedMonth.objects.select_related("closed_by", "archive").order_by("first_day")
    }
    opening = opening_month()
    first = min([opening, *closed])
    known = {*first.until(Month.current().shifted(-1)), *closed}
    return [
        MonthLine(
            month,
            closed.get(month),
            getattr(closed.get(month), "archive", None),
            due_at(month) if month >= opening else None,
        )
        for month in sorted(known, reverse=True)
    ]


def period_of(month: Month) -> ClosedMonth | None:
    """The month's closing, if it is closed."""
    return ClosedMonth.objects.select_related("closed_by").filter(first_day=month.first).first()


def of_archive(archive: Archive) -> dict[str, Any]:
    """Sections with counts and sums, figures, what was not in order, supplements, and what came late since."""
    figures = archive.rows_of(FIGURES).values_list("content", flat=True)
    return {
        "sections": [_section(archive, section) for section in SECTIONS],
        "figures": [_figure(json.loads(content)) for content in figures],
        "problems": [(checklist.told(problem), problem["records"]) for problem in archive.problems],
        "supplements": [(s, _counts(rows_of(s))) for s in archive.supplements.select_related("by")],
        "late": _counts(late_rows(archive)),
    }


def _section(archive: Archive, section) -> dict[str, Any]:
    labels = {column.key: column.label for column in section.columns}
    sums = [(labels[key], archive.total_of(section.key, key)) for key in section.sums]
    return {"label": section.label, "count": archive.count_of(section.key), "sums": sums}


def _figure(row: dict) -> dict[str, Any]:
    kpi, value = kpi_of(row), value_of(row)
    return {"label": kpi.label, "of": row["of"], "kind": kpi.kind, "value": value, "definition": kpi.definition}


def _counts(rows: dict[str, list]) -> list[tuple[Any, int]]:
    labels = {section.key: section.label for section in SECTIONS}
    return [(labels[key], len(found)) for key, found in rows.items()]
