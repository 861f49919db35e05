"""Reading a month at one moment: canonical rows into a temporary file, with their hash, counts and totals."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import IO

from analytics.archive.content_hash import ContentHash, canonical
from analytics.archive.figures import FIGURES, TREND, figure_rows, trend_rows
from analytics.archive.seal import HISTORIES, hash_of_heads, hash_of_rollups, history_rows
from analytics.archive.sections import SECTIONS, Row
from analytics.figures.months import Month
from analytics.models import Change
from analytics.rollups.freshness import refresh, to_count
from core.steady import steady

#: The keys of all sections, in the order in which their rows are hashed; histories have a hash of their own.
ORDER = (*(section.key for section in SECTIONS), FIGURES, TREND)
_TRIES = 20


class Snapshot:
    """A month as it was read: its hash with counts and totals, and its rows as often as they are asked for."""

    def __init__(self, file: IO[str]):
        self.file = file
        self.content = ContentHash()
        self.histories = ContentHash()
        self.rollups_hash = self.heads_hash = ""
        self._starts: dict[str, int] = {}

    def write(self, section: str, rows: Iterator[Row], sums: tuple[str, ...] = ()) -> None:
        """Keeps the rows of one section, all at once."""
        self._starts[section] = self.file.tell()
        into = self.histories if section == HISTORIES else self.content
        for pk, row in rows:
            content = canonical(row)
            into.add(section, content, sums)
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
        rows = islice(self._rows_from(self._starts[section]), self.content.counts.get(section, 0))
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
    snapshot.write(HISTORIES, history_rows(month))
    snapshot.rollups_hash, snapshot.heads_hash = hash_of_rollups(month), hash_of_heads(month)
    return snapshot
