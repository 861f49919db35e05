"""The report as an Excel file: cover with the words, figures, findings with their rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from analytics.catalogue import AMOUNT, BY_KEY, DAYS, RATE
from analytics.models import Report
from analytics.report.page import FindingLine, RowLine, findings_of, gone_of
from core.models import Company
from core.sentences import told
from core.streamed import StreamedBook
from core.workbook import Field, write_facts

_WIDE = 36  # characters of Chinese in the wide column


@dataclass(frozen=True)
class _Found:
    """One line of the findings' sheet: a finding, with one of its rows."""

    finding: FindingLine
    row: RowLine | None


def write_workbook(path: Path, report: Report, user, progress: Callable[[int, int], None]) -> int:
    """Writes the file in the language in force and within the person's rights; how many rows its tables have."""
    figures, found = list(_figures(report)), list(_found(report, user))
    total = len(figures) + len(found)
    with StreamedBook(path) as book:
        write_facts(
            book.workbook, _("Report"), _facts(report), f"{Company.ours().name} {_('Monthly sales report')}".strip()
        )
        _write(book, _("Figures"), _figure_fields(), figures)
        progress(len(figures), total)
        _write(book, _("Findings"), _finding_fields(), found)
        progress(total, total)
    return total


def _facts(report: Report) -> list[tuple[str, Any]]:
    return [
        (_("Monthly report"), str(report)),
        (_("Written"), report.written_at),
        (_("Figures up to"), report.content["as_of"]),
        (_("Signatory"), report.signed_name or _("not signed yet")),
        (_("Signed on"), report.signed_at or "—"),
        ("SHA-256", report.signed_hash or "—"),
        *zip(chain([_("Summary")], repeat("")), _wrapped(report.summary), strict=False),
    ]


def _wrapped(text: str) -> list[str]:
    """The text in lines that fit: not every program makes a cell as high as its text."""
    lines = [line[at : at + _WIDE] for line in text.splitlines() for at in range(0, max(len(line), 1), _WIDE)]
    return lines or ["—"]


def _write(book: StreamedBook, title: str, fields: list[Field], rows: list) -> None:
    table = book.table(title, fields, rows)
    for row in rows:
        table.append(row)
    table.close()


def _figures(report: Report) -> Iterator[dict[str, Any]]:
    yield from report.content["figures"]
    for row in report.content["delays"]:
        rate = str(Decimal(row["late"]) / Decimal(row["lines"]))
        yield {"figure": "delay_rate_by_category", "of": told(row["of"]), "now": rate, "before": None, "year_ago": None}


def _figure_fields() -> list[Field]:
    return [
        Field(_("Figure"), lambda row: BY_KEY[row["figure"]].label),
        Field(_("Category"), lambda row: row.get("of", "")),
        Field(_("Value"), lambda row: _number(row, "now"), "quantity"),
        Field(_("Last month"), lambda row: _number(row, "before"), "quantity"),
        Field(_("Same month last year"), lambda row: _number(row, "year_ago"), "quantity"),
        Field(_("Unit"), lambda row: {AMOUNT: "元", RATE: "%", DAYS: _("days")}.get(BY_KEY[row["figure"]].kind, "")),
        Field(_("Definition"), lambda row: BY_KEY[row["figure"]].definition, "words"),
    ]


def _number(row: dict[str, Any], name: str) -> Decimal | str:
    if row[name] is None:
        return "—"
    number = Decimal(row[name])
    return round(number * 100 if BY_KEY[row["figure"]].kind == RATE else number, 2)


def _found(report: Report, user) -> Iterator[_Found]:
    for finding in [*findings_of(report, user), *gone_of(report, user)]:
        if not finding.rows:
            yield _Found(finding, None)
        yield from (_Found(finding, row) for row in finding.rows)


def _finding_fields() -> list[Field]:
    return [
        Field(_("Severity"), lambda line: line.finding.severity.label),
        Field(_("Finding"), lambda line: line.finding.text, "words"),
        Field(_("Suggestion"), lambda line: line.finding.advice, "words"),
        Field(_("Comment"), lambda line: line.finding.comment, "words"),
        Field(_("Row behind it"), lambda line: line.row.label if line.row else ""),
        Field(_("Detail"), lambda line: line.row.detail if line.row else ""),
    ]
