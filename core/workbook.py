"""How our Excel files look: widths, headings, paper; and sheets of names and values.

Long tables are written by ``core.streamed``; what a value is in a cell says ``core.cells``.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from core.cells import as_moment, as_quantity, clean
from core.columns import Column

FORMULA_STARTS = ("=", "+", "-", "@")
_NARROWEST, _WIDEST = 8, 50  # in characters
_FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
_MARGIN, _FOOT, _FOOTER = 0.4, 0.8, 0.4  # inches
_HEAD = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="EEF3FD")}
_HEADLINE = Font(bold=True, size=16)


def sheet_title(text: str) -> str:
    """The text as the name of a sheet, with room for a number behind it."""
    return _FORBIDDEN_IN_TITLES.sub(" ", clean(text))[:25].strip() or "1"


def width_of(column: Column, rows: Iterable) -> int:
    """How wide a column must be for its heading and these rows, within reason, in characters."""
    widest = max((_shown_width(*column.excel(row)) for row in rows), default=0)
    return min(max(widest, _text_width(column.sheet_head), _NARROWEST), _WIDEST) + 3


def _shown_width(value, number_format: str) -> int:
    if value is None:
        return 0
    if isinstance(value, date):
        return len(number_format)
    if isinstance(value, str):
        return _text_width(value)
    return len(f"{value:,.2f}")


def lines_of(text: str, width: int) -> int:
    """How many lines a wrapped text takes in a column of this width (characters)."""
    return sum(max(1, -(-_text_width(line) // width)) for line in text.splitlines() or [""])


def _text_width(text: str) -> int:
    """Width in characters; a Chinese one takes the room of two."""
    return max((sum(2 if east_asian_width(c) in "WF" else 1 for c in line) for line in text.splitlines()), default=0)


def alignment_of(align: str) -> Alignment:
    """How the cells of a column stand: figures on the right, a little away from the text of the next column."""
    if align == "right":
        return Alignment(horizontal="right", indent=1, vertical="center")
    return Alignment(vertical="center", wrap_text=align == "wrap")


def style_heading(cell: Cell, align: str = "left") -> None:
    """Makes a cell look like a heading, over figures on the right."""
    for name, style in _HEAD.items():
        setattr(cell, name, style)
    right = align == "right"
    cell.alignment = Alignment(
        horizontal="right" if right else "left", indent=int(right), vertical="center", wrap_text=True
    )


def fit_to_paper(sheet: Worksheet) -> None:
    """Printed on A4 as wide as the paper, as long as it takes, with the sheet's name and page numbers below."""
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = _MARGIN
    margins.bottom, margins.footer = _FOOT, _FOOTER
    sheet.oddFooter.center.text = "&A · &P / &N"


def write_facts(book: Workbook, title: str, facts: list[tuple[str, Any]], headline: str = "") -> None:
    """A sheet of its own that says of the workbook what it is: names and values, one below the other."""
    sheet = book.create_sheet(title)
    fit_to_paper(sheet)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 70
    if headline:
        sheet.row_dimensions[1].height = _HEADLINE.size * 2
        top = _cell(sheet, clean(headline))
        top.font, top.alignment = _HEADLINE, Alignment(vertical="center")
        sheet.append([top])
    for name, value in facts:
        figure = _cell(sheet, *(as_moment if isinstance(value, datetime) else as_quantity)(value))
        figure.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
        sheet.append([_head(sheet, name), figure])


def _head(sheet: Worksheet, label: str) -> Cell:
    cell = _cell(sheet, clean(label))
    style_heading(cell)
    return cell


def _cell(sheet: Worksheet, value, number_format: str = "") -> Cell:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, an error value or a date
        if value.startswith(FORMULA_STARTS):
            cell.quotePrefix = True  # and none after it was edited either
    if number_format:
        cell.number_format = number_format
    return cell
