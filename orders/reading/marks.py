"""What of a draft that was read from a file is unsure: said beside the cell for as long as it says what was read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from core.files import files_of, show_prices
from core.models import Attachment
from core.sentences import stored_sentence, translated
from core.text_key import text_key
from orders.models import Order, ReadOrder

#: What the file is beside its order.
PURPOSE = show_prices("purchase_order")


@dataclass
class Marks:
    """The sentences about one line or header, by cell, in the form of core.sentences."""

    by_cell: dict[str, list[dict]] = field(default_factory=dict)

    def add(self, cell: str, sentence: str, /, **values: Any) -> None:
        """One more; ``sentence`` is source text marked with ``gettext_noop``."""
        self.by_cell.setdefault(cell, []).append(stored_sentence(sentence, **values))

    def kept(self, cells: dict[str, str]) -> dict[str, dict]:
        """As they are stored: by cell what it said when it was read, and the sentences."""
        return {name: {"was": cells.get(name, ""), "said": said} for name, said in self.by_cell.items()}


@dataclass(frozen=True)
class Unsure:
    """One cell to look at: what it says, as it was read, and why it is unsure."""

    cell: str
    was: str
    sentence: str


def purchase_orders_of(order: Order) -> list[Attachment]:
    """The customer's own orders that were read into this one, the oldest first."""
    return list(files_of(order, PURPOSE))


def unchecked_of(order: Order | None) -> list[ReadOrder]:
    """What was read into a draft and nobody has called checked yet, the oldest first."""
    if order is None or not order.pk or not order.is_draft:
        return []
    return list(ReadOrder.objects.filter(order=order, checked_at=None).select_related("file"))


@dataclass(frozen=True)
class ReadNote:
    """What the entry page says above the form of a file that was read: its remarks, and how many cells are marked."""

    read: ReadOrder

    @property
    def remarks(self) -> list[str]:
        return [translated(sentence) for sentence in self.read.remarks]

    @property
    def marked(self) -> int:
        return sum(len(line["marks"]) for line in self.read.lines)


def count_of(order: Order) -> int:
    """How many cells of a draft were marked when its files were read."""
    return sum(len(read.header) + sum(len(line["marks"]) for line in read.lines) for read in unchecked_of(order))


def header_marks(reads: Sequence[ReadOrder], said: dict[str, str]) -> list[Unsure]:
    """The header fields that still say what was read and is unsure; ``said`` is what they say now."""
    marked = [(name, mark) for read in reads for name, mark in read.header.items()]
    return [_unsure(name, mark) for name, mark in marked if said.get(name, "") == mark["was"]]


def line_marks(reads: Sequence[ReadOrder], rows: Sequence[dict[str, str]]) -> list[list[Unsure]]:
    """For each row of the grid (its cells) what of it is unsure.

    Lines that were moved, added or deleted since do not matter: each line that was read is looked for among the rows.
    """
    found: list[list[Unsure]] = [[] for _row in rows]
    kept = [line for read in reads for line in read.lines]
    for line, place in zip(kept, _places(kept, rows), strict=True):
        if place is not None:
            said = rows[place]
            marks = [_unsure(name, mark) for name, mark in line["marks"].items() if said.get(name, "") == mark["was"]]
            found[place] += marks
    return found


def _unsure(cell: str, mark: dict) -> Unsure:
    return Unsure(cell, mark["was"], " ".join(map(translated, mark["said"])))


def _places(lines: Sequence[dict], rows: Sequence[dict[str, str]]) -> list[int | None]:
    """The row that each line became: in their order the same product or name; a row in the place of one other line."""
    before, after = [_key(line["cells"]) for line in lines], [_key(row) for row in rows]
    places: list[int | None] = [None] * len(lines)
    for tag, first, end, start, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and end - first == stop - start):
            for n in range(end - first):
                places[first + n] = start + n
    return places


def _key(cells: dict[str, str]) -> tuple[str, str]:
    return cells.get("product", ""), text_key(cells.get("name", ""))
