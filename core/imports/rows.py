"""The rows of a table, each cell understood by its column's parser or named as a problem."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop
from openpyxl.utils import get_column_letter

from core.imports.book import Book, Raw, Refusal
from core.imports.kinds import Column, ImportKind, Problems, Row
from core.imports.layout import Layout, heading_of
from core.imports.values import Misread, Unusable, day, is_blank, is_serial

MOST_ROWS = 100_000
_REMEMBERED = 5_000  # different values of a column whose meaning is remembered
_FROM_1904 = gettext_noop("This workbook counts its days from 1904 on. Format the cell as a date, so that it is clear.")
_MERGED = gettext_noop("Is part of the merged cells %(area)s. Unmerge them and fill in every row.")
_MISSING = gettext_noop("Is empty; every row needs one.")
_PROGRESS_EVERY = 500
_SUMS = frozenset(("合计", "总计", "小计", "共计", "本页合计", "本页小计"))
_ALL_READ: frozenset[str] = frozenset()


class _Cells:
    """One column's cells. Most values of a column repeat, so that remembering them saves time and memory."""

    def __init__(self, column: Column, place: int, counts_from_1904: bool):
        self.column, self.place = column, place
        self.is_day_unclear = counts_from_1904 and column.read is day
        self.known: dict[tuple, Any] = {}

    def read(self, raw: Any) -> Any:
        """What the cell means, None when it is blank. Raises Misread."""
        if isinstance(raw, Unusable):
            raise Misread(raw.sentence, **({"value": raw.shown} if raw.shown else {}))
        if self.is_day_unclear and is_serial(raw):
            raise Misread(_FROM_1904)
        key = (type(raw), raw)
        if key not in self.known:
            meaning = None if is_blank(raw) else self.column.read(raw)
            if len(self.known) >= _REMEMBERED:
                return meaning
            self.known[key] = meaning
        return self.known[key]


class _Reader:
    """Makes rows of raw ones, and problems of what cannot be understood."""

    def __init__(
        self,
        kind: ImportKind,
        layout: Layout,
        counts_from_1904: bool,
        problems: Problems,
        merged: dict[tuple[int, int], str],
    ):
        self.cells = [_Cells(kind.column(name), place, counts_from_1904) for name, place in layout.columns.items()]
        self.places = {column.name: n for n, column in enumerate(kind.columns)}
        self.problems = problems
        self.merged = merged

    def row(self, number: int, raw: Raw) -> Row | None:
        """The row; None when nothing stands in our columns."""
        width = len(raw)
        filled = [raw[cell.place] if cell.place < width else None for cell in self.cells]
        if all(map(is_blank, filled)):
            return None
        values: list[Any] = [None] * len(self.places)
        misread = set()
        for cell, value in zip(self.cells, filled, strict=True):
            name = cell.column.name
            try:
                meaning = values[self.places[name]] = cell.read(value)
            except Misread as why:
                self.problems.misread(number, name, value, why)
                misread.add(name)
                continue
            if meaning is None and (area := self.merged.get((number, cell.place))):
                self.problems.add(number, name, _MERGED, area=area)
                misread.add(name)
            elif meaning is None and cell.column.required:
                self.problems.add(number, name, _MISSING)
        return Row(number, tuple(values), self.places, frozenset(misread) if misread else _ALL_READ)


def read_rows(
    book: Book, layout: Layout, kind: ImportKind, problems: Problems, progress: Callable[[int, int], None]
) -> list[Row]:
    """Every row below the header that is neither blank nor the header again. Raises Refusal for more than MOST_ROWS."""
    reader = _Reader(kind, layout, book.counts_from_1904, problems, _merged_cells(book, layout))
    heads = {heading.place: heading_of(heading.text) for heading in layout.headings}
    rows: list[Row] = []
    for number, raw in book.rows(layout.sheet):
        if number <= layout.header_row or _is_header_again(raw, heads):
            continue
        if _is_sum(raw):
            problems.add(number, "", gettext_noop("This row adds others up. Delete it."))
        elif row := reader.row(number, raw):
            rows.append(row)
        if len(rows) > MOST_ROWS:
            raise Refusal(gettext_noop("The file has more than %(most)s rows. Split it."), most=f"{MOST_ROWS:,}")
        if number % _PROGRESS_EVERY == 0:
            progress(len(rows), 0)
    return rows


def _merged_cells(book: Book, layout: Layout) -> dict[tuple[int, int], str]:
    """Row and place of each cell below the headings that is merged into another one → all of them, as in A2:A4."""
    found: dict[tuple[int, int], str] = {}
    ours = set(layout.columns.values())
    for area in book.merged(layout.sheet):
        rows = range(max(area.first_row, layout.header_row + 1), min(area.last_row, area.first_row + MOST_ROWS) + 1)
        places = [place for place in range(area.first_place, area.last_place + 1) if place in ours]
        first, last = get_column_letter(area.first_place + 1), get_column_letter(area.last_place + 1)
        words = f"{first}{area.first_row}:{last}{area.last_row}"
        if area.first_row > layout.header_row and len(found) < MOST_ROWS:
            found |= {(row, place): words for row in rows for place in places}
    return found


def _is_header_again(raw: Raw, heads: dict[int, str]) -> bool:
    """Whether a row says nothing but the headings, as on every page of a printed list."""
    filled = [(place, value) for place, value in enumerate(raw) if value is not None]
    return bool(filled) and all(isinstance(v, str) and heading_of(v) == heads.get(place, "") for place, v in filled)


def _is_sum(raw: Raw) -> bool:
    """Whether a row begins with a word for a sum; no record does."""
    first = next((value for value in raw if not is_blank(value)), None)
    return isinstance(first, str) and heading_of(first) in _SUMS
