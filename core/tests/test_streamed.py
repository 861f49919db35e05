"""Long tables in Excel files: what goes in reads back equal, whoever reads it."""

import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.utils.escape import unescape

from core import streamed
from core.cells import CUT, MAX_TEXT, clean
from core.columns import (
    Column,
    DateColumn,
    DetailColumn,
    DueColumn,
    MomentColumn,
    MoneyColumn,
    PaidColumn,
    PercentColumn,
    PriceColumn,
    QuantityColumn,
    StatusColumn,
    WordsColumn,
    sheet_columns,
)
from core.streamed import StreamedBook
from core.workbook import sheet_title, write_facts

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "#REF!", "TRUE", "1.0", "2026-11-02", "</t></is></c>"]
ODD = [
    "😀👨‍👩‍👧",
    "é",
    "\u3000柜\u3000",
    "  both  ",
    "\nline\n\nline\n",
    "a\tb",
    "&amp;<b>\"'",
    "_x0041_",
    "x" * MAX_TEXT,
]
# A person may paste anything; what a cell cannot hold is left out.
ANY_CHARACTER = st.characters(codec=None, exclude_categories=())
ANY_TEXT = st.text(ANY_CHARACTER, max_size=60) | st.sampled_from([*EVIL, *ODD, "half \ud800", "x" * MAX_TEXT])
# Few books, many cells: a book costs more than a thousand of them.
few_books = settings(max_examples=20, deadline=None)
FIGURES = st.decimals(min_value=Decimal("-99999999.999999"), max_value=Decimal("99999999.999999"), places=6) | (
    st.decimals(min_value=Decimal("-999999999999.99"), max_value=Decimal("999999999999.99"), places=2)
)


def row(**values):
    return SimpleNamespace(**values)


def book_of(path, rows, *columns, title="Orders"):
    """The file with these rows, read again by openpyxl."""
    with StreamedBook(path) as book:
        table = book.table(title, sheet_columns(columns), rows[:100])
        for one in rows:
            table.append(one)
        table.close()
        write_facts(book.workbook, "About", [("Rows", table.written)])
    return load_workbook(path)


def values_of(path, values, kind=Column):
    """What the cells below the heading hold."""
    sheet = book_of(path, [row(value=value) for value in values], kind("value", "V")).worksheets[0]
    return [sheet.cell(place, 1).value for place, _value in enumerate(values, start=2)]


# ---- reads back equal ------------------------------------------------------------------------------------------------


@few_books
@given(st.lists(ANY_TEXT, max_size=60))
def test_any_text_reads_back_as_it_was(texts):
    # As Excel does, openpyxl's own reader does not: _x005F_ is an underscore.
    found = [unescape(value or "") for value in values_of(BytesIO(), texts)]
    assert found == [clean(text) for text in texts]


@given(ANY_TEXT)
def test_what_is_cleaned_away_was_no_text(text):
    kept = clean(text)
    assert clean(kept) == kept
    kept.encode()
    if text.isprintable():
        assert kept == text


@few_books
@given(st.lists(FIGURES, max_size=60), st.sampled_from([MoneyColumn, PriceColumn, QuantityColumn]))
def test_any_figure_reads_back_as_it_was(figures, kind):
    assert values_of(BytesIO(), figures, kind) == [float(figure) for figure in figures]


@few_books
@given(st.lists(st.dates(), max_size=60))
def test_any_day_reads_back_as_it_was(days):
    found = values_of(BytesIO(), days, DateColumn)
    assert [str(value)[:10] for value in found] == [day.isoformat() for day in days]
    assert [isinstance(value, datetime) for value in found] == [day >= date(1900, 3, 1) for day in days]


@few_books
@given(st.lists(st.datetimes(min_value=datetime(1900, 3, 1), max_value=datetime(9999, 12, 30)), max_size=60))
def test_any_moment_reads_back_to_the_second(moments):
    aware = [moment.replace(tzinfo=UTC) for moment in moments]
    local = [timezone.make_naive(moment).replace(microsecond=0) for moment in aware]
    assert values_of(BytesIO(), aware, MomentColumn) == local


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("0", "0"),
        ("-0.00", "0"),
        ("1E+3", "1000"),
        ("-1234567890.12", "-1234567890.12"),
        ("0.000001", "0.000001"),
        ("0.3333333333333333333333333333", "0.3333333333333333"),
        ("1E+300", "1e+300"),
    ],
)
def test_a_figure_is_written_in_its_own_digits(number, shown):
    assert streamed._digits(Decimal(number)) == shown


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+400"), float("inf"), "—"])
def test_what_is_no_figure_is_text(value):
    assert values_of(BytesIO(), [value], MoneyColumn) == [str(value)]


