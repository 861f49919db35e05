"""The error workbook: the rows that were brought, as they were, with what is wrong marked where it is."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from core.cells import clean
from core.imports.book import Raw, open_book
from core.imports.examine import PROBLEM_COLUMN, Examination
from core.imports.kinds import ImportKind
from core.imports.layout import Layout
from core.imports.values import Figure, Unusable, displayed
from core.sentences import translated
from core.workbook import sheet_title

_BAD = PatternFill("solid", fgColor="FDECEB")
_HEAD = PatternFill("solid", fgColor="EEF3FD")
_WORDS = Font(color="B42318")
_AUTHOR = "OrderSys"
_EVERY = 500  # rows between two looks whether to go on
_LARGEST = 10**300  # what a cell can hold, nearly
_WIDTHS = (8, 40)  # of a column, in characters

#: Row → place of the cell (None: the row as a whole) → what is wrong.
Marks = dict[int, dict[int | None, list[str]]]


def write_marked(path: Path, kind: ImportKind, found: Examination, target: Path, go_on: Callable[[], None]) -> None:
    """Writes the error workbook. Rows stay where they are; bad cells are filled and carry a comment."""
    layout, marks = found.layout, _marks(found, kind)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_title(layout.sheet))
    sheet.freeze_panes = f"A{layout.header_row + 1}"
    last = max([heading.place for heading in layout.headings], default=0) + 1
    for heading in layout.headings:
        width = min(max(2 * len(heading.text), _WIDTHS[0]), _WIDTHS[1])
        sheet.column_dimensions[get_column_letter(heading.place + 1)].width = width
    sheet.column_dimensions[get_column_letter(last + 1)].width = 80
    with open_book(path) as brought:
        written = 0
        for number, row in brought.rows(layout.sheet):
            for _gap in range(written + 1, number):
                sheet.append([])
            sheet.append(_row(sheet, number, row, marks.get(number, {}), layout, last))
            written = number
            if number % _EVERY == 0:
                go_on()
    book.save(target)


def _marks(found: Examination, kind: ImportKind) -> Marks:
    marks: Marks = defaultdict(lambda: defaultdict(list))
    for problem in found.problems(kind):
        if problem.row:
            marks[problem.row][found.layout.columns.get(problem.column)].append(_line(problem.column, problem.sentence))
    return marks


def _line(column: str, sentence: dict) -> str:
    return f"{column}: {translated(sentence)}" if column else translated(sentence)


def _row(sheet, number: int, row: Raw, marks: dict, layout: Layout, last: int) -> list:
    """The row's cells and, behind the last heading, everything that is wrong in it."""
    width = max(len(row[:last]), max((place + 1 for place in marks if place is not None), default=0))
    cells = [_cell(sheet, row[at] if at < len(row) else None, marks.get(at, ())) for at in range(width)]
    if None in marks:
        for cell in cells:
            cell.fill = _BAD
    words = "\n".join(line for found in marks.values() for line in found)
    if number == layout.header_row:
        words = PROBLEM_COLUMN
        for cell in cells:
            cell.fill, cell.font = _HEAD, Font(bold=True)
    if words:
        cells += [WriteOnlyCell(sheet) for _gap in range(last - len(cells))]
        cells.append(_words(sheet, words))
    return cells


def _cell(sheet, value, problems) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, _writable(value))
    if isinstance(value, Figure):
        cell.number_format = value.code
    elif isinstance(cell.value, str):
        cell.data_type = "s"  # never a formula
    elif isinstance(value, datetime) and value.time() == time():
        cell.number_format = "yyyy-mm-dd"
    if problems:
        cell.fill = _BAD
        cell.comment = Comment("\n".join(problems), _AUTHOR, width=320, height=40 + 40 * len(problems))
    return cell


def _writable(value):
    """What a cell can hold of a raw value."""
    if isinstance(value, Unusable):
        return value.shown or None
    if isinstance(value, Figure):
        value = value.held
    if isinstance(value, int | float) and not -_LARGEST < value < _LARGEST:
        return displayed(value)
    plain = value is None or isinstance(value, bool | int | float | datetime | date | time)
    return value if plain else clean(str(value))


def _words(sheet, words: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, clean(words))
    cell.data_type = "s"
    cell.font, cell.alignment = _WORDS, Alignment(wrap_text=True, vertical="top")
    return cell
