"""The rows of a table, each cell understood by its column's parser or named as a problem."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop

from core.imports.book import Book, Raw, Refusal, Unusable
from core.imports.kinds import Column, ImportKind, Problems, Row
from core.imports.layout import Layout, heading_of
from core.imports.values import Misread, day, is_blank, is_serial

MOST_ROWS = 100_000
_REMEMBERED = 20_000  # different values of a column whose meaning is remembered
_FROM_1904 = gettext_noop("This workbook counts its days from 1904 on. Format the cell as a date, so that it is clear.")
_MISSING = gettext_noop("Is empty; every row needs one.")
_PROGRESS_EVERY = 500
_SUMS = frozenset(("合计", "总计", "小计", "共计", "本页合计", "本页小计"))


class _Cells:
    """One column's cells. Most values of a column repeat, so that remembering them saves time and memory."""

    def __init__(self, column: Column, place: int, counts_from_1904: bool):
        self.column, self.place = column, place
        self.is_day_unclear = counts_from_1904 and column.read is day
        self.known: dict[tuple, Any] = {}

    def read(self, raw) -> Any:
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


def read_rows(
    book: Book, layout: Layout, kind: ImportKind, problems: Problems, progress: Callable[[int, int], None]
) -> list[Row]:
    """Every row below the header that is neither blank nor the header again. Raises Refusal for more than MOST_ROWS."""
    cells = [_Cells(kind.column(name), place, book.counts_from_1904) for name, place in layout.columns.items()]
    heads = {heading.place: heading_of(heading.text) for heading in layout.headings}
    rows: list[Row] = []
    for number, raw in book.rows(layout.sheet):
        if number <= layout.header_row or _is_header_again(raw, heads):
            continue
        if _is_sum(raw):
            problems.add(number, "", gettext_noop("This row adds others up. Delete it."))
        elif row := _row(number, raw, cells, problems):
            rows.append(row)
        if len(rows) > MOST_ROWS:
            raise Refusal(gettext_noop("The file has more than %(most)s rows. Split it."), most=f"{MOST_ROWS:,}")
        if number % _PROGRESS_EVERY == 0:
            progress(len(rows), 0)
    return rows


def _is_header_again(raw: Raw, heads: dict[int, str]) -> bool:
    """Whether a row says nothing but the headings, as on every page of a printed list."""
    filled = [(place, value) for place, value in enumerate(raw) if value is not None]
    return bool(filled) and all(isinstance(v, str) and heading_of(v) == heads.get(place, "") for place, v in filled)


def _is_sum(raw: Raw) -> bool:
    """Whether a row begins with a word for a sum; no record does."""
    first = next((value for value in raw if not is_blank(value)), None)
    return isinstance(first, str) and heading_of(first) in _SUMS


def _row(number: int, raw: Raw, cells: list[_Cells], problems: Problems) -> Row | None:
    width = len(raw)
    filled = [(cell, raw[cell.place] if cell.place < width else None) for cell in cells]
    if all(is_blank(value) for _cell, value in filled):
        return None
    values, misread = {}, set()
    for cell, value in filled:
        name = cell.column.name
        try:
            meaning = cell.read(value)
        except Misread as why:
            problems.misread(number, name, value.shown if isinstance(value, Unusable) else value, why)
            misread.add(name)
            continue
        if meaning is not None:
            values[name] = meaning
        elif cell.column.required:
            problems.add(number, name, _MISSING)
    return Row(number, values, frozenset(misread))
