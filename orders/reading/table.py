"""Where in a purchase order its lines are: the header anywhere in the sheet, in one row or two, and the end of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from django.utils.translation import gettext_noop

from core.imports.book import Book, Merged, Raw, Refusal
from core.imports.layout import SEARCHED_ROWS, Choice, Layout, find_layout
from core.imports.recognition import heading_of
from core.imports.values import is_blank
from core.text_key import half_width
from orders.reading.columns import AMOUNT, CODE, KIND, NAME, OUR_CODE, QUANTITY, SPECIFICATION, words_in
from orders.reading.headings import joined, known_part
from orders.reading.labels import fact_named

MOST_ROWS = 3_000  # of a sheet that are looked at; an order has 500 lines at most
_FEWEST_HEADINGS = 2
_SUM = re.compile(r"(?:本页|本单|订单)?(?:合计|总计|共计|总额|小计)|(?:grand ?|sub ?)?total(?:\b|amount)", re.I)
_PART_OF_SUM = re.compile(r"(?:本页)?小计|sub ?total", re.I)
_END = re.compile(
    r"(?:备注|说明|注|附注|条款|付款|交货|收货|大写|人民币大写|制单|审核|批准|采购员|需方|供方|甲方|乙方|签字|盖章)\w{0,6}[:：]"
    r"|(?:remarks?|notes?|terms|payment|delivery|prepared|approved|signature|authorized|ship to|vat|tax)\b.{0,30}[:：]",
    re.I,
)
_NO_TABLE = gettext_noop(
    "No table with products and quantities was found in the file. Its header needs a word for the product, such as "
    "名称, 型号 or Description, and one for the quantity, such as 数量 or Qty."
)

#: A row of the sheet: its number, and its cells.
Numbered = tuple[int, Raw]


@dataclass(frozen=True)
class Line:
    """One line of the order as it stands in the file: the number of its row, and its cells by column."""

    row: int
    cells: dict[str, Any]

    def text(self, column: str) -> str:
        return words_in(self.cells.get(column))

    @property
    def original(self) -> str:
        """The line in the customer's own words, cell by cell."""
        return " | ".join(filter(None, (self.text(column.name) for column in KIND.columns)))


@dataclass(frozen=True)
class Table:
    """The lines of a purchase order: their headings by column, what stands around them, and what was left out.

    ``totals`` are the rows that add lines up, ``left_out`` rows in which no line could be seen.
    """

    headings: dict[str, str]
    lines: list[Line]
    around: list[Numbered] = field(default_factory=list)
    totals: list[Raw] = field(default_factory=list)
    left_out: list[Line] = field(default_factory=list)
    amount_place: int | None = None


class _Prepared(Book):
    """A sheet whose header is one row, in words that are known, and which ends with its lines."""

    def __init__(self, sheet: str, rows: list[Numbered]):
        self.sheets, self._kept = [sheet], rows

    def _rows(self, sheet: str) -> Iterator[Numbered]:
        return iter(self._kept)

    def _merged(self, sheet: str) -> Iterator[Merged]:
        return iter(())


def score(texts: list[str]) -> int:
    """How many different headings of ours a line holds."""
    return len({known_part(text) for text in texts if text} - {""})


def find_table(book: Book) -> Table:
    """The lines of the order, on whichever sheet they are. Raises Refusal when there are none."""
    found = [_table_of(book, sheet) for sheet in book.sheets]
    tables = [table for table in found if table and table.lines]
    if not tables:
        raise Refusal(_NO_TABLE)
    return max(tables, key=lambda table: len(table.headings))


def _table_of(book: Book, sheet: str) -> Table | None:
    rows = list(takewhile(lambda found: found[0] <= MOST_ROWS, book.rows(sheet)))
    top = [row for row in rows if row[0] <= SEARCHED_ROWS]
    at = max(range(len(top)), key=lambda n: score(_texts(top[n][1])), default=None)
    if at is None or score(_texts(rows[at][1])) < _FEWEST_HEADINGS:
        return None
    first, head, last = _header(rows, at, book.merged(sheet))
    end = _end(rows, last + 1)
    prepared = _Prepared(sheet, [(rows[last][0], head), *rows[last + 1 : end]])
    layout = find_layout(prepared, KIND, Choice(header_row=rows[last][0]))
    if QUANTITY not in layout.columns or not {NAME, SPECIFICATION, CODE, OUR_CODE} & layout.columns.keys():
        return None
    originals = [rows[n][1] for n in range(first, last + 1)]
    return _read(layout, rows[last + 1 : end], [*rows[:first], *rows[end:]], originals, book.wraps)


# ---- the header ------------------------------------------------------------------------------------------------------


