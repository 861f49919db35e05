"""The rows of a table, each cell understood by its column's parser or named as a problem."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop

from core.imports.book import Book, Raw, Refusal, Unusable
from core.imports.kinds import Column, ImportKind, Problems, Row
from core.imports.layout import Layout
from core.imports.values import Misread, is_blank

MOST_ROWS = 100_000
_REMEMBERED = 20_000  # different values of a column whose meaning is remembered
_MISSING = gettext_noop("Is empty; every row needs one.")
_PROGRESS_EVERY = 500


class _Cells:
    """One column's cells. Most values of a column repeat, so that remembering them saves time and memory."""

    def __init__(self, column: Column, place: int):
        self.column, self.place = column, place
        self.known: dict[tuple, Any] = {}

    def read(self, raw) -> Any:
        """What the cell means, None when it is blank. Raises Misread."""
        if isinstance(raw, Unusable):
            raise Misread(raw.sentence, **({"value": raw.shown} if raw.shown else {}))
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
    """Every row below the header that is not blank. Raises Refusal for more than MOST_ROWS."""
    cells = [_Cells(kind.column(name), place) for name, place in layout.columns.items()]
    rows: list[Row] = []
    for number, raw in book.rows(layout.sheet):
        if number <= layout.header_row:
            continue
        if row := _row(number, raw, cells, problems):
            rows.append(row)
        if len(rows) > MOST_ROWS:
            raise Refusal(gettext_noop("The file has more than %(most)s rows. Split it."), most=f"{MOST_ROWS:,}")
        if number % _PROGRESS_EVERY == 0:
            progress(len(rows), 0)
    return rows


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
