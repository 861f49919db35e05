"""Records of a closed month that came after it was closed: new ones, and what changed about those in the archive.

What comes late:
- **receipts** dated in the month, and reversals of its receipts whatever their day;
- **shipments** that left or arrived in the month, another day, carrier, number or signature of an archived one.

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

from analytics.archive.content_hash import plain
from analytics.archive.sections import BY_KEY, Row, dated_in
from analytics.figures.months import Month
from analytics.models import Archive, ArchiveRow
from billing.models import Receipt
from core.chunks import chunks
from core.models import Event
from fulfilment.models import Shipment

_AT_ONCE = 500


@dataclass(frozen=True)
class LateKind:
    """How the records of one section come late.

    ``candidates`` are the records that may be late: those that the archive lacks, and those written since. ``of_month``
    is what of a row belongs to the month; two rows that agree in it say the same about the month.
    """

    key: str
    candidates: Callable[[Archive, Month], QuerySet]
    of_month: Callable[[dict[str, Any], Month], dict[str, Any]]


def _lacking(archive: Archive, key: str) -> Q:
    return ~Q(Exists(ArchiveRow.objects.filter(period=archive.period_id, section=key, subject_id=OuterRef("pk"))))


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


def _shipment_in_month(row: dict[str, Any], month: Month) -> dict[str, Any]:
    """How it left if it left in the month, and how it arrived if it did so in the month."""
    parts = (("shipped_on", "carrier", "tracking_number"), ("signed_on", "signed_by"))
    in_month = [part for part in parts if row[part[0]] and date.fromisoformat(row[part[0]]) in month]
    return {name: row[name] for part in in_month for name in part}


KINDS = (
    LateKind("receipts", _receipts, lambda row, month: row),
    LateKind("shipments", _shipments, _shipment_in_month),
)


def late_rows(archive: Archive, supplemented: dict[str, dict[int, dict]]) -> dict[str, list[Row]]:
    """The rows, as plain values, that neither the archive nor a supplement has as they are now, by section.

    ``supplemented`` are the rows of its supplements by section and id, the latest of each.
    """
    month, found = Month.of(archive.period.first_day), {}
    for kind in KINDS:
        records = BY_KEY[kind.key].rows_in(kind.candidates(archive, month))
        rows = [(pk, {name: plain(value) for name, value in row.items()}) for pk, row in records]
        known: dict[int, dict] = {}
        for some in chunks([pk for pk, _row in rows], _AT_ONCE):
            kept = ArchiveRow.objects.filter(period=archive.period_id, section=kind.key, subject_id__in=some)
            known |= {row.subject_id: row.values for row in kept}
        known |= supplemented.get(kind.key, {})
        late = [
            (pk, row)
            for pk, row in rows
            if pk not in known or kind.of_month(row, month) != kind.of_month(known[pk], month)
        ]
        if late:
            found[kind.key] = late
    return found
