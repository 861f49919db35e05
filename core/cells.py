"""What a value is in an Excel cell: text stays text, figures stay figures. Value and number format, side by side."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from math import isinf
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

Cell = tuple[Any, str]
EMPTY: Cell = (None, "")
MAX_TEXT = 32_767  # UTF-16 units in one cell: an emoji takes two
CUT = "…"  # ends a text that was longer
# Before this day Excel counts a 29 February 1900, LibreOffice does not, and neither knows the years before.
_FIRST_DAY = date(1900, 3, 1)
# Control characters, halves of characters, and what Unicode says is none.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?")


def as_text(value) -> Cell:
    if isinstance(value, bool):
        return (_("yes") if value else _("no")), ""
    return clean(str(value)), ""


def as_money(value) -> Cell:
    return _as_figure(value, lambda number: "#,##0.00")


def as_price(value) -> Cell:
    return _as_figure(value, lambda number: "#,##0.00####")


def as_quantity(value) -> Cell:
    return _as_figure(value, lambda number: "#,##0" if _whole(number) else "#,##0.00####")


def as_percent(value) -> Cell:
    """Percentage points as the share that Excel counts with."""
    number, number_format = _as_figure(value, lambda number: "0%" if _whole(number) else "0.00%")
    return (number / 100 if number_format else number), number_format


def _as_figure(value, format_of: Callable[[Decimal], str]) -> Cell:
    """What is no figure, such as a dash, is written as text."""
    number = _number(value)
    return as_text(value) if number is None else (number, format_of(number))


def _number(value) -> Decimal | None:
    """A figure that a cell can hold; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    return number if number.is_finite() and not isinf(number) else None


def _whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def as_date(value) -> Cell:
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if not isinstance(value, date):
        return as_text(value)
    return (value, "yyyy-mm-dd") if value >= _FIRST_DAY else (value.isoformat(), "")


def as_moment(value) -> Cell:
    if not isinstance(value, datetime):
        return as_date(value)
    local = timezone.make_naive(value) if timezone.is_aware(value) else value
    if local.date() < _FIRST_DAY:
        return local.isoformat(" ", "minutes"), ""
    return local.replace(microsecond=0), "yyyy-mm-dd hh:mm"


def clean(text: str) -> str:
    """The text as a cell can hold it: Excel's line ends, nothing that XML forbids, a mark where it was cut."""
    if not text.isprintable():  # most texts are, and need no search
        text = _LINE_ENDS.sub("\n", _IMPOSSIBLE.sub("", text))
    return text if len(text) <= MAX_TEXT // 2 else _cut(text)


def _cut(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_TEXT:
        return text
    return units[: 2 * (MAX_TEXT - len(CUT))].decode("utf-16-le", "ignore") + CUT
