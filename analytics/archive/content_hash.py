"""The archive's hash: one SHA-256 over all rows of a month, each written in one way whatever the database.

A row is canonical JSON: sorted keys, fixed formats, no room for taste. Supplements and signed reports are hashed as the
same kind of text, the workbook as its bytes.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.money import ZERO


def plain(value: Any) -> Any:
    """The value as it stands in canonical JSON.

    Decimals keep the digits of their column, days are ``2026-10-31``, instants UTC to the second.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value + 0:f}"  # no negative zero
    return value


def canonical(row: dict[str, Any]) -> str:
    """The row as canonical JSON on one line."""
    return json.dumps(
        {name: plain(value) for name, value in row.items()},
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    )


@dataclass
class ContentHash:
    """The hash of rows that are added one by one, in order; with it their number and sums per section."""

    counts: dict[str, int] = field(default_factory=dict)
    totals: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self):
        self._digest = hashlib.sha256()

    def add(self, section: str, content: str, sums: tuple[str, ...] = ()) -> None:
        """Adds a row of a section; ``sums`` names the amounts (元) in it that are summed up."""
        self._digest.update(f"{section}\t{content}\n".encode())
        self.counts[section] = self.counts.get(section, 0) + 1
        if sums:
            row, so_far = json.loads(content), self.totals.setdefault(section, {})
            for name in sums:
                so_far[name] = str(Decimal(so_far.get(name, ZERO)) + Decimal(row[name]))

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


def hash_of_text(text: str) -> str:
    """The SHA-256 of a supplement's or a report's canonical JSON."""
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of_file(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
