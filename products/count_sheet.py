"""The sheet of a stock count as a workbook to fill in, in the columns of its import."""

from io import BytesIO

from openpyxl import Workbook

from core.cells import as_quantity, as_text
from core.workbook import FORMULA_STARTS
from products.imports.counts import BOOK, COLUMNS, COUNTED, rows_of
from products.models import StockCount


def sheet_of(count: StockCount) -> bytes:
    """An .xlsx file; brought back without a change it changes nothing."""
    book = Workbook()
    sheet = book.active
    sheet.title, sheet.freeze_panes = str(count), "A2"
    for place, column in enumerate(COLUMNS, start=1):
        head = sheet.cell(1, place, column.name)
        sheet.column_dimensions[head.column_letter].width = column.width
    for number, row in enumerate(rows_of(count.lines.select_related("count", "product")), start=2):
        for place, column in enumerate(COLUMNS, start=1):
            value = row[column.name]
            if value is not None:
                _write(sheet.cell(number, place), *(as_quantity if column.name in (BOOK, COUNTED) else as_text)(value))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _write(cell, value, number_format: str) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
    if number_format:
        cell.number_format = number_format