@pytest.mark.parametrize(
    ("kind", "value", "shown", "number_format"),
    [
        (QuantityColumn, Decimal("10.0000"), 10, "#,##0"),
        (QuantityColumn, Decimal("2.5"), 2.5, "#,##0.00####"),
        (PriceColumn, Decimal("0.125"), 0.125, "#,##0.00####"),
        (PercentColumn, Decimal("13.00"), 0.13, "0%"),
        (PercentColumn, Decimal("12.5"), 0.125, "0.00%"),
        (PaidColumn, 40, 0.4, "0%"),
        (MoneyColumn, "—", "—", "General"),
        (DueColumn, (date(2026, 11, 24), True), datetime(2026, 11, 24), "yyyy-mm-dd"),
        (DueColumn, None, None, "General"),
        (StatusColumn, ("good", "已审核"), "已审核", "General"),
        (DetailColumn, ("顺丰", "SF123"), "顺丰 · SF123", "General"),
        (DetailColumn, ("周敏", ""), "周敏", "General"),
        (MomentColumn, datetime(2026, 11, 22, 16, 30, tzinfo=UTC), datetime(2026, 11, 23, 0, 30), "yyyy-mm-dd hh:mm"),
        (Column, True, "yes", "General"),
        (Column, 7, "7", "General"),
    ],
)
def test_a_cell_is_what_its_column_says(kind, value, shown, number_format):
    with translation.override("en"):
        cell = book_of(BytesIO(), [row(value=value)], kind("value", "Value")).worksheets[0]["A2"]
    assert cell.value == (pytest.approx(shown) if isinstance(shown, float) else shown)
    assert cell.number_format == number_format


def test_nothing_is_an_empty_cell():
    assert values_of(BytesIO(), [None, "", 0, None]) == [None, None, "0", None]


@pytest.mark.parametrize("evil", EVIL)
def test_text_stays_text(evil):
    cell = book_of(BytesIO(), [row(value=evil)], Column("value", "V")).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (evil, "s")
    assert bool(cell.quotePrefix) == evil.startswith(("=", "+", "-", "@"))


def test_text_that_is_too_long_is_cut_with_a_mark():
    assert clean("x" * MAX_TEXT) == "x" * MAX_TEXT
    cut, emoji = clean("x" * 40_000), clean("😀" * 20_000)
    assert (len(cut), cut[-1]) == (MAX_TEXT, CUT)
    assert len(emoji.encode("utf-16-le")) // 2 == MAX_TEXT
    assert emoji == "😀" * 16_383 + CUT
    assert values_of(BytesIO(), [cut, emoji]) == [cut, emoji]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_reads_the_same(tmp_path):
    days = [date(1900, 3, 1), date(2026, 11, 2), date(9999, 12, 31), date(1900, 2, 28), date(1865, 4, 14)]
    moments = [datetime(2026, 11, 2, 3, 4, 5) + timedelta(days=31 * n, seconds=7919 * n) for n in range(5)]
    figures = [Decimal(text) for text in ("-1234567890.12", "0.000001", "99999999.999999", "0", "-0.005")]
    rows = [row(t=text, f=figures[n % 5], d=days[n % 5], m=moments[n % 5]) for n, text in enumerate([*EVIL, *ODD])]
    columns = [Column("t", "文"), PriceColumn("f", "F"), DateColumn("d", "D")]
    columns.append(MomentColumn("m", "M"))
    ours = book_of(tmp_path / "ours.xlsx", rows, *columns)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "theirs"]
    subprocess.run([*command, tmp_path / "ours.xlsx"], check=True, capture_output=True, timeout=120)
    theirs = load_workbook(tmp_path / "theirs" / "ours.xlsx")
    found, written = (list(book.worksheets[0].iter_rows(values_only=True)) for book in (theirs, ours))
    assert found == [tuple(unescape(v) if isinstance(v, str) else v for v in values) for values in written]


# ---- the file as a whole ---------------------------------------------------------------------------------------------


def test_headings_are_frozen_filterable_bold_and_repeated_in_print():
    rows = [row(a="x", b=Decimal(1))] * 3
    sheet = book_of(BytesIO(), rows, Column("a", "A"), MoneyColumn("b", "B")).worksheets[0]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:B4", "$1:$1")
    assert sheet.page_setup.orientation == "landscape"
    assert [cell.font.bold for cell in sheet[1]] == [True, True]
    assert [cell.alignment.horizontal for cell in sheet[1]] == ["left", "right"]


def test_widths_follow_the_text_and_a_chinese_character_counts_twice():
    column = Column("value", "V")
    sheets = [
        book_of(BytesIO(), [row(value=text)], column).worksheets[0] for text in ("x", "x" * 20, "柜" * 20, "x" * 900)
    ]
    assert [sheet.column_dimensions["A"].width for sheet in sheets] == [11, 23, 43, 53]


