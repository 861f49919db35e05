"""What can be imported: columns, how rows become a plan, and how a plan is written."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from core import registries
from core.imports.differences import Differences
from core.imports.values import Misread, Parser, displayed
from core.sentences import stored_sentence

MOST_PROBLEMS = 5_000  # kept and marked in the error workbook; more are only counted
_NAMED_ROWS = 8  # in a notice
#: All that is said about a number whose record whoever imports may not see.
NUMBER_TAKEN = gettext_noop("This number is taken. Use another one.")


@dataclass(frozen=True)
class Column:
    """One column of a kind: its heading exactly as in the file, and the parser of its filled cells.

    ``example`` and ``hint`` (lazily translated) stand in the template; ``width`` is in characters there. ``also`` are
    other headings that people write above it. ``looks`` says of a cell, as it is displayed, whether it can be of this
    column as far as that shows; when it is ``telling`` the cells alone tell the column. One that stands ``instead_of``
    a required one, or is not offered, is taken when it is in the file.
    """

    name: str
    read: Parser
    required: bool = False
    width: int = 14
    example: Any = ""
    hint: Any = ""
    also: tuple[str, ...] = ()
    looks: Callable[[str], bool] | None = None
    telling: bool = False
    instead_of: str = ""
    is_offered: bool = True

    def fits(self, raw: Any) -> bool:
        """Whether a filled cell can be one of this column."""
        try:
            self.read(raw)
        except Misread:
            return False
        return self.looks is None or self.looks(displayed(raw))


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank: its number in the sheet, its values, and the columns that were misread.

    ``places`` says which value is whose column; all rows of a file share it.
    """

    number: int
    cells: tuple[Any, ...]
    places: Mapping[str, int]
    misread: frozenset[str] = frozenset()

    def __getitem__(self, column: str) -> Any:
        """The value; None for an empty or misread cell, and for a column that the file does not have."""
        place = self.places.get(column)
        return None if place is None else self.cells[place]

    @property
    def values(self) -> dict[str, Any]:
        """What is filled in, by column."""
        return {column: self.cells[place] for column, place in self.places.items() if self.cells[place] is not None}

    def having(self, column: str, value: Any) -> "Row":
        """The same row with another value in a column."""
        place = self.places[column]
        return replace(self, cells=(*self.cells[:place], value, *self.cells[place + 1 :]))

    def lacks(self, column: str) -> bool:
        """Whether nothing was filled in there; what was filled in and misread is a problem already."""
        return self[column] is None and column not in self.misread


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell, or with a whole row (no column), or with the file (row 0)."""

    row: int
    column: str
    sentence: dict
    value: str = ""


@dataclass
class Problems:
    """Everything that is wrong, counted by row and column; the first MOST_PROBLEMS are kept."""

    count: int = 0
    found: list[Problem] = field(default_factory=list)

    def add(self, row: int, column: str, sentence: str, value: Any = "", /, **values) -> None:
        """One more; ``sentence`` is source text marked with ``gettext_noop``."""
        self._add(
            Problem(row, column, stored_sentence(sentence, **values), displayed(value) if value is not None else "")
        )

    def misread(self, row: int, column: str, value: Any, why: Misread) -> None:
        self._add(Problem(row, column, why.sentence, displayed(value)))

    def _add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.found) < MOST_PROBLEMS:
            self.found.append(problem)

    def in_order(self, columns: Sequence[str]) -> list[Problem]:
        """Those that were kept, by row and then by column from left to right."""
        places = {name: place for place, name in enumerate(columns)}
        return sorted(self.found, key=lambda p: (p.row, places.get(p.column, len(places))))


@dataclass
class Notices:
    """What was understood but should be known; the same about several rows is said once."""

    _rows: dict[tuple, list[int]] = field(default_factory=dict)

    def add(self, row: int | None, sentence: str, /, **values) -> None:
        """``sentence`` as in ``Problems.add``; ``row`` None when it is about the whole file."""
        rows = self._rows.setdefault((sentence, tuple(values.items())), [])
        if row is not None:
            rows.append(row)

    def stored(self) -> list[dict]:
        """Each notice as ``{"sentence": kept, "rows": [first few], "count": n}``."""
        return [
            {"sentence": stored_sentence(sentence, **dict(values)), "rows": rows[:_NAMED_ROWS], "count": len(rows)}
            for (sentence, values), rows in self._rows.items()
        ]


@dataclass
class Task:
    """What a kind plans from: the rows, and where it says what it found. ``by`` None is the system."""

    rows: list[Row]
    columns: frozenset[str]
    by: Any
    source: str
    progress: Callable[[int, int], None]
    problems: Problems = field(default_factory=Problems)
    notices: Notices = field(default_factory=Notices)
    # What would happen: "created", "changed", "unchanged" → how many.
    counts: Counter = field(default_factory=Counter)
    # The same record by record, where the kind tells.
    differences: Differences = field(default_factory=Differences)

    def visible(self, manager) -> QuerySet:
        """The records of a model's manager that whoever imports may see; nothing else may be named in an answer."""
        return manager.all() if self.by is None else manager.visible_to(self.by)


@dataclass(frozen=True)
class Source:
    """Whence written records come: the file's name, and who brought it."""

    name: str
    by: Any


@dataclass(frozen=True)
class ImportKind:
    """One kind of import.

    ``plan(task)`` turns rows into a plan, outside of any transaction, and puts every problem into the task. Only when
    there was none, ``get_ready(plan, source)`` makes of it what ``write`` needs, still outside, and ``write(ready,
    source)`` runs in one brief transaction; it raises ``Overtaken`` when the records are no longer what the plan saw.
    ``write_down(records)`` gives records as rows of the import, dicts by column, so that an exported list comes back as
    it was; ``select`` and ``prefetch`` are what it needs of them.
    ``allows(user)`` says who may import; ``list_url`` names the page where the result is to be seen; ``hint`` is what a
    newcomer should know, and ``place`` where it stands among the others, as a newcomer brings them.
    """

    key: str
    label: Any
    columns: tuple[Column, ...]
    plan: Callable[[Task], Any]
    write: Callable[[Any, Source], None]
    allows: Callable[[Any], bool]
    list_url: str
    get_ready: Callable[[Any, Source], Any] = lambda plan, source: plan
    write_down: Callable[[Sequence[Any]], Iterable[dict[str, Any]]] | None = None
    select: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    place: int = 0
    icon: str = "file-spreadsheet"
    hint: Any = ""

    @property
    def offered(self) -> tuple[Column, ...]:
        """The columns of the template."""
        return tuple(column for column in self.columns if column.is_offered and not column.instead_of)

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return {column.name: column for column in self.columns}[name]


def kinds_for(user) -> list[ImportKind]:
    """What this person may import, in the order in which a newcomer does it."""
    return sorted((kind for kind in registries.import_kinds.values() if kind.allows(user)), key=lambda kind: kind.place)


class Overtaken(Exception):
    """Somebody changed what the plan was about while it was being made; a new plan is needed."""


def register_import(kind: ImportKind) -> ImportKind:
    """Makes a kind of import known; once per process."""
    registries.import_kinds[kind.key] = kind
    return kind
