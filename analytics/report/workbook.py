"""The report as an Excel file: cover with the words, figures, findings with their rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from analytics.figures.catalogue import BY_KEY, DELAYS, RATE
from analytics.figures.display import unit_of
from analytics.models import Report
from analytics.report.page import FindingLine, RowLine, findings_of, gone_of
from analytics.report.writing import part_for
from analytics.rights import reads_all_teams
from core.columns import Column, QuantityColumn, WordsColumn
from core.models import Company
from core.sentences import translated
from core.streamed import StreamedBook
from core.workbook import write_facts

_WIDE = 36  # characters of Chinese in the wide column


@dataclass(frozen=True)
class _Found:
    """One line of the findings' sheet: a finding, with one of its rows."""

    finding: FindingLine
    row: RowLine | None


def write_workbook(path: Path, report: Report, user: User, progress: Callable[[int, int], None]) -> int:
    """Writes the file in the language in force and within the person's rights; how many rows its tables have."""
    figures = list(_figures(part_for(report.content, user)))
    findings = [*findings_of(report, user), *gone_of(report, user)]
    found = [_Found(finding, row) for finding in findings for row in finding.rows or (None,)]
    total = len(figures) + len(found)
    figure_fields = [
        Column("figure", _("Figure"), lambda row: BY_KEY[row["figure"]].label),
        Column("category", _("Category"), lambda row: row.get("of", "")),
        QuantityColumn("value", _("Value"), lambda row: _number(row, "now")),
        QuantityColumn("last_month", _("Last month"), lambda row: _number(row, "before")),
        QuantityColumn("same_month_last_year", _("Same month last year"), lambda row: _number(row, "year_ago")),
        Column("unit", _("Unit"), lambda row: unit_of(BY_KEY[row["figure"]].kind)),
        WordsColumn("definition", _("Definition"), lambda row: BY_KEY[row["figure"]].definition),
    ]
    finding_fields = [
        Column("severity", _("Severity"), lambda line: line.finding.severity.label),
        WordsColumn("finding", _("Finding"), lambda line: line.finding.text),
        WordsColumn("suggestion", _("Suggestion"), lambda line: line.finding.advice),
        WordsColumn("comment", _("Comment"), lambda line: line.finding.comment),
        Column("row_behind_it", _("Row behind it"), lambda line: line.row.label if line.row else ""),
        Column("detail", _("Detail"), lambda line: line.row.detail if line.row else ""),
    ]
    with StreamedBook(path) as book:
        write_facts(
            book.workbook,
            _("Report"),
            _cover_lines(report, user),
            f"{Company.ours().name} {_('Monthly sales report')}".strip(),
        )
        _write(book, _("Figures"), figure_fields, figures)
        progress(len(figures), total)
        _write(book, _("Findings"), finding_fields, found)
        progress(total, total)
    return total


def _cover_lines(report: Report, user: User) -> list[tuple[str, Any]]:
    lines = [
        (_("Monthly report"), str(report)),
        (_("Written"), report.written_at),
        (_("Figures up to"), report.content["as_of"]),
        (_("Signatory"), report.signed_name or _("not signed yet")),
        (_("Signed on"), report.signed_at or "—"),
        ("SHA-256", report.signed_hash or "—"),
    ]
    if not reads_all_teams(user):
        return [*lines, (_("Of all teams only"), str(user.team))]
    return [*lines, *zip(chain([_("Summary")], repeat("")), _wrapped(report.summary), strict=False)]


def _wrapped(text: str) -> list[str]:
    """The text in lines that fit: not every program makes a cell as high as its text."""
    lines = [line[at : at + _WIDE] for line in text.splitlines() for at in range(0, max(len(line), 1), _WIDE)]
    return lines or ["—"]


def _write(book: StreamedBook, title: str, fields: list[Column], rows: list) -> None:
    table = book.table(title, fields, rows)
    for row in rows:
        table.append(row)
    table.close()


def _figures(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from content["figures"]
    for row in content["delays"]:
        rate = str(Decimal(row["late"]) / Decimal(row["lines"]))
        yield {"figure": DELAYS, "of": translated(row["of"]), "now": rate, "before": None, "year_ago": None}


def _number(row: dict[str, Any], name: str) -> Decimal | str:
    if row[name] is None:
        return "—"
    number = Decimal(row[name])
    return round(number * 100 if BY_KEY[row["figure"]].kind == RATE else number, 2)
