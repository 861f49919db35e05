"""What the cells of a line say: how many, in which unit, at what price, when."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.imports.values import Figure, Misread, Unusable, day, displayed, percent
from core.text_key import half_width, text_key
from orders.number_input import plain_figure
from orders.reading.columns import words_in
from orders.reading.facts import day_without_year, english_day, plain_day

_QUANTITY = re.compile(r"([\d][\d,]*(?:\.\d+)?)\s*([^\d\s,.%~\-至到xX*×/+]{1,10})?")
_MONEY = re.compile(
    r"(?:RMB|CNY|人民币|¥|￥)?\s*([\d][\d,]*(?:\.\d+)?)\s*(万)?\s*(?:元|圆|RMB|CNY)?(?:\s*/.{1,5})?", re.I
)
#: Units that are the same in other words.
_SAME_UNITS = (
    ("件", "个", "只", "支", "pc", "pcs", "pce", "piece", "pieces", "ea", "each", "nos"),
    ("台", "unit", "units"),
    ("套", "set", "sets"),
    ("米", "m", "meter", "meters", "metre", "metres"),
    ("千克", "公斤", "kg", "kgs"),
    ("吨", "t", "ton", "tons"),
    ("箱", "ctn", "carton", "cartons", "box", "boxes"),
    ("卷", "roll", "rolls"),
)
_GROUP = {text_key(word): group[0] for group in _SAME_UNITS for word in group}
_TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True)
class Money:
    """A price or an amount: in 元 when it could be understood, and in any case as it was written."""

    written: str
    value: Decimal | None = None


def quantity_and_unit(raw: Any) -> tuple[str, str]:
    """How many, as one would type it, and the unit that stands behind: ``10台`` is 10 and 台.

    What cannot be read comes back as it was written, without a unit.
    """
    if (number := held(raw)) is not None:
        return plain_figure(number), ""
    text = half_width(words_in(raw)).strip()
    found = _QUANTITY.fullmatch(text)
    return (found[1], found[2] or "") if found else (words_in(raw), "")


def money(raw: Any, *, ten_thousands: bool = False) -> Money:
    """An amount of money; ``ten_thousands``: its heading says 万元."""
    factor = _TEN_THOUSAND if ten_thousands else Decimal(1)
    written = words_in(raw)
    if (number := held(raw)) is not None:
        return Money(written, number * factor)
    found = _MONEY.fullmatch(half_width(written).strip())
    if not found:
        return Money(written)
    plain = found[1].replace(",", "")
    return Money(written, Decimal(plain) * (_TEN_THOUSAND if found[2] else factor))


def held(raw: Any) -> Decimal | None:
    """The number that a cell holds, in the 15 digits in which Excel counts; None for anything else."""
    if isinstance(raw, Figure):
        return None if raw.format.is_percent else raw.number
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        number = Decimal(f"{raw:.15g}")
    except (InvalidOperation, OverflowError):
        return None
    return number if number.is_finite() else None


def tax_rate(raw: Any) -> str:
    """The tax rate in percentage points, or what was written in its place."""
    try:
        return plain_figure(percent(raw))
    except Misread:
        return words_in(raw)


def same_unit(one: str, other: str) -> bool:
    """Whether two units are one: ``pcs`` is 件."""
    one, other = text_key(one), text_key(other)
    return one == other or (one in _GROUP and _GROUP.get(one) == _GROUP.get(other))


def day_in(raw: Any, today: date) -> tuple[date | None, bool]:
    """The day that a cell names, and whether it is sure; None when it names none that can be read."""
    if isinstance(raw, Unusable):
        return None, False
    plain = plain_day(raw)
    try:
        return day(plain), True
    except Misread:
        text = displayed(plain)
    if found := english_day(text):
        return found, True
    return day_without_year(text, today), False
