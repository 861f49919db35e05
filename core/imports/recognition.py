"""Which heading of a file is which column of ours: by its words, by what the team said before, by what stands below."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from openpyxl.utils import get_column_letter

from core.imports.kinds import Column, ImportKind
from core.imports.values import Unusable, displayed, is_blank
from core.text_key import half_width

_MOSTLY = 0.8  # of the filled cells must fit
_ALIKE = 0.5  # of the letters; only a proposal, which somebody confirms
_BRACKETS = re.compile(r"[(\[【〔]([^)\]】〕]*)[)\]】〕]")
_NOT_A_UNIT = "税"  # a price with tax is another price, while 数量(台) is 数量


@dataclass(frozen=True)
class Heading:
    """One heading of the file: its place (from 0), the letter above it in Excel, its text and the cells below it."""

    place: int
    text: str
    cells: Sequence[Any] = ()

    @property
    def letter(self) -> str:
        return get_column_letter(self.place + 1)

    @property
    def filled(self) -> list[Any]:
        return [raw for raw in self.cells if not is_blank(raw) and not isinstance(raw, Unusable)]

    def may_be(self, column: Column) -> bool:
        """Whether what stands below it fits a column; nothing fits everything."""
        filled = self.filled
        return not filled or sum(map(column.fits, filled)) >= _MOSTLY * len(filled)


@dataclass(frozen=True)
class Recognised:
    """Our columns and their places in the file, those whose heading stands there twice, and those that were guessed."""

    columns: dict[str, int]
    doubled: list[str] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)


def heading_of(raw: Any) -> str:
    """A heading without what people add to it: spaces, line ends, a star, a colon, full-width forms."""
    plain = half_width(displayed(raw)) if not is_blank(raw) else ""
    return "".join(plain.split()).strip("*:")


def words_of(heading: str) -> list[str]:
    """What a heading may mean: with its brackets opened, and without them when they hold a unit."""
    plain = heading_of(heading).casefold()
    opened = _BRACKETS.sub(r"\1", plain)
    without = _BRACKETS.sub(lambda found: found[1] if _NOT_A_UNIT in found[1] else "", plain)
    return list(dict.fromkeys(word for word in (plain, opened, without) if word))


def recognise(headings: Sequence[Heading], kind: ImportKind, remembered: Mapping[str, str]) -> Recognised:
    """The columns that are known by their exact heading, and as many others as can be told.

    ``remembered`` says which column somebody of the team meant by a heading before.
    """
    names = {column.name for column in kind.columns}
    exact: dict[str, list[int]] = {}
    for heading in headings:
        if (name := heading_of(heading.text)) in names:
            exact.setdefault(name, []).append(heading.place)
    found = {name: places[0] for name, places in exact.items() if len(places) == 1}
    doubled = [name for name, places in exact.items() if len(places) > 1]
    free = [heading for heading in headings if heading.place not in found.values()]
    wanted = [column for column in kind.columns if column.name not in found and column.name not in doubled]
    for column in wanted:
        meant = [h for h in free if remembered.get(heading_of(h.text)) == column.name and h.may_be(column)]
        _take(column, meant, found, free)
    guessed = []
    for tell in (_by_synonym, _by_content):
        for column in [column for column in wanted if column.name not in found]:
            if _take(column, tell(column, free, wanted), found, free):
                guessed.append(column.name)
    return Recognised(found, doubled, guessed)


def propose(headings: Sequence[Heading], kind: ImportKind, found: Mapping[str, int]) -> dict[str, int]:
    """What was found and, for each column that was not, the free heading that looks most like it and fits."""
    proposed = dict(found)
    for column in kind.offered:
        free = {heading_of(h.text): h for h in headings if h.place not in proposed.values() and h.may_be(column)}
        if column.name not in proposed and (like := get_close_matches(column.name, free, 1, _ALIKE)):
            proposed[column.name] = free[like[0]].place
    return proposed


def _take(column: Column, meant: list[Heading], found: dict[str, int], free: list[Heading]) -> bool:
    """Takes the heading when there is exactly one."""
    if len(meant) != 1:
        return False
    found[column.name] = meant[0].place
    free.remove(meant[0])
    return True


def _by_synonym(column: Column, free: list[Heading], _wanted: list[Column]) -> list[Heading]:
    """The headings that say the first of the column's synonyms that any of them says."""
    for word in (column.name, *column.also):
        said = [h for h in free if word.casefold() in words_of(h.text) and h.may_be(column)]
        if said:
            return said
    return []


def _by_content(column: Column, free: list[Heading], wanted: list[Column]) -> list[Heading]:
    """The headings below which only cells stand that tell this column, and no other one."""
    if not column.telling:
        return []
    others = [other for other in wanted if other.telling and other is not column]
    return [
        h
        for h in free
        if h.filled and all(map(column.fits, h.filled)) and not any(all(map(o.fits, h.filled)) for o in others)
    ]
