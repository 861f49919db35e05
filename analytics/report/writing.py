"""Puts a month's report together as it is kept: figures with their changes, findings with suggestions and rows."""

from datetime import date
from typing import Any

from analytics.catalogue import KPIS, Kpi
from analytics.kpis import Figures
from analytics.months import Month
from analytics.report.findings import Finding
from analytics.report.material import Material
from core.sentences import kept

DELAYS = "delay_rate_by_category"
_DIGITS = 9  # of a fraction, or of days


def content_of(material: Material, year_ago: Figures, found: list[Finding]) -> dict[str, Any]:
    """The system's part of a report, fit for a JSON field."""
    return {
        "as_of": str(material.as_of),
        "figures": figure_rows(material.figures, material.before, year_ago),
        "delays": _delays(material),
        "findings": [finding.as_json() for finding in found],
        "gone": [],
    }


def figure_rows(now: Figures, before: Figures, year_ago: Figures) -> list[dict[str, Any]]:
    """Every figure of the month, of the month before and of the same month last year, as text; None is "—"."""
    return [
        {"figure": kpi.key, "now": _text(kpi, now), "before": _text(kpi, before), "year_ago": _text(kpi, year_ago)}
        for kpi in KPIS
        if kpi.key != DELAYS
    ]


def _text(kpi: Kpi, figures: Figures) -> str | None:
    value = kpi.of(figures)
    if isinstance(value, float):
        return f"{value:.{_DIGITS}f}"
    return None if value is None else str(value)


def _delays(material: Material) -> list[dict[str, Any]]:
    """The delay rate of each category with its counts, the worst first."""
    rows = [
        {"of": kept(material.categories.get(category, category)), "late": share.part, "lines": share.whole}
        for category, share in material.figures.delays.items()
    ]
    return sorted(rows, key=lambda row: (-row["late"] / row["lines"], row["of"]["text"]))


def with_gone(content: dict[str, Any], earlier: dict[str, Any], comments: dict[str, str]) -> dict[str, Any]:
    """The content with those earlier findings that a person wrote about and that are no longer found."""
    found = {finding["key"] for finding in content["findings"]}
    known = [*earlier.get("findings", ()), *earlier.get("gone", ())]
    gone = {f["key"]: f for f in known if comments.get(f["key"]) and f["key"] not in found}
    return content | {"gone": list(gone.values())}


def is_over(content: dict[str, Any], month: Month) -> bool:
    """Whether the report speaks of the whole month; one that was written while it ran does not."""
    return date.fromisoformat(content["as_of"]) >= month.last
