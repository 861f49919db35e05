"""The archive as one workbook: cover, every section, the figures with their charts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.chart import BarChart, LineChart, PieChart, Reference
from openpyxl.chart.label import DataLabelList

from analytics.archive import checklist
from analytics.archive.content_hash import ContentHash
from analytics.archive.figures import FIGURES, TREND, kpi_of, shown_value
from analytics.archive.sections import SECTIONS, ChecksColumn, Column
from analytics.archive.snapshot import Snapshot
from analytics.figures.catalogue import DELAYS
from analytics.figures.display import unit_of
from analytics.figures.months import Month
from approvals.checks.result import from_json
from core import columns
from core.columns import DateColumn, MomentColumn, MoneyColumn, PercentColumn, PriceColumn, QuantityColumn, WordsColumn
from core.models import ClosedMonth, Company
from core.streamed import StreamedBook
from core.workbook import fit_to_paper, style_heading, write_facts

_FIRST_ROWS = 100  # that column widths follow
_COVER_NAMES = 34  # characters
_CHART_PLACES = ("D1", "N1", "D18", "N18", "D35")  # all of them fit on one sheet of paper
_CHART_WIDTH, _CHART_HEIGHT = 16, 8  # centimetres
_IN_A_CHART = 15  # names at most, or nobody can read them


@dataclass(frozen=True)
class Cover:
    """What the first sheet says of the workbook."""

    month: Month
    period: ClosedMonth
    content: ContentHash
    problems: list[dict]


def write_workbook(path: Path, cover: Cover, snapshot: Snapshot) -> None:
    """Writes the workbook in the language in force; memory does not grow with the rows."""
    with StreamedBook(path) as book:
        headline = f"{Company.ours().name} {_('Monthly archive')} {cover.month}".strip()
        write_facts(book.workbook, _("Cover"), _cover_lines(cover), headline)
        book.workbook.worksheets[0].column_dimensions["A"].width = _COVER_NAMES
        _write_figures(book, snapshot)
        for section in SECTIONS:
            fields = [_field(column) for column in section.columns]
            _write_table(book, str(section.label), fields, snapshot.rows_of(section.key))


def _cover_lines(cover: Cover) -> list[tuple[str, Any]]:
    lines: list[tuple[str, Any]] = [
        (_("Monthly archive"), str(cover.month)),
        (_("Closed by"), str(cover.period.closed_by or _("the system"))),
        (_("Closed"), cover.period.closed_at),
        (_("SHA-256 of the rows"), cover.content.sha256),
    ]
    for section in SECTIONS:
        lines.append((_("%(what)s: rows") % {"what": section.label}, cover.content.counts.get(section.key, 0)))
        sums = cover.content.totals.get(section.key, {})
        labels = {column.key: column.label for column in section.columns}
        lines += [
            (f"{section.label}: {labels[key]}", f"{Decimal(sums[key]):,.2f}") for key in section.sums if key in sums
        ]
    for problem in cover.problems:
        more = " …" if problem["count"] > len(problem["records"]) else ""
        names = ", ".join(problem["records"]) + more
        lines.append((_("Not in order"), f"{checklist.in_words(problem)} ({names})"))
    return lines if cover.problems else [*lines, (_("Not in order"), _("nothing"))]


def _write_table(book: StreamedBook, title: str, fields: list[columns.Column], rows: Iterator[dict]) -> None:
    first = list(islice(rows, _FIRST_ROWS))
    table = book.table(title, fields, first)
    for row in chain(first, rows):
        table.append(row)
    table.close()


def _field(column: Column) -> columns.Column:
    labels = column.labels() if column.labels else {}
    read = _READ.get(column.cell, lambda value: labels.get(value, value))

    def of(row: dict) -> Any:
        value = row[column.key]
        return value if value is None else read(value)

    return column.cell(column.key, column.label, of)


def _checks_in_words(checks: list[dict]) -> str:
    """One line a check: what was checked, the verdict, the sentence, and why it was released."""
    lines = []
    for check in map(from_json, checks):
        released = _(" (released: %(why)s)") % {"why": check.override} if check.override else ""
        lines.append(f"{check.label} · {check.verdict_label} · {check.sentence}{released}")
    return "\n".join(lines)


_READ: dict[type[columns.Column], Callable[[Any], Any]] = {
    MoneyColumn: Decimal,
    PriceColumn: Decimal,
    PercentColumn: Decimal,
    QuantityColumn: lambda value: Decimal(str(value)),
    DateColumn: date.fromisoformat,
    MomentColumn: datetime.fromisoformat,
    ChecksColumn: _checks_in_words,
}


# ---- figures ---------------------------------------------------------------------------------------------------------


def _write_figures(book: StreamedBook, snapshot: Snapshot) -> None:
    fields = [
        columns.Column("figure", _("Figure"), lambda row: str(kpi_of(row).label)),
        columns.Column("category", _("Category"), lambda row: row["of"]),
        QuantityColumn("value", _("Value"), lambda row: _with_unit(row)[0]),
        columns.Column("unit", _("Unit"), lambda row: _with_unit(row)[1]),
        WordsColumn("definition", _("Definition"), lambda row: str(kpi_of(row).definition)),
    ]
    _write_table(book, _("Figures"), fields, snapshot.rows_of(FIGURES))
    charts = book.workbook.create_sheet(_("Charts"))
    trend = [(row["month"], Decimal(row["order_total"])) for row in snapshot.rows_of(TREND)]
    delays = [(row["of"] or "—", shown_value(row)) for row in snapshot.rows_of(FIGURES) if row["figure"] == DELAYS]
    parts = (
        (_("Order total by month (元)"), trend, LineChart),
        (_("Order total by grade (元)"), _net_by("grade", snapshot.rows_of("orders")), PieChart),
        (_("Order total by representative (元)"), _net_by("sold_by", snapshot.rows_of("orders")), BarChart),
        (_("Order total by category (元)"), _net_by("category", snapshot.rows_of("lines")), BarChart),
        (_("Delay rate by category (%)"), delays, BarChart),
    )
    _draw(charts, [part for part in parts if part[1]])


def _with_unit(row: dict) -> tuple[Any, str]:
    """A figure and its unit."""
    value = shown_value(row)
    return ("—", "") if value is None else (round(value, 2), unit_of(kpi_of(row).kind))


def _net_by(key: str, rows: Iterable[dict]) -> list[tuple[str, Decimal]]:
    """Σ net amount in 元 by what the rows have there, the largest first; what is too many for a chart in one sum."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row[key] or "—"] += Decimal(row["net"])
    largest = sorted(sums.items(), key=lambda pair: -pair[1])
    rest = sum(amount for _name, amount in largest[_IN_A_CHART:])
    return [*largest[:_IN_A_CHART], *([(_("Others"), rest)] if rest else [])]


