"""Excel files with tables of any length: openpyxl makes the workbook, its styles and its small sheets; the rows of a
table go into the zip as XML, one by one, in a fraction of openpyxl's time and with memory that does not grow.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet

from core.cells import clean
from core.columns import Column
from core.workbook import (
    FORMULA_STARTS,
    alignment_of,
    fit_to_paper,
    lines_of,
    sheet_title,
    style_heading,
    width_of,
)

MAX_ROWS = 1_000_000  # of data on one sheet; Excel takes 1,048,576
MAX_BYTES = 1_900_000_000  # of one sheet's XML; what is larger needs a zip that some readers refuse
_ROWS_AT_ONCE = 250
_LINE = 15  # points
_DAY_ZERO = date(1899, 12, 30)  # the serial number of a day counts from here, after February 1900
_LONGEST_FIGURE = 17  # digits, point and sign; more than Excel keeps
_NO_ROWS = re.compile(r"<sheetData\s*/>|<sheetData></sheetData>")
_DIMENSION = re.compile(r"<dimension[^>]*/>")
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class StreamedBook:
    """An Excel file that is being written: small sheets through ``workbook``, long ones through ``table``.

    A context manager; the file is whole once it ended well. Sheets stand in the order in which they were made: a
    table's place is part of its name in the file, so nothing may be inserted before one. One table is open at a time.
    """

    def __init__(self, path: Path):
        self.workbook = Workbook()
        self.workbook.remove(self.workbook.active)
        self._zip = ZipFile(path, "w", ZIP_DEFLATED)
        self._parts: dict[str, Worksheet] = {}
        self._part: Any = None
        self._styles: dict[tuple[str, bool, str], int] = {}

    def __enter__(self):
        return self

    def __exit__(self, problem, *_details):
        with self._zip:
            if self._part is not None:
                self._part.close()
            if problem is None:
                self._write_the_rest()

    def table(self, title: str, columns: list[Column], first_rows: list) -> "StreamedTable":
        """A table on a sheet of its own; its columns are as wide as the first rows need."""
        return StreamedTable(self, title, columns, first_rows)

    def open_part(self, sheet: Worksheet):
        """Where the XML of a sheet, which stands last in the workbook, is written to."""
        name = f"xl/worksheets/sheet{len(self.workbook.worksheets)}.xml"
        self._parts[name] = sheet
        self._part = self._zip.open(name, "w")
        return self._part

    def style(self, number_format: str, quoted: bool, align: str) -> int:
        """The number under which the workbook keeps the style of such cells in a column that stands so."""
        key = (number_format, quoted, align)
        if key not in self._styles:
            cell = WriteOnlyCell(self.workbook.worksheets[-1])
            cell.number_format, cell.quotePrefix = number_format or "General", quoted
            cell.alignment = alignment_of(align)
            self._styles[key] = cell.style_id
        return self._styles[key]

    def _write_the_rest(self) -> None:
        """Everything but the tables, as openpyxl writes it."""
        places = [f"xl/worksheets/sheet{place}.xml" for place, _ in enumerate(self.workbook.worksheets, start=1)]
        now = dict(zip(places, self.workbook.worksheets, strict=True))
        if any(now.get(name) is not sheet for name, sheet in self._parts.items()):
            raise ValueError("A sheet was inserted before a table, or a table was removed.")
        whole = BytesIO()
        self.workbook.save(whole)
        with ZipFile(whole) as made:
            for name in made.namelist():
                if name not in self._parts:
                    self._zip.writestr(name, made.read(name))


class StreamedTable:
    """A table with frozen headings, over as many sheets as it needs."""

    def __init__(self, book: StreamedBook, title: str, columns: list[Column], first_rows: list):
        self.written = 0
        self._book = book
        self._title = sheet_title(title)
        self._columns = [(get_column_letter(place), column) for place, column in enumerate(columns, start=1)]
        self._widths = [width_of(column, first_rows) for column in columns]
        # Not every program makes a row as high as its wrapped texts.
        self._wrapped = [(place, self._widths[place]) for place, column in enumerate(columns) if column.align == "wrap"]
        self._sheets = 0
        self._next_sheet()

    def append(self, row) -> None:
        """Writes the row, on another sheet when this one is full."""
        if self._row > MAX_ROWS or self._bytes > MAX_BYTES:
            self.close()
            self._next_sheet()
        self._row += 1
        at = str(self._row)
        shown = [(letter + at, column.align, *column.excel(row)) for letter, column in self._columns]
        cells = "".join([self._cell(*cell) for cell in shown if cell[2] is not None])
        lines = max((lines_of(shown[place][2] or "", width - 1) for place, width in self._wrapped), default=1)
        height = f' ht="{lines * _LINE}" customHeight="1"' if lines > 1 else ""
        self._rows.append(f'<row r="{at}"{height}>{cells}</row>')
        self.written += 1
        if len(self._rows) == _ROWS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        """Ends the sheet; the table is whole."""
        self._flush()
        self._part.write(self._frame(f"A1:{self._columns[-1][0]}{self._row}")[1])
        self._part.close()

    def _next_sheet(self) -> None:
        self._sheets += 1
        title = self._title if self._sheets == 1 else f"{self._title} {self._sheets}"
        self._sheet = self._book.workbook.create_sheet(title)
        self._part = self._book.open_part(self._sheet)
        self._part.write(self._frame("A1")[0])
        self._row, self._bytes = 1, 0
        self._rows = [self._headings()]

    def _frame(self, filtered: str) -> tuple[bytes, bytes]:
        """What openpyxl writes before and after the rows, with the filter over these cells."""
        self._lay_out(self._sheet, filtered)
        alone = Workbook()
        self._lay_out(alone.active, filtered)
        # Two selected sheets would be edited together.
        alone.active.sheet_view.tabSelected = self._book.workbook.worksheets[0] is self._sheet
        # The sheet alone: saving a workbook for it, twice a table, takes several times as long.
        written = BytesIO()
        WorksheetWriter(alone.active, written).write()
        xml = _DIMENSION.sub("", written.getvalue().decode())
        before, after = _NO_ROWS.split(xml)
        return f"{before}<sheetData>".encode(), f"</sheetData>{after}".encode()

    def _lay_out(self, sheet: Worksheet, filtered: str) -> None:
        sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref = "A2", "1:1", filtered
        fit_to_paper(sheet)
        for (letter, _column), width in zip(self._columns, self._widths, strict=True):
            sheet.column_dimensions[letter].width = width

    def _headings(self) -> str:
        cells = []
        for letter, column in self._columns:
            cell = WriteOnlyCell(self._sheet)
            style_heading(cell, column.align)
            cells.append(_text(f"{letter}1", clean(column.sheet_head), cell.style_id))
        return f'<row r="1">{"".join(cells)}</row>'

    def _cell(self, at: str, align: str, value, number_format: str) -> str:
        """The XML of a cell at ``at``; text must be clean."""
        if isinstance(value, str):
            # One that looks like a formula stays text even after it was edited.
            return _text(at, value, self._book.style(number_format, value.startswith(FORMULA_STARTS), align))
        figure = _serial(value) if isinstance(value, date) else _digits(value)
        return f'<c r="{at}" s="{self._book.style(number_format, False, align)}"><v>{figure}</v></c>'

    def _flush(self) -> None:
        data = "".join(self._rows).encode()
        self._part.write(data)
        self._bytes += len(data)
        self._rows = []


def _text(at: str, text: str, style: int) -> str:
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "_x" in text:
        text = _LIKE_AN_ESCAPE.sub("_x005F_", text)  # or Excel reads _x0041_ as A
    space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() or "\n" in text else ""
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _serial(day: date) -> str:
    """The number that stands for a day, or for a moment as a fraction of it."""
    if not isinstance(day, datetime):
        return str((day - _DAY_ZERO).days)
    seconds = day.hour * 3600 + day.minute * 60 + day.second
    return repr((day.date() - _DAY_ZERO).days + seconds / 86_400)


def _digits(number: Decimal | int | float) -> str:
    """Exactly the number; of endless digits as many as a cell keeps."""
    if not number:
        return "0"
    text = f"{number:f}" if isinstance(number, Decimal) else repr(number)
    return text if len(text) <= _LONGEST_FIGURE else repr(float(number))
