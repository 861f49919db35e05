"""Where the table is: on which sheet, below which header row, and which of its columns are ours."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice, takewhile

from django.utils.translation import gettext_noop
from openpyxl.utils import get_column_letter

from core.imports.book import MOST_COLUMNS, Book, Raw, Refusal
from core.imports.kinds import ImportKind
from core.imports.values import flat, is_blank, shown

SEARCHED_ROWS = 40  # in which the header must stand
_MOST_SHEETS = 30
_ALIKE = 0.5  # of the letters; only a proposal, which somebody confirms
PREVIEW = 6  # rows below the header that the mapping page shows


@dataclass(frozen=True)
class Choice:
    """What a person chose instead of what would be found: any of the sheet, the header row, the columns' places."""

    sheet: str = ""
    header_row: int | None = None
    columns: dict[str, int] | None = None


@dataclass(frozen=True)
class Heading:
    """One heading of the file: its place (from 0), the letter above it in Excel, and its text."""

    place: int
    text: str

    @property
    def letter(self) -> str:
        return get_column_letter(self.place + 1)


@dataclass(frozen=True)
class Layout:
    """A table that was found. Its rows can be read when nothing is ``missing`` and nothing ``doubled``."""

    sheet: str
    header_row: int
    headings: list[Heading]
    # Our columns and where they are in the file.
    columns: dict[str, int]
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)
    preview: list[list[str]] = field(default_factory=list)

    @property
    def is_clear(self) -> bool:
        return not self.missing and not self.doubled

    @property
    def ignored(self) -> list[str]:
        """The headings that mean nothing to us."""
        used = set(self.columns.values())
        return [heading.text for heading in self.headings if heading.place not in used]

    def proposal(self, kind: ImportKind) -> dict[str, int]:
        """The columns that were found, and for each other one the free heading that looks most like it."""
        proposed = dict(self.columns)
        free = {flat(h.text): h.place for h in self.headings if h.place not in self.columns.values()}
        for column in kind.columns:
            if column.name not in proposed and (like := get_close_matches(column.name, free, 1, _ALIKE)):
                proposed[column.name] = free.pop(like[0])
        return proposed


def heading_of(raw) -> str:
    """A heading without what people add to it: spaces, line ends, a star, a colon, full-width forms."""
    plain = unicodedata.normalize("NFKC", shown(raw)) if not is_blank(raw) else ""
    return "".join(plain.split()).strip("*:")


def find_layout(book: Book, kind: ImportKind, choice: Choice | None = None) -> Layout:
    """The table of a kind in a workbook: the row with most of its headings. Raises Refusal when there is no table."""
    choice = choice or Choice()
    heads = {name: _first_rows(book, name) for name in book.sheets[:_MOST_SHEETS]}
    filled = {name: rows for name, rows in heads.items() if rows}
    if not filled:
        raise Refusal(
            gettext_noop("Nothing stands in the first %(columns)s columns of the sheets that can be seen."),
            columns=MOST_COLUMNS,
        )
    wanted = {choice.sheet: filled[choice.sheet]} if choice.sheet in filled else filled
    sheet, number = max(
        ((name, number) for name, rows in wanted.items() for number, _row in rows),
        key=lambda place: _score(dict(wanted[place[0]])[place[1]], kind),
    )
    if choice.header_row is not None:
        number = choice.header_row if choice.header_row in dict(wanted[sheet]) else number
    return _layout(sheet, number, wanted[sheet], kind, choice, [name for name in filled if name != sheet])


def _first_rows(book: Book, sheet: str) -> list[tuple[int, Raw]]:
    """The filled rows at the top of a sheet, and a few more for the preview."""
    rows: Iterator = takewhile(lambda found: found[0] <= SEARCHED_ROWS + PREVIEW, book.rows(sheet))
    return [found for found in islice(rows, SEARCHED_ROWS + PREVIEW) if any(not is_blank(raw) for raw in found[1])]


def _score(row: Raw, kind: ImportKind) -> tuple[int, int]:
    """How much a row looks like the header: our headings in it; where there are none, its texts."""
    names = {column.name for column in kind.columns}
    found = {heading_of(raw) for raw in row} & names
    texts = sum(isinstance(raw, str) and not is_blank(raw) for raw in row)
    return len(found), 0 if found else texts


def _layout(sheet: str, number: int, rows: list, kind: ImportKind, choice: Choice, others: list[str]) -> Layout:
    headings = [Heading(place, shown(raw)) for place, raw in enumerate(dict(rows)[number]) if not is_blank(raw)]
    columns, doubled = _known(headings, kind) if choice.columns is None else (_chosen(headings, kind, choice), [])
    below = [row for at, row in rows if at > number][:PREVIEW]
    return Layout(
        sheet=sheet,
        header_row=number,
        headings=headings,
        columns=columns,
        missing=[c.name for c in kind.columns if c.required and c.name not in columns and c.name not in doubled],
        doubled=doubled,
        other_sheets=others,
        preview=[[_at(row, heading.place) for heading in headings] for row in below],
    )


def _known(headings: list[Heading], kind: ImportKind) -> tuple[dict[str, int], list[str]]:
    """Our columns by their exact headings, and those whose heading stands there more than once."""
    names = {column.name for column in kind.columns}
    places: dict[str, list[int]] = {}
    for heading in headings:
        if (name := heading_of(heading.text)) in names:
            places.setdefault(name, []).append(heading.place)
    return {n: p[0] for n, p in places.items() if len(p) == 1}, [n for n, p in places.items() if len(p) > 1]


def _chosen(headings: list[Heading], kind: ImportKind, choice: Choice) -> dict[str, int]:
    places, names = {heading.place for heading in headings}, {column.name for column in kind.columns}
    chosen = choice.columns or {}
    return {name: place for name, place in chosen.items() if name in names and place in places}


def _at(row: Raw, place: int) -> str:
    return shown(row[place]) if place < len(row) and not is_blank(row[place]) else ""
