"""Reading a month at one moment: canonical rows into a temporary file, with their hash, counts and totals."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from django.db import connection, transaction

from analytics.archive.canonical import canonical, hashed_line
from analytics.archive.figures import FIGURES, TREND, figure_rows, trend_rows
from analytics.archive.sections import SECTIONS, Row
from analytics.freshness import refresh, to_count
from analytics.models import Change
from analytics.months import Month
from core.money import ZERO

#: The keys of all sections, in the order in which their rows are hashed.
ORDER = (*(section.key for section in SECTIONS), FIGURES, TREND)
_TRIES = 20


@dataclass
class Tally:
    """What rows come to: their hash, how many of which section, and their sums. Rows are told in order."""

    counts: dict[str, int] = field(default_factory=dict)
    totals: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self):
        self._digest = hashlib.sha256()

    def add(self, section: str, content: str, sums: tuple[str, ...] = ()) -> None:
        self._digest.update(hashed_line(section, content))
        self.counts[section] = self.counts.get(section, 0) + 1
        if sums:
            row, so_far = json.loads(content), self.totals.setdefault(section, {})
            for name in sums:
                so_far[name] = str(Decimal(so_far.get(name, ZERO)) + Decimal(row[name]))

    @property
    def content_hash(self) -> str:
        return self._digest.hexdigest()

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


class Snapshot:
    """A month as it was read: its tally, and its rows as often as they are asked for."""

    def __init__(self, file: IO[str]):
        self.file = file
        self.tally = Tally()
        self._starts: dict[str, int] = {}

    def write(self, section: str, rows: Iterator[Row], sums: tuple[str, ...] = ()) -> None:
        """Keeps the rows of one section, all at once."""
        self._starts[section] = self.file.tell()
        for pk, row in rows:
            content = canonical(row)
            self.tally.add(section, content, sums)
            self.file.write(f"{section}\t{pk}\t{content}\n")

    def rows(self) -> Iterator[tuple[str, int, str]]:
        """Section, record id and canonical content of each row, in order."""
        return self._rows_from(0)

    def _rows_from(self, place: int) -> Iterator[tuple[str, int, str]]:
        self.file.flush()
        self.file.seek(place)
        for line in self.file:
            section, pk, content = line.rstrip("\n").split("\t", 2)
            yield section, int(pk), content

    def rows_of(self, section: str) -> Iterator[dict]:
        """The rows of one section, without reading those before or after it."""
        rows = islice(self._rows_from(self._starts[section]), self.tally.counts.get(section, 0))
        return (json.loads(content) for _section, _pk, content in rows)


def take_snapshot(month: Month, file: IO[str]) -> Snapshot:
    """Reads the month into ``file``, all of it as it was at one moment, figures included.

    Raises RuntimeError when the figures cannot be brought up to date because too much is going on.
    """
    for _try in range(_TRIES):
        refresh(near=month)
        with steady():
            # Whatever makes a figure stale is noted with the change itself: nothing noted here means that the figures
            # were counted from these very rows.
            if not (Change.objects.exists() or to_count().exists()):
                return _read(month, file)
    raise RuntimeError("The figures were never up to date.")


def _read(month: Month, file: IO[str]) -> Snapshot:
    snapshot = Snapshot(file)
    for section in SECTIONS:
        snapshot.write(section.key, section.rows(month), section.sums)
    snapshot.write(FIGURES, figure_rows(month))
    snapshot.write(TREND, trend_rows(month))
    return snapshot


@contextmanager
def steady():
    """Everything read inside is as it was at one moment, and nobody waits for the reader.

    In a transaction already it is the caller's: in tests, and where the demonstration is loaded.
    """
    if connection.in_atomic_block:
        yield
        return
    database: Any = connection
    mode = getattr(database, "transaction_mode", None)
    if connection.vendor == "sqlite":
        database.transaction_mode = "DEFERRED"  # a reader keeps no writer waiting
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            database.transaction_mode = mode
