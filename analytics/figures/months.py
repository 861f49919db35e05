"""Calendar months in Asia/Shanghai, written ``2026-10`` in addresses and on the command line."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.utils import timezone

#: What lies outside is a slip of the pen, and no page, command or count goes there.
YEARS = range(1990, 2100)
_WRITTEN = re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])")


class Month(NamedTuple):
    """One calendar month; months compare in the order of time."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def current(cls) -> "Month":
        return cls.of(timezone.localdate())

    @classmethod
    def parse(cls, text: str) -> "Month":
        """The month of ``2026-10``. Raises ValueError for anything else, and for a year out of reach."""
        found = _WRITTEN.fullmatch(text)
        if found is None or int(found["year"]) not in YEARS:
            raise ValueError(text)
        return cls(int(found["year"]), int(found["month"]))

    def __str__(self):
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def __contains__(self, day) -> bool:
        return isinstance(day, date) and (day.year, day.month) == tuple(self)

    def shifted(self, months: int) -> "Month":
        """The month so many months later (negative: earlier)."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def until(self, last: "Month") -> Iterator["Month"]:
        """This month and all after it, up to and including ``last``."""
        month = self
        while month <= last:
            yield month
            month = month.shifted(1)

    def back(self, count: int) -> list["Month"]:
        """The ``count`` months that end with this one, oldest first."""
        return [self.shifted(n) for n in range(1 - count, 1)]


EARLIEST = Month(YEARS.start, 1)
