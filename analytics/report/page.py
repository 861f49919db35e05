"""A report as pages, paper and workbook show it: plain values in the reader's language and within their rights."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import reverse

from accounts.roles import Role
from analytics.addresses import rows_url
from analytics.catalogue import BY_KEY, NUMBER, Kpi
from analytics.kpis import Share
from analytics.models import Dimension, Report
from analytics.months import Month
from analytics.report.findings import Severity
from analytics.report.services import report_of
from analytics.rights import home_scope
from analytics.shown import Change, Shown, change, shown
from core.sentences import told
from customers.models import Customer
from orders.models import Order

_MODELS: dict[str, tuple[type[Model], str]] = {
    "order": (Order, "orders:detail"),
    "customer": (Customer, "customers:detail"),
}

WRITERS = frozenset({Role.MANAGER, Role.FINANCE})
#: It is about everybody's figures, so representatives do not read it.
READERS = WRITERS | {Role.ADMIN}


@dataclass(frozen=True)
class FigureLine:
    """One figure with its changes against last month and the same month last year."""

    kpi: Kpi
    value: Shown
    month_before: Change
    year_before: Change


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
    rate: Shown
    late: int
    lines: int


def address_for(user, month: Month) -> str:
    """Where this person reads the month's report; empty when they do not."""
    return reverse("report:month", args=[str(month)]) if user.role in READERS else ""


def figures_of(report: Report) -> list[FigureLine]:
    """Every figure, in the order of the catalogue."""
    return [_figure(row) for row in report.content["figures"] if row["figure"] in BY_KEY]


def _figure(row: dict[str, Any]) -> FigureLine:
    kpi = BY_KEY[row["figure"]]
    now, before, year_ago = (_value(kpi, row[name]) for name in ("now", "before", "year_ago"))
    return FigureLine(kpi, shown(kpi.kind, now), change(kpi, now, before), change(kpi, now, year_ago))


def _value(kpi: Kpi, text: str | None) -> Any:
    if text is None:
        return None
    number = Decimal(text)
    return int(number) if kpi.kind == NUMBER else number


def delays_of(report: Report) -> list[DelayLine]:
    """The delay rate of each category, the worst first."""
    return [
        DelayLine(told(row["of"]), shown("rate", Share(row["late"], row["lines"]).value), row["late"], row["lines"])
        for row in report.content["delays"]
    ]


def findings_of(report: Report, user, typed: dict[str, str] | None = None) -> list[FindingLine]:
    """What was found, and what was commented on before it went away.

    ``typed`` are comments that were refused and still stand in their boxes.
    """
    return _lines(report, report.content["findings"], user, typed)


def headlines_of(month: Month, user) -> list[Headline]:
    """What the month's report found, in a line each; nothing before it is written, and for those who do not read it."""
    report = report_of(month) if user.role in READERS else None
    if not report:
        return []
    return [
        Headline(Severity(found["severity"]), told(found["text"]), _list_url(report, found["listing"], user))
        for found in report.content["findings"]
    ]


def gone_of(report: Report, user) -> list[FindingLine]:
    """Findings that a person wrote about and that are no longer found."""
    return _lines(report, report.content["gone"], user, None)


def _lines(report: Report, kept: list[dict], user, typed: dict[str, str] | None) -> list[FindingLine]:
    comments, may_open = report.comments | (typed or {}), _openable(kept, user)
    return [
        FindingLine(
            key=finding["key"],
            severity=Severity(finding["severity"]),
            text=told(finding["text"]),
            advice=told(finding["advice"]),
            comment=comments.get(finding["key"], ""),
            rows=[_row(row, may_open) for row in finding["rows"]],
            list_url=_list_url(report, finding["listing"], user),
        )
        for finding in kept
    ]


def _row(row: dict[str, Any], may_open: set[tuple[str, int]]) -> RowLine:
    kind, pk = row["kind"], row["pk"]
    url = reverse(_MODELS[kind][1], args=[pk]) if (kind, pk) in may_open else ""
    return RowLine(row["label"], told(row["detail"]), url)


def _openable(kept: Iterable[dict], user) -> set[tuple[str, int]]:
    """Which of the records this person may open, in one query per kind."""
    wanted = [(row["kind"], row["pk"]) for finding in kept for row in finding["rows"]]
    found = set()
    for kind, (model, _url) in _MODELS.items():
        keys = {pk for each, pk in wanted if each == kind}
        seen = model.objects.visible_to(user).filter(pk__in=keys)  # type: ignore[attr-defined]
        found |= {(kind, pk) for pk in seen.values_list("pk", flat=True)}
    return found


def _list_url(report: Report, listing: list[str], user) -> str:
    """All rows behind a finding, as far as the reader sees them."""
    if not listing:
        return ""
    rows, of, *category = listing
    slice_ = home_scope(user)
    return rows_url(rows, of, Month.of(report.month), slice_.of(Dimension.CATEGORY, *category) if category else slice_)
