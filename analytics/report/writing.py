"""Puts a month's report together as it is kept: figures with their changes, findings with suggestions and rows."""

from datetime import date
from typing import Any

from accounts.models import User
from analytics.figures.catalogue import DELAYS, KPIS, stored
from analytics.figures.kpis import Figures
from analytics.figures.months import Month
from analytics.report.findings import Finding
from analytics.report.material import Material
from analytics.rights import reads_all_teams
from core.sentences import stored_sentence


def content_of(material: Material, year_ago: Figures, found: list[Finding]) -> dict[str, Any]:
    """What the system found about everybody or a team, fit for a JSON field."""
    delays = [
        {"of": stored_sentence(material.categories.get(category, category)), "late": share.part, "lines": share.whole}
        for category, share in material.figures.delays.items()
    ]
    return {
        "as_of": str(material.as_of),
        "figures": figure_rows(material.figures, material.before, year_ago),
        "delays": sorted(delays, key=lambda row: (-row["late"] / row["lines"], row["of"]["text"])),
        "findings": [finding.as_json() for finding in found],
        "gone": [],
    }


def part_of(content: dict[str, Any], team: int | None) -> dict[str, Any]:
    """What a report says of a team and nobody else; nothing where it was not written about."""
    nothing: dict[str, list] = {"figures": [], "delays": [], "findings": [], "gone": []}
    return content.get("teams", {}).get(str(team), nothing)


def part_for(content: dict[str, Any], user: User) -> dict[str, Any]:
    """What of a report is for this person: all of it, or their team's part."""
    return content if reads_all_teams(user) else part_of(content, user.team_id)


def figure_rows(now: Figures, before: Figures, year_ago: Figures) -> list[dict[str, Any]]:
    """Every figure of the month, of the month before and of the same month last year, as text; None is "—"."""
    return [
        {
            "figure": kpi.key,
            "now": stored(kpi.of(now)),
            "before": stored(kpi.of(before)),
            "year_ago": stored(kpi.of(year_ago)),
        }
        for kpi in KPIS
        if kpi.key != DELAYS
    ]


def with_gone(content: dict[str, Any], earlier: dict[str, Any], comments: dict[str, str]) -> dict[str, Any]:
    """The content with those earlier findings that a person wrote about and that are no longer found."""
    found = {finding["key"] for finding in content["findings"]}
    known = [*earlier.get("findings", ()), *earlier.get("gone", ())]
    gone = {f["key"]: f for f in known if comments.get(f["key"]) and f["key"] not in found}
    return content | {"gone": list(gone.values())}


def is_over(content: dict[str, Any], month: Month) -> bool:
    """Whether the report speaks of the whole month; one that was written while it ran does not."""
    return date.fromisoformat(content["as_of"]) >= month.last
