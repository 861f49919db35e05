"""Workbooks that somebody else made: opened safely, and read row by row.

Nothing is unpacked before its size is known, and nothing is kept in memory but the row at hand and the shared texts.
"""

import lzma
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice, repeat
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from xml.etree.ElementTree import ParseError

import olefile
import openpyxl
import xlrd
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from lxml.etree import LxmlError
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

from core.file_rules import MEGABYTE, FileRules
from core.file_types import XLS, XLSX, NotWhole, type_of
from core.imports.number_formats import understood
from core.imports.values import Figure, Unusable
from core.imports.weight import MOST_CELLS, weigh
from core.sentences import stored_sentence

LARGEST_FILE = 20 * MEGABYTE
LARGEST_UNPACKED = 128 * MEGABYTE
MOST_PARTS = 2_000
MOST_COLUMNS = 200
MOST_MERGED = 20_000
_LONGEST_TAG = 1024  # bytes of a chunk in which a tag may begin that the next one ends
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
LAST_ROW = 1_048_576  # of a sheet in Excel

_STRICT = b"http://purl.oclc.org/ooxml/"  # of a way to save workbooks that no reader of ours knows
_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!")
)
# Whatever a broken file makes the readers stumble over; they check little themselves.
_BROKEN = (
    *(OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, LookupError, EOFError),
    *(ArithmeticError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ParseError, LxmlError, InvalidFileException),
    *(xlrd.XLRDError, xlrd.compdoc.CompDocError),
)


_EMPTY = gettext_noop("The file is empty.")
_TOO_LARGE = gettext_noop("The file has %(size)s MB; at most %(largest)s MB can be taken. Split it.")
_NO_WORKBOOK = gettext_noop("This is no Excel workbook (.xlsx or .xls). Open it in Excel and save it as .xlsx.")


class Refusal(Exception):
    """The file as a whole cannot be taken; ``sentence`` says why, in the form of core.sentences."""

    def __init__(self, sentence: str, **values):
        self.sentence = stored_sentence(sentence, **values)
        super().__init__(sentence % values if values else sentence)


NEVER_CALCULATED = Unusable(
    gettext_noop("Holds a formula without its value. Open the file in Excel, save it, and bring it again.")
)
Raw = tuple[Any, ...]


class Merged(NamedTuple):
    """Cells that were merged into their first one: rows counted from 1, places from 0."""

    first_row: int
    last_row: int
    first_place: int
    last_place: int


_PROTECTED = gettext_noop("The file is protected by a password. Save it without one.")


def _broken() -> Refusal:
    return Refusal(gettext_noop("The file is broken or not whole. Open it in Excel and save it again."))


# ---- what may be opened ----------------------------------------------------------------------------------------------


def workbook_rules() -> FileRules:
    """What can be said of a workbook without opening it."""
    return FileRules(LARGEST_FILE, (XLSX, XLS), _(_EMPTY), _(_TOO_LARGE), _(_NO_WORKBOOK))


