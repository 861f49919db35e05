"""What stands around the lines of a purchase order: names and values beside or below each other, or in one cell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core.imports.values import is_blank
from core.text_key import half_width
from orders.reading.columns import words_in
from orders.reading.labels import SELLER, fact_named, meaning_of
from orders.reading.table import Numbered

_PAIR = re.compile(r"\s*([^:：\d][^:：]{0,30}?)\s*[:：]\s*(.*)", re.S)
_NEXT_PAIR = re.compile(r"\n|\s{2,}|[；;]\s*")
_DATE_ORDER = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y")
_NO_YEAR = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_ENDING = re.compile(r"\s*(?:前|之前|以前|内|止|到货|交货)\s*$")


@dataclass
class Facts:
    """The facts that were found, as they were written; ``texts`` is all that stands around the lines."""

    found: dict[str, Any] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    sellers: list[str] = field(default_factory=list)


def facts_of(around: Sequence[Numbered]) -> Facts:
    """What the rows around the lines say; of two values of one fact the one under the more exact name."""
    facts, ranks = Facts(), dict[str, int]()
    for place, (_number, row) in enumerate(around):
        facts.texts += [text for text in map(words_in, row) if text]
        below = around[place + 1][1] if place + 1 < len(around) else ()
        for fact, rank, value in _said_in(row, below):
            if fact == SELLER:
                facts.sellers.append(words_in(value))
            elif fact not in ranks or rank < ranks[fact]:
                ranks[fact], facts.found[fact] = rank, value
    return facts


def _said_in(row: Sequence[Any], below: Sequence[Any]) -> Iterator[tuple[str, int, Any]]:
    """Every fact of a row with the rank of its name and its value."""
    for place, raw in enumerate(row):
        if isinstance(raw, str):
            yield from _in_one_cell(raw)
            if word := fact_named(raw):
                value = _beside(row, place) if not is_blank(_beside(row, place)) else _at(below, place)
                if not is_blank(value) and not (isinstance(value, str) and fact_named(value)):
                    yield *meaning_of(word), value


def _in_one_cell(text: str) -> Iterator[tuple[str, int, str]]:
    """``订单号：123`` and the like, several of them one behind the other."""
    for part in _NEXT_PAIR.split(text):
        pair = _PAIR.fullmatch(part)
        word = fact_named(pair[1]) if pair else ""
        if pair and word and pair[2].strip():
            yield *meaning_of(word), pair[2].strip()


def _beside(row: Sequence[Any], place: int) -> Any:
    """The next cell of the row in which something stands."""
    return next((raw for raw in row[place + 1 :] if not is_blank(raw)), None)


def _at(row: Sequence[Any], place: int) -> Any:
    return row[place] if place < len(row) else None


# ---- days ------------------------------------------------------------------------------------------------------------


def plain_day(raw: Any) -> Any:
    """A day without the words behind it: ``2026年12月20日前`` as ``2026年12月20日``; other values as they are."""
    return _ENDING.sub("", half_width(raw).strip()) if isinstance(raw, str) else raw


def english_day(text: str) -> date | None:
    """A day whose month is a word: ``20 Dec 2026``, ``December 20, 2026``."""
    plain = " ".join(text.replace("Sept ", "Sep ").split())
    for form in _DATE_ORDER:
        try:
            return datetime.strptime(plain, form).date()
        except ValueError:
            continue
    return None


def day_without_year(text: str, today: date) -> date | None:
    """The next day that is called so: ``12月20日``."""
    found = _NO_YEAR.fullmatch(text.strip())
    if not found:
        return None
    for year in (today.year, today.year + 1):
        try:
            day = date(year, int(found[1]), int(found[2]))
        except ValueError:
            continue
        if day >= today:
            return day
    return None
