"""What a confirmation sheet says: frozen with its hash when it is made, and held against its revision."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orders.content import HEADER, INSTALMENT, LINE, ContentField, plain_text
from orders.models import ConfirmationSheet, Order
from orders.offer import content_of


def sheet_content(order: Order) -> dict[str, Any]:
    """What the order's confirmation says now, as plain text."""
    return {"dated": plain_text(order.order_date), **content_of(order, list(order.current_lines()))}


def sheet_hash(sheet: ConfirmationSheet) -> str:
    """The SHA-256 of all that the sheet shows."""
    said = [str(sheet.order), sheet.revision, sheet.content]
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def differs_from_revision(sheet: ConfirmationSheet) -> str:
    """What of the sheet its revision does not say, in words; empty when they agree. Reads lines, instalments and former
    headers of the order.
    """
    order, content = sheet.order, sheet.content
    parts: dict[str, tuple[Iterable[Any], list, tuple[ContentField, ...]]] = {
        "lines": (order.lines.all(), content["lines"], LINE),
        "instalments": (order.instalments.all(), content["instalments"], INSTALMENT),
    }
    found = list(_differing(_header_of(order, sheet.revision), content["header"], HEADER))
    for what, (rows, texts, fields) in parts.items():
        now = sorted((row for row in rows if row.revision == sheet.revision), key=lambda row: row.position)
        if len(now) != len(texts):
            found.append(what)
        for row, text in zip(now, texts, strict=False):
            found += [f"{what} {row.position} {name}" for name in _differing(vars(row), text, fields)]
    return ", ".join(found)


def _header_of(order: Order, revision: int) -> Mapping[str, Any]:
    if order.revision == revision:
        return vars(order)
    return next((each.values for each in order.former_headers.all() if each.revision == revision), {})


def _differing(now: Mapping[str, Any], shown: Mapping[str, str], fields: Iterable[ContentField]) -> Iterator[str]:
    """The names of the fields of which something else was shown."""
    known = {field.column: field for field in fields}
    for name, text in shown.items():
        if name in known and not known[name].same(now.get(name), text):
            yield name
