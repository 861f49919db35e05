"""The workbook to fill in: the headings of a kind, one example row, and what each column wants."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from core.imports.kinds import Column, ImportKind

_NEEDED = {"font": Font(bold=True, color="B42318"), "fill": PatternFill("solid", fgColor="FDECEB")}
_FREE = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="EEF3FD")}
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def template_of(kind: ImportKind) -> bytes:
    """An .xlsx file; its example row has to be overwritten."""
    book = Workbook(write_only=True)
    _table(book, kind)
    _notes(book, kind)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _table(book: Workbook, kind: ImportKind) -> None:
    sheet = book.create_sheet(str(kind.label))
    sheet.freeze_panes = "A2"
    for place, column in enumerate(kind.offered, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.append([_head(sheet, column) for column in kind.offered])
    example = [WriteOnlyCell(sheet, column.example) for column in kind.offered]
    for cell in example:
        if isinstance(cell.value, str):
            cell.data_type, cell.number_format = "s", "@"
    sheet.append(example)


def _head(sheet, column: Column) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, column.name)
    for name, style in (_NEEDED if column.required else _FREE).items():
        setattr(cell, name, style)
    return cell


def _notes(book: Workbook, kind: ImportKind) -> None:
    sheet = book.create_sheet(_("Notes"))
    for letter, width in zip("ABC", (20, 12, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([_wrapped(sheet, word) for word in (_("Column"), _("Required"), _("What goes there"))])
    for column in kind.offered:
        required = _("yes") if column.required else ""
        sheet.append([_wrapped(sheet, word) for word in (column.name, required, str(column.hint))])
    sheet.append([])
    sheet.append([_wrapped(sheet, _("The second row is an example: write over it."))])


def _wrapped(sheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.alignment = _WRAPPED
    return cell
