"""A report as pages, paper and workbook show it: plain values in the reader's language and within their rights."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from analytics.figures.addresses import rows_url
from analytics.figures.catalogue import BY_KEY, NUMBER, Kpi
from analytics.figures.display import Comparison, FigureText, as_text, compare
from analytics.figures.kpis import Share
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Dimension, Report, Scope
from analytics.report.findings import Severity
from analytics.report.services import report_of
from analytics.report.writing import part_for, part_of
from analytics.rights import home_scope, may_read_report, reads_all_teams
from core.sentences import translated
from customers.models import Customer
from orders.models import Order

_MODELS: dict[str, tuple[type[Model], str]] = {
    "order": (Order, "orders:detail"),
    "customer": (Customer, "customers:detail"),
}


@dataclass(frozen=True)
class FigureLine:
    """One figure with its changes against last month and the same month last year."""

    kpi: Kpi
    value: FigureText
    month_before: Comparison
    year_before: Comparison


@dataclass(frozen=True)
class RowLine:
    """One record behind a finding; ``url`` is empty when the reader may not open it."""

    label: str
    detail: str
    url: str


@dataclass(frozen=True)
class FindingLine:
    """One finding in words, with what a person says to it. ``field`` is the name of its box in the form."""

    key: str
    severity: Severity
    text: str
    advice: str
    comment: str
    rows: list[RowLine]
    list_url: str = ""

    @property
    def field(self) -> str:
        return f"comment-{self.key}"


@dataclass(frozen=True)
class Headline:
    """One finding in a line, for the month's dashboard; ``list_url`` is empty where no list stands behind it."""

    severity: Severity
    text: str
    list_url: str


@dataclass(frozen=True)
class DelayLine:
    """The delay rate of a category."""

    name: str
    rate: FigureText
    late: int
    lines: int


def address_for(user: User, month: Month) -> str:
    """Where this person reads the month's report; empty when they do not."""
    return reverse("report:month", args=[str(month)]) if may_read_report(user) else ""


def figures_of(report: Report, user: User) -> list[FigureLine]:
    """Every figure, in the order of the catalogue."""
    lines = []
    for row in part_for(report.content, user)["figures"]:
        kpi = BY_KEY.get(row["figure"])
        if kpi and (kpi.is_counted or row["now"] is not None):
            now, before, year_ago = (_value(kpi, row[name]) for name in ("now", "before", "year_ago"))
            changes = compare(kpi, now, before), compare(kpi, now, year_ago)
            lines.append(FigureLine(kpi, as_text(kpi.kind, now), *changes))
    return lines


def _value(kpi: Kpi, text: str | None) -> Any:
    if text is None:
        return None
    number = Decimal(text)
    return int(number) if kpi.kind == NUMBER else number


def delays_of(report: Report, user: User) -> list[DelayLine]:
    """The delay rate of each category, the worst first."""
    return [
        DelayLine(
            translated(row["of"]), as_text("rate", Share(row["late"], row["lines"]).value), row["late"], row["lines"]
        )
        for row in part_for(report.content, user)["delays"]
    ]


def findings_of(report: Report, user: User, typed: dict[str, str] | None = None) -> list[FindingLine]:
    """What was found, and what was commented on before it went away.

    ``typed`` are comments that were refused and still stand in their boxes.
    """
    return _lines(report, part_for(report.content, user)["findings"], user, typed)


def headlines_of(month: Month, segment: Segment, user: User) -> list[Headline]:
    """What the month's report found about everybody or the segment's team, in a line each.

    Nothing about a rep or a part, before it is written, and for those who do not read it.
    """
    is_written_about = segment.scope != Scope.REP and not segment.dimension
    report = report_of(month) if is_written_about and may_read_report(user) else None
    if report is None:
        return []
    content = part_of(report.content, segment.scope_id) if segment.scope == Scope.TEAM else report.content
    return [
        Headline(Severity(found["severity"]), translated(found["text"]), _list_url(report, found["listing"], segment))
        for found in content["findings"]
    ]


def gone_of(report: Report, user: User) -> list[FindingLine]:
    """Findings that a person wrote about and that are no longer found."""
    return _lines(report, part_for(report.content, user)["gone"], user, None)


def _lines(report: Report, kept: list[dict], user: User, typed: dict[str, str] | None) -> list[FindingLine]:
    # A comment is about all teams.
    comments = report.comments | (typed or {}) if reads_all_teams(user) else {}
    may_open = _openable(kept, user)
    return [
        FindingLine(
            key=finding["key"],
            severity=Severity(finding["severity"]),
            text=translated(finding["text"]),
            advice=translated(finding["advice"]),
            comment=comments.get(finding["key"], ""),
            rows=[_row(row, may_open) for row in finding["rows"]],
            list_url=_list_url(report, finding["listing"], home_scope(user)),
        )
        for finding in kept
    ]


def _row(row: dict[str, Any], may_open: set[tuple[str, int]]) -> RowLine:
    kind, pk = row["kind"], row["pk"]
    url = reverse(_MODELS[kind][1], args=[pk]) if (kind, pk) in may_open else ""
    return RowLine(row["label"], translated(row["detail"]), url)


def _openable(kept: Iterable[dict], user: User) -> set[tuple[str, int]]:
    """Which of the records this person may open, in one query per kind."""
    wanted = [(row["kind"], row["pk"]) for finding in kept for row in finding["rows"]]
    found = set()
    for kind, (model, _url) in _MODELS.items():
        keys = {pk for each, pk in wanted if each == kind}
        seen = model.objects.visible_to(user).filter(pk__in=keys)  # type: ignore[attr-defined]
        found |= {(kind, pk) for pk in seen.values_list("pk", flat=True)}
    return found


def _list_url(report: Report, listing: list[str], segment: Segment) -> str:
    """All rows behind a finding, of those that the segment counts."""
    if not listing:
        return ""
    rows, of, *category = listing
    return rows_url(
        rows, of, Month.of(report.month), segment.of(Dimension.CATEGORY, *category) if category else segment
    )
