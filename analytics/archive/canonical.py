"""One way to write a row, whatever the database: sorted keys, fixed formats, no room for taste."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


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


def hashed_line(section: str, content: str) -> bytes:
    """What one row adds to the SHA-256 of an archive."""
    return f"{section}\t{content}\n".encode()