def check_workbook(content: BinaryIO) -> None:
    """Raises Refusal unless this is a workbook that can be read within bounds; opens nothing, unpacks nothing."""
    size = content.seek(0, os.SEEK_END)
    if not size:
        raise Refusal(_EMPTY)
    if size > LARGEST_FILE:
        raise Refusal(_TOO_LARGE, size=f"{size / MEGABYTE:.1f}", largest=LARGEST_FILE // MEGABYTE)
    try:
        found = type_of(content)
    except NotWhole:
        raise _broken() from None
    if found is XLSX:
        _check_parts(content)
    elif found is not XLS:
        raise Refusal(_why_no_workbook(content))


def _why_no_workbook(content: BinaryIO) -> str:
    content.seek(0)
    if content.read(len(olefile.MAGIC)) == olefile.MAGIC:
        content.seek(0)
        with olefile.OleFileIO(content) as ole:
            if ole.exists("EncryptedPackage"):
                return _PROTECTED
    return _NO_WORKBOOK


def _check_parts(content: BinaryIO) -> None:
    """Adds up what the parts unpack to; Python's zip reader never gives more than a part's entry says."""
    content.seek(0)
    with zipfile.ZipFile(content) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise Refusal(
                gettext_noop("The file unpacks to more than %(largest)s MB. Remove empty rows, or split it."),
                largest=LARGEST_UNPACKED // MEGABYTE,
            )
        try:
            declares = any(b"<!DOCTYPE" in _head(archive, part) for part in parts if part.filename.endswith(".xml"))
        except _BROKEN:
            raise _broken() from None
        if declares:  # no program writes that into a workbook
            raise _broken()


def _head(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    with archive.open(part) as file:
        return file.read(1024)


# ---- reading ---------------------------------------------------------------------------------------------------------


class Book:
    """An open workbook: the names of its visible ``sheets``, and their rows."""

    sheets: list[str]
    #: Whether its days are counted from 1904 on; the number of a day then means another one than usual.
    counts_from_1904: bool = False

    def rows(self, sheet: str) -> Iterator[tuple[int, Raw]]:
        """Row numbers, counted from 1, with their raw values; rows without any may be left out. Raises Refusal."""
        reader = self._rows(sheet)
        while True:
            try:
                found = next(reader, None)
            except _BROKEN:
                raise _broken() from None
            if found is None:
                return
            yield found

    def _rows(self, sheet: str) -> Iterator[tuple[int, Raw]]:
        raise NotImplementedError

    def merged(self, sheet: str) -> list[Merged]:
        """The merged cells of a sheet, up to MOST_MERGED of them. Raises Refusal."""
        try:
            return list(islice(self._merged(sheet), MOST_MERGED))
        except _BROKEN:
            raise _broken() from None

    def _merged(self, sheet: str) -> Iterator[Merged]:
        raise NotImplementedError

    def close(self) -> None:
        """Lets go of the file."""

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.close()


def open_book(path: Path) -> Book:
    """Opens a workbook after ``check_workbook``. Raises Refusal."""
    with path.open("rb") as content:
        check_workbook(content)
        try:
            old = type_of(content) is XLS
        except NotWhole:
            raise _broken() from None
    try:
        return _OldBook(path) if old else _NewBook(path)
    except _BROKEN as problem:
        is_encrypted = isinstance(problem, xlrd.XLRDError) and "encrypted" in str(problem)
        raise (Refusal(_PROTECTED) if is_encrypted else _broken()) from None


class _NewBook(Book):
    """An .xlsx file. Values are those that Excel calculated last; a formula that it never did is marked."""

    def __init__(self, path: Path):
        has_formulas = _check_weight(path)
        self.files = ExitStack()
        self.values = self._load(path, data_only=True)
        self.formulas: Any = self._load(path) if has_formulas else None
        self.number_formats: dict[int, str] = {}
        self.counts_from_1904 = self.values.epoch == CALENDAR_MAC_1904
        self.sheets = [sheet.title for sheet in self.values.worksheets if sheet.sheet_state == "visible"]

    def _load(self, path: Path, **options):
        # By its content, because the name of an upload says nothing.
        content = self.files.enter_context(path.open("rb"))
        return openpyxl.load_workbook(content, read_only=True, keep_links=False, **options)

    def close(self) -> None:
        self.files.close()

    def _rows(self, sheet: str) -> Iterator[tuple[int, Raw]]:
        written: Iterator[tuple] = _cells(self.formulas, sheet) if self.formulas else repeat((), LAST_ROW)
        blank: tuple | None = None
        both = zip(islice(_cells(self.values, sheet), LAST_ROW), written, strict=False)
        for number, (cells, formulas) in enumerate(both, start=1):
            # Rows that are missing in the file are one and the same object, up to a million times.
            if cells is blank:
                continue
            row = self._calculated(cells, formulas) if formulas else tuple(map(self._value, cells))
            if row.count(None) == len(row):
                blank = cells
                continue
            yield number, row

    def _calculated(self, cells: tuple, formulas: tuple) -> Raw:
        """A formula whose result is an empty text is calculated and empty; one without any result never was."""
        return tuple(
            NEVER_CALCULATED
            if cell.value is None and written.data_type == "f" and cell.data_type != "str"
            else self._value(cell)
            for cell, written in zip(cells, formulas, strict=True)
        )

    def _value(self, cell: Any) -> Any:
        value = cell.value
        if isinstance(value, str):
            return _usable(value)
        if type(value) is int or type(value) is float:
            if (style := cell._style_id) not in self.number_formats:
                self.number_formats[style] = cell.number_format
            return _as_formatted(value, self.number_formats[style])
        return value

    def _merged(self, sheet: str) -> Iterator[Merged]:
        with self.values[sheet]._get_source() as part:
            tail = b""
            while chunk := part.read(MEGABYTE):
                text = tail + chunk
                end = max(text.rfind(b">") + 1, 0)
                for first_column, first_row, last_column, last_row in _MERGED.findall(text[:end]):
                    places = (column_index_from_string(column.decode()) - 1 for column in (first_column, last_column))
                    yield Merged(int(first_row), int(last_row), *places)
                tail = text[end:][-_LONGEST_TAG:]


def _cells(book: Any, sheet: str) -> Iterator[tuple]:
    found = book[sheet]
    found.reset_dimensions()  # some programs write wrong ones
    return found.iter_rows(max_col=MOST_COLUMNS)


def _as_formatted(value: Any, code: str) -> Any:
    """The number, with its format when that makes something else of it."""
    if code == "General" or (found := understood(code)) is None:
        return value
    if found.is_code or found.is_percent:
        return Figure(value, code, found)
    figure = Figure(value, code, found)
    return value if found.rounded(figure.number) == figure.number else figure


def _usable(value: Any) -> Any:
    if isinstance(value, str) and value in _ERRORS:
        return Unusable(gettext_noop("Shows the error %(value)s. Correct the formula in Excel."), value)
    return value


def _check_weight(path: Path) -> bool:
    """Raises Refusal for what takes too long to read; says whether there are formulas."""
    with zipfile.ZipFile(path) as archive:
        found = weigh(archive)
        if _STRICT in _head(archive, archive.getinfo("xl/workbook.xml")):
            raise Refusal(gettext_noop("This is a “Strict Open XML” workbook. Save it as an ordinary .xlsx."))
    if found.declares_entities:
        raise _broken()
    if found.is_overgrown:
        raise Refusal(gettext_noop("The file has far too many styles or names. Copy its rows into a new workbook."))
    if found.is_too_long:
        raise Refusal(
            gettext_noop("The file has more than %(most)s rows, cells and texts. Remove empty ones, or split it."),
            most=f"{MOST_CELLS:,}",
        )
    return found.has_formulas


class _OldBook(Book):
    """An .xls file, of Excel before 2007."""

    def __init__(self, path: Path):
        with open(os.devnull, "w") as nowhere:
            self.book = _open_old(path, nowhere)
        names = self.book.sheet_names()
        if any("\0" in name for name in names):
            raise ValueError
        self.counts_from_1904 = self.book.datemode == 1
        self.sheets = [name for name in names if not self.book.sheet_by_name(name).visibility]

    def close(self) -> None:
        self.book.release_resources()

    def _rows(self, sheet: str) -> Iterator[tuple[int, Raw]]:
        found = self.book.sheet_by_name(sheet)
        for index in range(found.nrows):
            row = tuple(self._value(cell) for cell in islice(found.row(index), MOST_COLUMNS))
            if any(value is not None for value in row):
                yield index + 1, row

    def _merged(self, sheet: str) -> Iterator[Merged]:
        for first_row, end_row, first_place, end_place in self.book.sheet_by_name(sheet).merged_cells:
            yield Merged(first_row + 1, end_row, first_place, end_place - 1)

    def _value(self, cell: Any) -> Any:
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                return xlrd.xldate_as_datetime(cell.value, self.book.datemode)
            except (ValueError, OverflowError):
                return cell.value
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return _usable(xlrd.error_text_from_code.get(cell.value, "#N/A"))
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        if cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index is not None:
            code = self.book.format_map[self.book.xf_list[cell.xf_index].format_key].format_str
            return _as_formatted(cell.value, code)
        return None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value


def _open_old(path: Path, nowhere: Any) -> Any:
    """With its formats, unless those are broken; numbers are readable without."""
    options = {"logfile": nowhere, "on_demand": True, "ragged_rows": True}
    try:
        return xlrd.open_workbook(str(path), formatting_info=True, **options)
    except (*_BROKEN, NotImplementedError) as problem:
        if isinstance(problem, xlrd.XLRDError) and "encrypted" in str(problem):
            raise
        return xlrd.open_workbook(str(path), **options)
