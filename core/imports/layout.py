"""Where the table is: on which sheet, below which header row, and which of its columns are ours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, takewhile

from django.utils.translation import gettext_noop

from core.imports.book import MOST_COLUMNS, Book, Raw, Refusal
from core.imports.kinds import ImportKind
from core.imports.recognition import Heading, Recognised, heading_of, propose, recognise, words_of
from core.imports.values import displayed, is_blank

SEARCHED_ROWS = 40  # in which the header must stand
_MOST_SHEETS = 30
PREVIEW = 6  # rows below the header that the mapping page shows
_LOOKED_AT = SEARCHED_ROWS + PREVIEW


@dataclass(frozen=True)
class Choice:
    """What a person chose instead of what would be found: any of the sheet, the header row, the columns' places.

    ``remembered`` is what people of the same team chose before: heading → column.
    """

    sheet: str = ""
    header_row: int | None = None
    columns: dict[str, int] | None = None
    remembered: Mapping[str, str] = field(default_factory=dict)


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
    # Our columns that were told by other words, or by what stands below.
    guessed: list[str] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)

    @property
    def is_clear(self) -> bool:
        return not self.missing and not self.doubled

    @property
    def ignored(self) -> list[Heading]:
        """The headings that mean nothing to us."""
        used = set(self.columns.values())
        return [heading for heading in self.headings if heading.place not in used]

    def proposal(self, kind: ImportKind) -> dict[str, int]:
        """The columns that were found, and for each other one the free heading that looks most like it and fits."""
        return propose(self.headings, kind, self.columns)

    @property
    def preview(self) -> list[list[str]]:
        """The first rows below the headings, as they are displayed."""
        rows = zip(*(heading.cells[:PREVIEW] for heading in self.headings), strict=True)
        return [[displayed(raw) for raw in row] for row in rows]


def find_layout(book: Book, kind: ImportKind, choice: Choice | None = None) -> Layout:
    """The table of a kind in a workbook: the row with most of its headings. Raises Refusal when there is no table."""
    choice = choice or Choice()
    filled: dict[str, list[tuple[int, Raw]]] = {}
    for name in book.sheets[:_MOST_SHEETS]:
        # Those at the top of the sheet, and a few more for the preview.
        top = islice(takewhile(lambda found: found[0] <= _LOOKED_AT, book.rows(name)), _LOOKED_AT)
        if rows := [found for found in top if any(not is_blank(raw) for raw in found[1])]:
            filled[name] = rows
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


def _score(row: Raw, kind: ImportKind) -> tuple[int, int, int]:
    """How much a row looks like the header: our headings in it, their synonyms, and where there are none its texts."""
    names = {column.name for column in kind.columns}
    also = {word.casefold() for column in kind.columns for word in column.also}
    words = [words_of(displayed(raw)) for raw in row if isinstance(raw, str) and not is_blank(raw)]
    exact = len({heading_of(raw) for raw in row} & names)
    alike = sum(any(word in also for word in said) for said in words)
    return exact + alike, exact, 0 if exact or alike else len(words)


def _layout(sheet: str, number: int, rows: list, kind: ImportKind, choice: Choice, others: list[str]) -> Layout:
    below = [row for at, row in rows if at > number]
    head = dict(rows)[number]
    headings = list(_headings(head, below))
    found = _chosen(headings, kind, choice) or recognise(headings, kind, choice.remembered)
    stands_in = {column.instead_of for column in kind.columns if column.name in found.columns}
    has = {*found.columns, *found.doubled, *stands_in}
    return Layout(
        sheet=sheet,
        header_row=number,
        headings=headings,
        columns=found.columns,
        missing=[column.name for column in kind.columns if column.required and column.name not in has],
        doubled=found.doubled,
        guessed=found.guessed,
        other_sheets=others,
    )


def _headings(head: Raw, below: list[Raw]) -> Iterator[Heading]:
    """Every column that has a heading, or cells without one."""
    for place in range(max([len(head), *map(len, below)])):
        cells = [row[place] if place < len(row) else None for row in below]
        text = displayed(head[place]) if place < len(head) and not is_blank(head[place]) else ""
        if text or not all(map(is_blank, cells)):
            yield Heading(place, text, cells)


def _chosen(headings: list[Heading], kind: ImportKind, choice: Choice) -> Recognised | None:
    if choice.columns is None:
        return None
    places, names = {heading.place for heading in headings}, {column.name for column in kind.columns}
    return Recognised({name: place for name, place in choice.columns.items() if name in names and place in places})
