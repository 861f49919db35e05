"""PDFs with text in them, read as if they were a sheet: lines above each other, and their words in columns.

Ruled tables are taken as they are drawn. Where nothing is ruled, the words of the header say where columns are, and
whatever stands below them belongs to the column that it lies under.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext_noop

from core.imports.book import Book, Merged, Raw, Refusal

_PATIENCE = 30  # seconds
_READER = Path(__file__).with_name("pdf_words.py")
_SHEET = "PDF"
_GAP = 0.9  # of a line's height: words further apart are two cells
_SAME_LINE = 0.6  # of a word's height that two words of one line share
_WHY = {
    "scan": gettext_noop(
        "This PDF is a scan: it holds a picture and no text. Ask for the file from which it was printed, or type the "
        "order."
    ),
    "password": gettext_noop("The file is protected by a password. Save it without one."),
    "broken": gettext_noop("The PDF is broken or not whole. Open it, print it into a new PDF, and bring that."),
    "long": gettext_noop("The PDF is longer than any order. Bring the pages with the order alone."),
}

#: How much a line looks like the header of the table that is looked for.
Score = Callable[[list[str]], int]


@dataclass
class Segment:
    """Words that stand close together in a line: where they begin and end, in points, and what they say."""

    left: float
    right: float
    text: str

    def overlap(self, other: "Segment") -> float:
        return min(self.right, other.right) - max(self.left, other.left)


@dataclass
class Line:
    """What stands at one height of a page: cells of a ruled table, or segments."""

    top: float
    cells: list[str | None] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [segment.text for segment in self.segments]


class PdfBook(Book):
    """An open PDF as a workbook of one sheet; ``wraps``: a text that was too long goes on in the line below."""

    wraps = True

    def __init__(self, path: Path, score: Score):
        self.sheets = [_SHEET]
        self._lines = [line for page in _pages_of(path) for line in _lines_of(page)]
        self._columns = self._header(score)

    def _header(self, score: Score) -> list[Segment]:
        """The segments of the line that looks most like a header, where nothing is ruled."""
        if any(score([cell or "" for cell in line.cells]) > 1 for line in self._lines):
            return []
        best = max(self._lines, key=lambda line: score(line.texts), default=None)
        return best.segments if best and score(best.texts) > 1 else []

    def _rows(self, sheet: str) -> Iterator[tuple[int, Raw]]:
        is_below = False
        for number, line in enumerate(self._lines, start=1):
            is_below = is_below or line.segments is self._columns
            if line.cells:
                yield number, tuple(line.cells)
            elif is_below and self._columns:
                yield number, _in_columns(line.segments, self._columns)
            else:
                yield number, tuple(line.texts)

    def _merged(self, sheet: str) -> Iterator[Merged]:
        return iter(())


def _pages_of(path: Path) -> list[dict]:
    """What the reader found. Raises Refusal."""
    command = [sys.executable, "-I", str(_READER), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=True)
    except subprocess.TimeoutExpired:
        raise Refusal(_WHY["long"]) from None
    except subprocess.CalledProcessError as problem:
        # A signal ended it: it asked for more time than it was given.
        raise Refusal(_WHY["long" if problem.returncode < 0 else "broken"]) from None
    found = json.loads(done.stdout)
    if why := found.get("refused"):
        raise Refusal(_WHY[why])
    return found["pages"]


def _lines_of(page: dict) -> list[Line]:
    """The lines of a page from top to bottom, those of its ruled tables among them."""
    lines = []
    for table in page["tables"]:
        step = (table["bottom"] - table["top"]) / len(table["rows"])
        lines += [Line(table["top"] + n * step, cells=list(row)) for n, row in enumerate(table["rows"])]
    free = [word for word in page["words"] if not any(_is_within(word, table) for table in page["tables"])]
    return sorted([*lines, *_free_lines(free)], key=lambda line: line.top)


def _is_within(word: list, table: dict) -> bool:
    return table["top"] <= (word[2] + word[3]) / 2 <= table["bottom"]


def _free_lines(words: list[list]) -> Iterator[Line]:
    """Words at one height as a line; those that stand apart are segments of it."""
    at: list[list] = []
    for word in sorted(words, key=lambda word: word[2]):
        if at and word[2] > at[0][2] + _SAME_LINE * (at[0][3] - at[0][2]):
            yield _line(at)
            at = []
        at.append(word)
    if at:
        yield _line(at)


def _line(words: list[list]) -> Line:
    segments: list[Segment] = []
    height = max(word[3] - word[2] for word in words)
    for left, right, _top, _bottom, text in sorted(words):
        if segments and left - segments[-1].right < _GAP * height:
            segments[-1] = Segment(segments[-1].left, right, f"{segments[-1].text} {text}")
        else:
            segments.append(Segment(left, right, text))
    return Line(words[0][2], segments=segments)


def _in_columns(segments: list[Segment], columns: list[Segment]) -> Raw:
    """The segments, each under the column that it lies under most."""
    cells: list[str | None] = [None] * len(columns)
    for segment in segments:
        place = max(range(len(columns)), key=lambda n: segment.overlap(columns[n]))
        cells[place] = f"{cells[place]} {segment.text}" if cells[place] else segment.text
    return tuple(cells)
