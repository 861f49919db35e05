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
from analytics.archive.figures import DELAYS, FIGURES, TREND, kpi_of, value_of
from analytics.archive.sections import SECTIONS, Column, Section
from analytics.archive.snapshot import Snapshot, Tally
from analytics.catalogue import AMOUNT, RATE
from analytics.months import Month
from approvals.checks.result import from_json
from core.models import ClosedMonth, Company
from core.streamed import StreamedBook
from core.workbook import Field, fit_to_paper, style_heading, write_facts

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
    tally: Tally
    problems: list[dict]


def write_workbook(path: Path, cover: Cover, snapshot: Snapshot) -> None:
    """Writes the workbook in the language in force; memory does not grow with the rows."""
    with StreamedBook(path) as book:
        headline = f"{Company.ours().name} {_('Monthly archive')} {cover.month}".strip()
        write_facts(book.workbook, _("Cover"), _cover_facts(cover), headline)
        book.workbook.worksheets[0].column_dimensions["A"].width = _COVER_NAMES
        _write_figures(book, snapshot)
        for section in SECTIONS:
            _write_table(book, str(section.label), _fields(section), snapshot.rows_of(section.key))


def _cover_facts(cover: Cover) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        (_("Monthly archive"), str(cover.month)),
        (_("Closed by"), str(cover.period.closed_by or _("the system"))),
        (_("Closed"), cover.period.closed_at),
        (_("SHA-256 of the rows"), cover.tally.content_hash),
    ]
    for section in SECTIONS:
        facts.append((_("%(what)s: rows") % {"what": section.label}, cover.tally.counts.get(section.key, 0)))
        sums = cover.tally.totals.get(section.key, {})
        labels = {column.key: column.label for column in section.columns}
        facts += [
            (f"{section.label}: {labels[key]}", f"{Decimal(sums[key]):,.2f}") for key in section.sums if key in sums
        ]
    not_in_order = [(_("Not in order"), _problem(problem)) for problem in cover.problems]
    return facts + (not_in_order or [(_("Not in order"), _("nothing"))])


def _problem(problem: dict) -> str:
    names = ", ".join(problem["records"])
    return f"{checklist.told(problem)} ({names}{' …' if problem['count'] > len(problem['records']) else ''})"


def _write_table(book: StreamedBook, title: str, fields: list[Field], rows: Iterator[dict]) -> None:
    first = list(islice(rows, _FIRST_ROWS))
    table = book.table(title, fields, first)
    for row in chain(first, rows):
        table.append(row)
    table.close()


def _fields(section: Section) -> list[Field]:
    return [_field(column) for column in section.columns]


def _field(column: Column) -> Field:
    labels = column.labels() if column.labels else {}
    read = _READ.get(column.kind, lambda value: labels.get(value, value))

    def of(row: dict) -> Any:
        value = row[column.key]
        return value if value is None else read(value)

    return Field(str(column.label), of, column.kind)


def _checks_in_words(checks: list[dict]) -> str:
    """One line a check: what was checked, the verdict, the sentence, and why it was released."""
    return "\n".join(_check_in_words(kept) for kept in checks)


def _check_in_words(kept: dict) -> str:
    check = from_json(kept)
    released = _(" (released: %(why)s)") % {"why": check.override} if check.override else ""
    return f"{check.label} · {check.verdict_label} · {check.sentence}{released}"


_READ: dict[str, Callable[[Any], Any]] = {
    "money": Decimal,
    "price": Decimal,
    "percent": Decimal,
    "quantity": lambda value: Decimal(str(value)),
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "checks": _checks_in_words,
}


# ---- figures ---------------------------------------------------------------------------------------------------------


def _write_figures(book: StreamedBook, snapshot: Snapshot) -> None:
    fields = [
        Field(_("Figure"), lambda row: str(kpi_of(row).label)),
        Field(_("Category"), lambda row: row["of"]),
        Field(_("Value"), lambda row: _shown(row)[0], "quantity"),
        Field(_("Unit"), lambda row: _shown(row)[1]),
        Field(_("Definition"), lambda row: str(kpi_of(row).definition), "words"),
    ]
    _write_table(book, _("Figures"), fields, snapshot.rows_of(FIGURES))
    charts = book.workbook.create_sheet(_("Charts"))
    trend = [(row["month"], Decimal(row["order_total"])) for row in snapshot.rows_of(TREND)]
    delays = [(row["of"] or "—", value_of(row)) for row in snapshot.rows_of(FIGURES) if row["figure"] == DELAYS]

    def by(section: str, key: str) -> list[tuple[str, Decimal]]:
        return _summed((row[key], row["net"]) for row in snapshot.rows_of(section))

    parts = (
        (_("Order total by month (元)"), trend, LineChart),
        (_("Order total by grade (元)"), by("orders", "grade"), PieChart),
        (_("Order total by representative (元)"), by("orders", "sold_by"), BarChart),
        (_("Order total by category (元)"), by("lines", "category"), BarChart),
        (_("Delay rate by category (%)"), delays, BarChart),
    )
    _draw(charts, [part for part in parts if part[1]])


def _shown(row: dict) -> tuple[Any, str]:
    """A figure and its unit."""
    value = value_of(row)
    units = {AMOUNT: "元", RATE: "%", "days": _("days")}
    return ("—", "") if value is None else (round(value, 2), units.get(kpi_of(row).kind, ""))


def _summed(pairs: Iterable[tuple[str | None, str]]) -> list[tuple[str, Decimal]]:
    """Σ amount per name, the largest first; what is too many for a chart in one sum."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for name, amount in pairs:
        sums[name or "—"] += Decimal(amount)
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
