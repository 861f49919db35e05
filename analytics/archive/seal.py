"""The seal of an archive: one SHA-256 over all that stands around its rows, so that nothing about it changes unseen.

Hash, counts and totals of the rows, what was not in order, the workbook, who closed the month and when, the month's
roll-ups, the histories of its orders, and the ends of all histories that went on in it. A supplement's seal goes over
the one before it. Each stands in the history of the closing as well. Other than the rows, roll-ups, records and people
are named by ids: a seal is true in its own database.
"""

import hashlib
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max

from analytics.archive.content_hash import canonical, hash_of_text, plain
from analytics.archive.sections import Row, booked_in
from analytics.figures.counting import FAMILIES, SEGMENT
from analytics.figures.months import Month
from analytics.models import Archive, Supplement
from core.deadlines import start_of
from core.models import Event
from orders.models import Order

HISTORIES = "history"
_EVENT = ("subject_id", "pk", "verb", "actor_id", "at", "note", "data")


def seal_of(archive: Archive) -> str:
    """What the archive's seal must be."""
    period = archive.period
    heads = {"heads": archive.heads_hash} if archive.heads_hash else {}
    return hash_of_text(
        canonical(
            {
                "month": period.first_day,
                "closed_at": period.closed_at,
                "closed_by": period.closed_by_id,
                "archived_at": archive.archived_at,
                "content": archive.content_hash,
                "counts": archive.counts,
                "totals": archive.totals,
                "problems": archive.problems,
                "workbook": [archive.workbook_name, archive.workbook_hash],
                "rollups": archive.rollups_hash,
                "histories": archive.histories_hash,
                **heads,
            }
        )
    )


def seal_of_supplement(supplement: Supplement, before: str) -> str:
    """What the supplement's seal must be, after that of the supplement, or archive, before it."""
    return hash_of_text(
        canonical(
            {
                "before": before,
                "number": supplement.number,
                "note": supplement.note,
                "by": supplement.by_id,
                "at": supplement.at,
                "content": supplement.content_hash,
            }
        )
    )


def hash_of_rollups(month: Month) -> str:
    """The SHA-256 over all of the month's roll-ups, of every scope and part."""
    digest = hashlib.sha256()
    for family in FAMILIES:
        rows = family.model._default_manager.filter(month=month.first)
        lines = [_line(row) for row in rows.values_list(*SEGMENT, *family.columns)]
        if lines or not family.came_later:
            digest.update("\n".join([family.key, *sorted(lines)]).encode())
    return digest.hexdigest()


def hash_of_heads(month: Month) -> str:
    """The SHA-256 over the end of every record's history in the month: whatever happened in it is below one of them."""
    digest = hashlib.sha256()
    of_month = Event.objects.filter(at__gte=start_of(month.first), at__lt=start_of(month.shifted(1).first)).order_by()
    last = of_month.values("subject_type", "subject_id").annotate(last=Max("pk")).values("last")
    heads = Event.objects.filter(pk__in=last).order_by("subject_type", "subject_id")
    for head in heads.values_list("subject_type", "subject_id", "pk", "hash").iterator(chunk_size=2000):
        digest.update((" ".join(map(str, head)) + "\n").encode())
    return digest.hexdigest()


def _line(row: tuple) -> str:
    return json.dumps([plain(value) for value in row], ensure_ascii=False, separators=(",", ":"))


def history_rows(month: Month) -> Iterator[Row]:
    """Per order of the month the hash of its history so far, and how far that goes."""
    orders = booked_in(month)
    numbers = dict(orders.values_list("pk", "number"))
    for order, last, sha256 in hashes_of_events(_events().filter(subject_id__in=orders.order_by().values("pk"))):
        yield order, {"order": numbers[order], "last": last, "sha256": sha256}


def hashes_of_events(events: Any, lasts: dict[int, int] | None = None) -> Iterator[tuple[int, int, str]]:
    """Of each order among the events: its id, its last event, and the hash of them all in their order.

    ``lasts`` are the events up to which they count, by order.
    """
    rows = events.order_by("subject_id", "pk").values_list(*_EVENT).iterator(chunk_size=2000)
    for order, its in groupby(rows, key=lambda row: row[0]):
        digest, last = hashlib.sha256(), 0
        for row in its:
            if lasts and row[1] > lasts[order]:
                break
            last = row[1]
            digest.update(canonical(dict(zip(_EVENT, row, strict=True))).encode())
        yield order, last, digest.hexdigest()


def events_of(orders: list[int]) -> Any:
    """The events of these orders."""
    return _events().filter(subject_id__in=orders)


def _events() -> Any:
    return Event.objects.filter(subject_type=ContentType.objects.get_for_model(Order))