@pytest.mark.parametrize("limit", [("MAX_ROWS", 2), ("MAX_BYTES", 1)])
def test_what_one_sheet_does_not_take_goes_on_the_next(monkeypatch, limit):
    monkeypatch.setattr(streamed, *limit)
    monkeypatch.setattr(streamed, "_ROWS_AT_ONCE", 2)
    book = book_of(BytesIO(), [row(value=str(n)) for n in range(5)], Column("value", "V"), title="A/B: [long]")
    tables = book.worksheets[:-1]
    assert len(tables) >= 3
    assert [sheet["A1"].value for sheet in tables] == ["V"] * len(tables)
    assert [cell.value for sheet in tables for cell in sheet["A"][1:]] == ["0", "1", "2", "3", "4"]
    assert [sheet.title for sheet in tables[:2]] == ["A B   long", "A B   long 2"]
    assert [sheet.sheet_view.tabSelected for sheet in book.worksheets].count(True) == 1


def test_a_row_costs_no_memory_once_it_is_written():
    with StreamedBook(BytesIO()) as book:
        table = book.table("T", sheet_columns([Column("value", "V")]), [])
        for n in range(1000):
            table.append(row(value=str(n)))
        assert len(table._rows) < streamed._ROWS_AT_ONCE
        assert len(list(book.workbook.worksheets[0].iter_rows())) <= 1
        table.close()


def test_tables_stand_between_other_sheets_and_charts_remain():
    target = BytesIO()
    with StreamedBook(target) as book:
        write_facts(book.workbook, "Cover", [("Month", "2026-10")])
        for title in ("Orders", "Lines"):
            table = book.table(title, sheet_columns([Column("value", title)]), [])
            table.append(row(value=f"one of {title}"))
            table.close()
        charts = book.workbook.create_sheet("Charts")
        charts.append([1])
        chart = BarChart()
        chart.add_data(Reference(charts, min_col=1, min_row=1))
        charts.add_chart(chart)
    read = load_workbook(target)
    assert read.sheetnames == ["Cover", "Orders", "Lines", "Charts"]
    assert [read[title]["A2"].value for title in ("Orders", "Lines")] == ["one of Orders", "one of Lines"]
    assert len(read["Charts"]._charts) == 1


def test_a_sheet_inserted_before_a_table_is_refused():
    def insert():
        with StreamedBook(BytesIO()) as book:
            book.table("T", sheet_columns([Column("value", "V")]), []).close()
            book.workbook.create_sheet("Cover", 0)

    with pytest.raises(ValueError, match="inserted"):
        insert()


def test_every_part_stands_in_the_file_once():
    target = BytesIO()
    book_of(target, [row(value="x")], Column("value", "V"))
    names = zipfile.ZipFile(target).namelist()
    assert len(names) == len(set(names))
    assert zipfile.ZipFile(target).testzip() is None


def test_what_breaks_off_passes_its_problem_on(tmp_path):
    def break_off():
        with StreamedBook(tmp_path / "x.xlsx") as book:
            book.table("T", sheet_columns([Column("value", "V")]), []).append(row(value="x"))
            raise KeyError("the reason")

    with pytest.raises(KeyError, match="the reason"):
        break_off()


def test_readers_that_read_row_by_row_find_every_row():
    target = BytesIO()
    book_of(target, [row(value=str(n)) for n in range(600)], Column("value", "V"))
    sheet = load_workbook(target, read_only=True).worksheets[0]
    assert sum(1 for _row in sheet.iter_rows()) == 601


def test_a_title_of_forbidden_characters_is_one_all_the_same():
    with translation.override("en"):
        assert [sheet_title(title) for title in ("[]", "'x'", "A/B", "x" * 90)] == ["1", "x", "A B", "x" * 25]


def test_a_long_text_is_wrapped_in_a_row_as_high_as_its_lines(tmp_path):
    field = WordsColumn("words", "Words", lambda row: row)
    with StreamedBook(tmp_path / "x.xlsx") as book:
        table = book.table("T", [field], ["短"])
        for row in ("短", "长" * 60, "一\n二\n三"):
            table.append(row)
        table.close()
    sheet = load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert sheet["A3"].alignment.wrap_text
    heights = [sheet.row_dimensions[row].height for row in (2, 3, 4)]
    assert heights[0] is None
    assert heights[1] > heights[2] == 45


def test_figures_keep_away_from_the_text_beside_them_and_pages_are_numbered(tmp_path):
    fields = [MoneyColumn("net", "Net", lambda row: Decimal(row)), Column("unit", "Unit", lambda row: "元")]
    with StreamedBook(tmp_path / "x.xlsx") as book:
        table = book.table("T", fields, [])
        table.append("1.50")
        table.close()
    sheet = load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert (sheet["A2"].alignment.horizontal, sheet["A2"].alignment.indent) == ("right", 1)
    assert "&P" in sheet.oddFooter.center.text
