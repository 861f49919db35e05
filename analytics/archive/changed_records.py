"""What of archived records has changed although nothing may change it: their own rows beside those of the archive.

An order's further life, an amendment among it, is no such change, nor is a name: people and customers are renamed.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from analytics.archive.content_hash import plain
from analytics.archive.seal import HISTORIES, events_of, hashes_of_events
from analytics.archive.sections import BY_KEY
from analytics.models import Archive, ArchiveRow
from approvals.models import Decision
from billing.models import Receipt, Refund
from core.chunks import AT_ONCE, chunks
from orders.models import Order, OrderLine

#: By section: the records, and the columns of the archive in which they stay what they were.
LASTING: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "orders": (Order, ("number", "grade", "province", "order_date", "booking_date", "approved_at")),
    "lines": (OrderLine, ("position", "name", "quantity", "unit_price", "discount", "tax_rate", "net", "tax")),
    "decisions": (Decision, ("order", "round", "stage", "verdict", "at", "note", "checks")),
    "receipts": (Receipt, ("received_on", "amount", "method", "bank_reference", "payer", "note")),
    "refunds": (Refund, ("refunded_on", "amount", "method", "bank_reference", "payee", "note")),
}
#: What only an amendment, a new revision, may change.
_OF_A_REVISION = ("net", "tax", "gross")


def changed_records(archive: Archive) -> Iterator[str]:
    """One sentence per archived record that is gone or no longer what it was, and per history that differs."""
    for key in LASTING:
        for rows in chunks(archive.rows_of(key).iterator(chunk_size=AT_ONCE)):
            yield from _changed(key, rows)
    for rows in chunks(archive.rows_of(HISTORIES).iterator(chunk_size=AT_ONCE)):
        kept = {row.subject_id: row.values for row in rows}
        lasts = {order: was.get("last", 0) for order, was in kept.items()}
        found = {order: sha256 for order, _last, sha256 in hashes_of_events(events_of(list(kept)), lasts)}
        for order, was in kept.items():
            if found.get(order) != was.get("sha256"):
                words = _("The history of order %(order)s is not what was archived.")
                yield words % {"order": was.get("order", order)}


def _changed(key: str, rows: list[ArchiveRow]) -> Iterator[str]:
    model, columns = LASTING[key]
    section = BY_KEY[key]
    found = model._default_manager.filter(pk__in=[row.subject_id for row in rows])
    records = dict(section.rows_in(found))
    labels = {column.key: column.label for column in section.columns}
    for row in rows:
        was, now = row.values, records.get(row.subject_id)
        if now is None:
            yield _("%(what)s %(record)s is gone.") % {"what": section.label, "record": _called(was, row)}
            continue
        same_revision = key == "orders" and was.get("revision") == now["revision"]
        for column in (*columns, *(_OF_A_REVISION if same_revision else ())):
            if plain(now[column]) != was.get(column):
                said = {"what": section.label, "record": _called(was, row), "field": labels[column]}
                yield _("%(what)s %(record)s: %(field)s is not what was archived.") % said


def _called(was: dict[str, Any], row: ArchiveRow) -> str:
    return str(was.get("number") or was.get("order") or was.get("bank_reference") or row.subject_id)
