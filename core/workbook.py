"""What a value of a list is in an Excel cell: text stays text, figures stay figures. And sheets of names and values.

Long tables are written by ``core.streamed``.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isinf
from typing import Any
from unicodedata import east_asian_width

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from core.columns import Column

MAX_TEXT = 32_767  # UTF-16 units in one cell: an emoji takes two
CUT = "…"  # ends a text that was longer
FORMULA_STARTS = ("=", "+", "-", "@")
_NARROWEST, _WIDEST = 8, 50  # in characters
# Before this day Excel counts a 29 February 1900, LibreOffice does not, and neither knows the years before.
_FIRST_DAY = date(1900, 3, 1)
_FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
# Control characters, halves of characters, and what Unicode says is none.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?")
_RIGHT = {"money", "price", "quantity", "percent", "paid", "date", "due", "datetime"}
#: Kinds of text that may be long: it is wrapped instead of cut off by the next cell.
LONG = frozenset({"words", "checks"})
_MARGIN, _FOOT, _FOOTER = 0.4, 0.8, 0.4  # inches
_HEAD = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="EEF3FD")}
_HEADLINE = Font(bold=True, size=16)


@dataclass(frozen=True)
class Field:
    """One column of a sheet: its heading, and how a row's value becomes a cell's value and number format."""

    label: str
    of: Callable[[Any], Any]
    kind: str = "text"

    def shown(self, row) -> tuple[Any, str]:
        """Value and number format of the cell; nothing to say is an empty cell."""
        value = self.of(row)
        if value is None or value == "":
            return None, ""
        return _SHAPES.get(self.kind, _as_text)(value)


def fields_of(columns: Iterable[Column]) -> list[Field]:
    """The sheet's columns for those of a list; what a list shows in one cell, grade and name, becomes two."""
    return [field for column in columns for field in _fields_of(column)]


def _fields_of(column: Column) -> Iterator[Field]:
    label = str(column.label or column.card_label or column.key)
    if column.kind == "graded":
        yield Field(_("Grade"), lambda row: _part(column.of(row), 0))
        yield Field(label, lambda row: _part(column.of(row), 1))
    else:
        yield Field(label, column.of, column.kind)


def _part(value, index: int):
    return value[index] if value else None


def _as_text(value) -> tuple[Any, str]:
    if isinstance(value, bool):
        return (_("yes") if value else _("no")), ""
    return clean(str(value)), ""


def _number(value) -> Decimal | None:
    """A figure that a cell can hold; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    return number if number.is_finite() and not isinf(number) else None


def _numeric(format_of: Callable[[Decimal], str], divisor: int = 1):
    """A shape for figures; what is none, such as a dash, is written as text."""

    def shape(value) -> tuple[Any, str]:
        number = _number(value)
        if number is None:
            return _as_text(value)
        return (number if divisor == 1 else number / divisor), format_of(number)

    return shape


def _whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _as_date(value) -> tuple[Any, str]:
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if not isinstance(value, date):
        return _as_text(value)
    return (value, "yyyy-mm-dd") if value >= _FIRST_DAY else (value.isoformat(), "")


def _as_moment(value) -> tuple[Any, str]:
    if not isinstance(value, datetime):
        return _as_date(value)
    local = timezone.make_naive(value) if timezone.is_aware(value) else value
    if local.date() < _FIRST_DAY:
        return local.isoformat(" ", "minutes"), ""
    return local.replace(microsecond=0), "yyyy-mm-dd hh:mm"


_percent = _numeric(lambda number: "0%" if _whole(number) else "0.00%", divisor=100)
_SHAPES: dict[str, Callable[[Any], tuple[Any, str]]] = {
    "money": _numeric(lambda number: "#,##0.00"),
    "price": _numeric(lambda number: "#,##0.00####"),
    "quantity": _numeric(lambda number: "#,##0" if _whole(number) else "#,##0.00####"),
    "percent": _percent,
    "paid": _percent,
    "date": _as_date,
    "datetime": _as_moment,
    "due": lambda value: _as_date(value[0]) if value[0] else (None, ""),
    "status": lambda value: _as_text(value[1]),
    "who": lambda value: _as_text(" · ".join(str(part) for part in value if part)),
}


def clean(text: str) -> str:
    """The text as a cell can hold it: Excel's line ends, nothing that XML forbids, a mark where it was cut."""
    if not text.isprintable():  # most texts are, and need no search
        text = _LINE_ENDS.sub("\n", _IMPOSSIBLE.sub("", text))
    return text if len(text) <= MAX_TEXT // 2 else _cut(text)


def _cut(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_TEXT:
        return text
    return units[: 2 * (MAX_TEXT - len(CUT))].decode("utf-16-le", "ignore") + CUT


def sheet_title(text: str) -> str:
    """The text as the name of a sheet, with room for a number behind it."""
    return _FORBIDDEN_IN_TITLES.sub(" ", clean(text))[:25].strip() or "1"


def width_of(field: Field, rows: Iterable) -> int:
    """How wide a column must be for its heading and these rows, within reason, in characters."""
    widest = max((_shown_width(*field.shown(row)) for row in rows), default=0)
    return min(max(widest, _text_width(field.label), _NARROWEST), _WIDEST) + 3


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


def alignment_of(kind: str) -> Alignment:
    """How the cells of a column stand: figures on the right, a little away from the text of the next column."""
    if kind in _RIGHT:
        return Alignment(horizontal="right", indent=1, vertical="center")
    return Alignment(vertical="center", wrap_text=kind in LONG)


def style_heading(cell: Cell, kind: str = "text") -> None:
    """Makes a cell look like a heading, over figures on the right."""
    for name, style in _HEAD.items():
        setattr(cell, name, style)
    right = kind in _RIGHT
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
        sheet.append([_headline(sheet, headline)])
    for name, value in facts:
        shape = _as_moment if isinstance(value, datetime) else _SHAPES["quantity"]
        figure = _cell(sheet, *shape(value))
        figure.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
        sheet.append([_head(sheet, name), figure])


def _headline(sheet: Worksheet, text: str) -> Cell:
    cell = _cell(sheet, clean(text))
    cell.font, cell.alignment = _HEADLINE, Alignment(vertical="center")
    return cell


def _head(sheet: Worksheet, label: str, kind: str = "text") -> Cell:
    cell = _cell(sheet, clean(label))
    style_heading(cell, kind)
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