def _draw(sheet, parts: list) -> None:
    """The data of every chart one below the other, the charts beside them; all of it on one sheet of paper."""
    fit_to_paper(sheet)
    sheet.page_setup.fitToHeight = 1
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 32, 18
    row = 1
    for place, (title, pairs, kind) in zip(_CHART_PLACES, parts, strict=False):
        style_heading(sheet.cell(row, 1, title))
        for at, (name, value) in enumerate(pairs, start=row + 1):
            sheet.cell(at, 1, name).data_type = "s"
            sheet.cell(at, 2, value).number_format = "#,##0.00"
        sheet.add_chart(_chart(sheet, kind, title, row + 1, row + len(pairs)), place)
        row += len(pairs) + 2


def _chart(sheet, kind, title: str, first: int, last: int):
    chart = kind()
    chart.title, chart.width, chart.height = title, _CHART_WIDTH, _CHART_HEIGHT
    chart.add_data(Reference(sheet, min_col=2, min_row=first, max_row=last), titles_from_data=False)
    chart.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=last))
    if kind is PieChart:
        chart.dataLabels = DataLabelList(showPercent=True, showVal=False, showSerName=False, showCatName=False)
        return chart
    chart.legend = None
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = "#,##0"
    for series in chart.series:
        series.smooth = False
    return chart
