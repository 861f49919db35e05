"""Months, quarters and years as people choose them in a list: ``2026-11``, ``2026-Q4``, ``2026``."""

import calendar
import re
from datetime import date

_SPAN = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


def period(text: str) -> tuple[date, date] | None:
    """First and last day of ``2026-11``, ``2026-Q4`` or ``2026``; None when the text names no period."""
    found = _SPAN.fullmatch(text)
    if found is None or found["year"] == "0000":
        return None
    year, first, last = int(found["year"]), 1, 12
    if found["month"]:
        first = last = int(found["month"])
    elif found["quarter"]:
        first, last = int(found["quarter"]) * 3 - 2, int(found["quarter"]) * 3
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def months_around(today: date, before: int, after: int) -> list[str]:
    """The months from so many before this one to so many after it as ``2026-11``, the earliest first."""
    this = today.year * 12 + today.month - 1
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(this - before, this + after + 1)]


def months_back(today: date, count: int) -> list[str]:
    """This month and those before it, ``count`` in all, newest first."""
    return months_around(today, count - 1, 0)[::-1]


def choices_with(chosen: str, names: list[str], empty: str) -> list[tuple[str, str]]:
    """Choices of a select; a period further away stays chosen when a link brought it."""
    known = names if not period(chosen) or chosen in names else [chosen, *names]
    return [("", empty), *((name, name) for name in known)]
