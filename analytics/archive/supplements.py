"""Facts of a closed month that were recorded after it was closed: they go into numbered supplements."""

import hashlib
import json
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from analytics.archive.canonical import canonical, plain
from analytics.archive.sections import BY_KEY, Row
from analytics.models import Archive, ArchiveRow, Supplement
from analytics.months import Month
from core.events import record
from core.locks import lock_row
from core.models import ClosedMonth

#: Records that may come late. Orders never do: they are booked in the earliest open month.
LATE = ("receipts", "shipments")


def late_rows(archive: Archive) -> dict[str, list[Row]]:
    """The records dated in the month that neither its archive nor a supplement has, by section."""
    month = Month.of(archive.period.first_day)
    found = {key: list(_late(archive, key, month)) for key in LATE}
    return {key: rows for key, rows in found.items() if rows}


def _late(archive: Archive, key: str, month: Month) -> Iterator[Row]:
    kept = ArchiveRow.objects.filter(period=archive.period_id, section=key).values("subject_id")
    missing = BY_KEY[key].query(month).exclude(pk__in=kept).values_list("pk", flat=True)
    supplemented = {pk for supplement in archive.supplements.all() for pk, _row in rows_of(supplement).get(key, [])}
    wanted = [pk for pk in missing if pk not in supplemented]
    return BY_KEY[key].rows(month, wanted) if wanted else iter(())


@transaction.atomic
def add_supplement(*, archive: Archive, note: str, by) -> Supplement:
    """Keeps what came late under the archive's next number. Two at once become one after the other.

    Raises ValidationError with a sentence when nothing came late, or nobody says what was corrected.
    """
    lock_row(ClosedMonth, archive.period_id)
    if not note.strip():
        raise ValidationError(_("Please write what was corrected."))
    late = late_rows(archive)
    if not late:
        raise ValidationError(_("Nothing of %(month)s was recorded after it was closed.") % {"month": archive})
    content = canonical({key: [[pk, _plain(row)] for pk, row in rows] for key, rows in late.items()})
    supplement = Supplement.objects.create(
        archive=archive,
        number=archive.supplements.count() + 1,
        note=note.strip(),
        by=by,
        content=content,
        content_hash=hashlib.sha256(content.encode()).hexdigest(),
    )
    record(archive.period, "supplement", by=by, note=supplement.note, number=supplement.number)
    return supplement


def _plain(row: dict) -> dict:
    return {name: plain(value) for name, value in row.items()}


def rows_of(supplement: Supplement) -> dict[str, list]:
    """What a supplement keeps: id and values of each record, by section."""
    return json.loads(supplement.content)