def _header(rows: list[Numbered], at: int, merged: list[Merged]) -> tuple[int, Raw, int]:
    """The first and the last row of the header by their place, and between them the header as one row."""
    single = tuple(_single(text) for text in _texts(rows[at][1]))
    found = (at, single, at)
    most = score(_texts(rows[at][1]))
    for above in (at - 1, at):
        if not 0 <= above < len(rows) - 1:
            continue
        if any(_names_a_fact(text) for text in _texts(rows[above][1])):
            continue
        both = _joined(_spread(rows[above], merged), rows[above + 1][1])
        if score(list(both)) > most and not _has_figures(rows[above + 1][1]):
            found, most = (above, tuple(_single(text) for text in both), above + 1), score(list(both))
    return found


def _names_a_fact(text: str) -> bool:
    """Whether it speaks of the order as a whole, as 订单号 does, and so stands in no header."""
    return not known_part(text) and (bool(fact_named(text)) or ":" in half_width(text))


def _single(text: str) -> str:
    return known_part(text) or text


def _spread(row: Numbered, merged: list[Merged]) -> Raw:
    """A row of headings, each of them over all columns that it was merged over."""
    number, cells = row
    wide = list(cells)
    for area in merged:
        if area.first_row <= number <= area.last_row and area.first_place < len(wide):
            for place in range(area.first_place, min(area.last_place + 1, len(wide))):
                wide[place] = wide[place] or cells[area.first_place]
    return tuple(wide)


def _joined(above: Raw, below: Raw) -> Raw:
    width = max(len(above), len(below))
    upper, lower = (_texts(row) + [""] * (width - len(row)) for row in (above, below))
    return tuple(joined(*pair) for pair in zip(upper, lower, strict=True))


def _has_figures(row: Raw) -> bool:
    return any(isinstance(raw, int | float) for raw in row) or any(_is_figure(text) for text in _texts(row))


def _is_figure(text: str) -> bool:
    return bool(re.fullmatch(r"[¥￥]?[\d,.]+", half_width(text)))


# ---- the lines -------------------------------------------------------------------------------------------------------


def _end(rows: list[Numbered], start: int) -> int:
    """The place of the first row that is no line any more."""
    for place in range(start, len(rows)):
        filled = [text for text in _texts(rows[place][1]) if text]
        if filled and (_is_total(filled) or _END.match(half_width(filled[0]))):
            return place
    return len(rows)


def _is_total(filled: list[str]) -> bool:
    """Whether a row adds up all lines; one that adds up some of them stands among them."""
    word = next((text for text in filled[:2] if _SUM.match(half_width(heading_of(text)))), "")
    return bool(word) and not _PART_OF_SUM.match(heading_of(word))


def _texts(row: Raw) -> list[str]:
    return [words_in(raw) for raw in row]


def _read(layout: Layout, rows: list[Numbered], around: list[Numbered], originals: list[Raw], wraps: bool) -> Table:
    headings = {name: _heading_at(originals, place) for name, place in layout.columns.items()}
    found = Table(headings, [], around, amount_place=layout.columns.get(AMOUNT))
    found.totals.extend(row for _number, row in around if _is_total([text for text in _texts(row) if text][:2]))
    again = {heading_of(text) for row in originals for text in _texts(row) if text}
    for number, row in rows:
        line = Line(number, {name: row[at] for name, at in layout.columns.items() if _is_filled(row, at)})
        texts = [text for text in _texts(row) if text]
        if not line.cells or {heading_of(text) for text in texts} <= again or _PART_OF_SUM.match(heading_of(texts[0])):
            continue
        if _is_line(line):
            found.lines.append(line)
        elif wraps and found.lines:
            found.lines[-1] = _continued(found.lines[-1], line)
        else:
            found.left_out.append(line)
    return found


def _heading_at(originals: list[Raw], place: int) -> str:
    """What the file says above a column, all rows of its header together."""
    return " ".join(filter(None, (words_in(row[place]) for row in originals if place < len(row))))


def _is_filled(row: Raw, place: int) -> bool:
    return place < len(row) and not is_blank(row[place])


def _is_line(line: Line) -> bool:
    """Whether it says a product and something about it: a quantity, or another way to name it."""
    named = [name for name in (NAME, SPECIFICATION, CODE, OUR_CODE) if name in line.cells]
    return bool(named) and (QUANTITY in line.cells or len(named) > 1)


def _continued(line: Line, more: Line) -> Line:
    """A line with the words that did not fit into its own row."""
    texts = {name: f"{line.text(name)}{more.text(name)}" for name in more.cells}
    return Line(line.row, line.cells | texts)
