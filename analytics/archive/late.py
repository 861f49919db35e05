"""Facts of a closed month that were recorded after it was closed: new records, and what changed about kept ones.

What comes late:
- **receipts** dated in the month, and reversals of its receipts whatever their day;
- **shipments** that left or arrived in the month, and another day, carrier, number or signature of one that is kept.

What cannot come late: orders and their lines (booked in the earliest open month, and never moved), decisions (they bear
the instant at which they were taken), cancellations (adjustments of their own month). A shipment that arrives in a
later month is not late: that is its further life, and that month's archive has it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from analytics.archive.canonical import plain
from analytics.archive.sections import BY_KEY, Row, dated_in
from analytics.models import Archive, ArchiveRow
from analytics.months import Month
from core.models import Event
from fulfilment.models import Shipment
from orders.models import Receipt

_AT_ONCE = 500


@dataclass(frozen=True)
class Late:
    """How the facts of one section come late.

    ``touched`` are the records that may be late: those that the archive lacks, and those written since. ``facts`` is
    what of a row belongs to the month; two rows with the same facts say the same about it.
    """

    key: str
    touched: Callable[[Archive, Month], QuerySet]
    facts: Callable[[dict[str, Any], Month], dict[str, Any]]


def _lacking(archive: Archive, key: str) -> Q:
    kept = ArchiveRow.objects.filter(period=archive.period_id, section=key, subject_id=OuterRef("pk"))
    return ~Q(Exists(kept))


def _receipts(archive: Archive, month: Month) -> QuerySet:
    reversals = dated_in("reverses__received_on", month) & Q(recorded_at__gte=archive.period.closed_at)
    late = dated_in("received_on", month) | reversals
    return Receipt.objects.filter(late, _lacking(archive, "receipts")).order_by("received_on", "pk")


def _shipments(archive: Archive, month: Month) -> QuerySet:
    written = Event.objects.filter(
        subject_type=ContentType.objects.get_for_model(Shipment),
        subject_id=OuterRef("pk"),
        at__gte=archive.period.closed_at,
    )
    return BY_KEY["shipments"].query(month).filter(_lacking(archive, "shipments") | Q(Exists(written)))


def _of_receipt(row: dict[str, Any], month: Month) -> dict[str, Any]:
    return row


def _of_shipment(row: dict[str, Any], month: Month) -> dict[str, Any]:
    """How it left if it left in the month, and how it arrived if it did so in the month."""
    parts = (("shipped_on", "carrier", "tracking_number"), ("signed_on", "signed_by"))
    return {name: row[name] for part in parts if _is_in(row[part[0]], month) for name in part}


def _is_in(day: str | None, month: Month) -> bool:
    return day is not None and date.fromisoformat(day) in month


KINDS = (Late("receipts", _receipts, _of_receipt), Late("shipments", _shipments, _of_shipment))


def late_rows(archive: Archive, supplemented: dict[str, dict[int, dict]]) -> dict[str, list[Row]]:
    """The rows, as plain values, whose facts neither the archive nor a supplement has, by section.

    ``supplemented`` are the rows of its supplements by section and id, the latest of each.
    """
    month = Month.of(archive.period.first_day)
    found = {kind.key: _late(kind, archive, month, supplemented.get(kind.key, {})) for kind in KINDS}
    return {key: rows for key, rows in found.items() if rows}


def _late(kind: Late, archive: Archive, month: Month, supplemented: dict[int, dict]) -> list[Row]:
    rows = [(pk, _plain(row)) for pk, row in BY_KEY[kind.key].rows_in(kind.touched(archive, month))]
    kept = _kept(archive, kind.key, [pk for pk, _row in rows]) | supplemented
    return [(pk, row) for pk, row in rows if pk not in kept or kind.facts(row, month) != kind.facts(kept[pk], month)]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.items()}


def _kept(archive: Archive, key: str, pks: list[int]) -> dict[int, dict]:
    """What the archive has of these records."""
    rows = ArchiveRow.objects.filter(period=archive.period_id, section=key)
    found: dict[int, dict] = {}
    for start in range(0, len(pks), _AT_ONCE):
        some = rows.filter(subject_id__in=pks[start : start + _AT_ONCE])
        found |= {row.subject_id: row.values for row in some}
    return found
