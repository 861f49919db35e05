"""What can be imported: columns, how rows become a plan, and how a plan is written."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core import registries
from core.imports.values import Misread, Parser, shown
from core.sentences import kept

MOST_PROBLEMS = 5_000  # kept and marked in the error workbook; more are only counted
_NAMED_ROWS = 8  # in a notice


@dataclass(frozen=True)
class Column:
    """One column of a kind: its heading exactly as in the file, and the parser of its filled cells.

    ``example`` and ``hint`` (lazily translated) stand in the template; ``width`` is in characters there.
    """

    name: str
    read: Parser
    required: bool = False
    width: int = 14
    example: Any = ""
    hint: Any = ""


@dataclass(frozen=True)
class Row:
    """One row that is not blank: its number in the sheet, its values by column, and the columns that were misread."""

    number: int
    values: dict[str, Any]
    misread: frozenset[str] = frozenset()

    def __getitem__(self, column: str):
        """The value; None for an empty or misread cell, and for a column that the file does not have."""
        return self.values.get(column)

    def lacks(self, column: str) -> bool:
        """Whether nothing was filled in there; what was filled in and misread is a problem already."""
        return self.values.get(column) is None and column not in self.misread


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
        self._add(Problem(row, column, kept(sentence, **values), shown(value) if value is not None else ""))

    def misread(self, row: int, column: str, value: Any, why: Misread) -> None:
        self._add(Problem(row, column, why.sentence, shown(value)))

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

    def told(self) -> list[dict]:
        """Each notice as ``{"sentence": kept, "rows": [first few], "count": n}``."""
        return [
            {"sentence": kept(sentence, **dict(values)), "rows": rows[:_NAMED_ROWS], "count": len(rows)}
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
    place: int = 0
    icon: str = "file-spreadsheet"
    hint: Any = ""

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return {column.name: column for column in self.columns}[name]


def kinds_for(user) -> list[ImportKind]:
    """What this person may import, in the order in which a newcomer does it."""
    return sorted((kind for kind in registries.import_kinds.values() if kind.allows(user)), key=lambda kind: kind.place)


class Overtaken(Exception):
    """Somebody changed what the plan was about while it was being made; a new plan is needed."""


def register_import(kind: ImportKind) -> None:
    """Makes a kind of import known; once per process."""
    registries.import_kinds[kind.key] = kind
