"""The dry run: a file read, understood and planned, without writing anything."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop
from openpyxl.utils import get_column_letter

from core.imports.book import open_book
from core.imports.kinds import ImportKind, Problem, Problems, Task
from core.imports.layout import Choice, Layout, find_layout
from core.imports.recognition import Heading
from core.imports.rows import read_rows
from core.models import Counter
from core.numbers import next_serial

#: The column that error workbooks carry; it is no news when one of them comes back.
PROBLEM_COLUMN = "导入问题"


@dataclass(frozen=True)
class Examination:
    """What a dry run found. Without ``task`` the columns are not clear yet; ``plan`` counts only without problems."""

    layout: Layout
    seen: int
    task: Task | None = None
    plan: Any = None

    @property
    def is_clean(self) -> bool:
        return self.task is not None and not self.task.problems.count

    @property
    def counts(self) -> dict[str, int]:
        """How many records are new, changed, and as they were."""
        counts = self.task.counts if self.task else {}
        return {name: counts.get(name, 0) for name in ("created", "changed", "unchanged")}

    def problems(self, kind: ImportKind) -> list[Problem]:
        """What is wrong, by row and column."""
        if self.task is None:
            return unclear(self.layout).found
        return self.task.problems.in_order([column.name for column in kind.columns])


def examine(
    path: Path,
    kind: ImportKind,
    *,
    by,
    source: str,
    choice: Choice | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Examination:
    """Reads a workbook and plans its import. Raises Refusal when the file as a whole cannot be taken."""
    seen = _commits(kind)
    problems = Problems()
    with open_book(path) as book:
        layout = find_layout(book, kind, choice)
        if not layout.is_clear:
            return Examination(layout, seen)
        rows = read_rows(book, layout, kind, problems, progress)
    task = Task(rows, frozenset(layout.columns), by, source, progress, problems)
    _notice_what_is_left_out(task, layout)
    return Examination(layout, seen, task, _plan(kind, task))


def _plan(kind: ImportKind, task: Task):
    if not task.rows:
        task.problems.add(0, "", gettext_noop("There are no rows below the headings."))
        return None
    example = {column.name: column.read(column.example) for column in kind.offered if column.example != ""}
    for row in task.rows:
        if row.values == example:
            sentence = gettext_noop("This is the template's example: write over it or delete it.")
            task.problems.add(row.number, "", sentence)
    return kind.plan(task)


def unclear(layout: Layout) -> Problems:
    """What stands against reading the rows at all."""
    problems = Problems()
    for name in layout.missing:
        problems.add(layout.header_row, name, gettext_noop("This column is required and there is no such heading."))
    for name in layout.doubled:
        problems.add(layout.header_row, name, gettext_noop("This heading stands there more than once."))
    return problems


def ignored_of(layout: Layout) -> list[Heading]:
    """The headings below which something stands that nobody reads."""
    return [heading for heading in layout.ignored if heading.text != PROBLEM_COLUMN and heading.filled]


def _notice_what_is_left_out(task: Task, layout: Layout) -> None:
    for heading in ignored_of(layout):
        if heading.text:
            sentence = gettext_noop("The column “%(name)s” is not known and is ignored.")
            task.notices.add(None, sentence, name=heading.text)
        else:
            sentence = gettext_noop("Column %(letter)s has no heading and is ignored.")
            task.notices.add(None, sentence, letter=heading.letter)
    for name in layout.guessed:
        text = next(heading.text for heading in layout.headings if heading.place == layout.columns[name])
        sentence = gettext_noop("“%(heading)s” is taken for %(column)s. Look below whether it is.")
        task.notices.add(None, sentence, heading=text or get_column_letter(layout.columns[name] + 1), column=name)
    for sheet in layout.other_sheets:
        task.notices.add(
            None,
            gettext_noop("Only the sheet “%(read)s” is read, “%(other)s” is not."),
            read=layout.sheet,
            other=sheet,
        )


# ---- who came first --------------------------------------------------------------------------------------------------


def _series(kind: ImportKind) -> str:
    return f"import {kind.key}"


def _commits(kind: ImportKind) -> int:
    """How many imports of this kind were written so far."""
    return Counter.objects.filter(series=_series(kind)).values_list("value", flat=True).first() or 0


def is_first(kind: ImportKind, seen: int) -> bool:
    """Counts this import, and makes others of its kind wait; False when another one was written since ``seen``.

    First thing in the transaction that writes: only imports take this counter, so its place in the lock order does not
    matter.
    """
    return next_serial(_series(kind)) == seen + 1
