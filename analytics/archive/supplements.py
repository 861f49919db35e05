"""Facts of a closed month that were recorded after it was closed: they go into numbered supplements."""

import hashlib
import json

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from analytics.archive.canonical import canonical
from analytics.archive.late import late_rows
from analytics.archive.sections import Row
from analytics.models import Archive, Supplement
from core.events import record
from core.locks import lock_row
from core.models import ClosedMonth


def late_of(archive: Archive) -> dict[str, list[Row]]:
    """The rows of the month that neither its archive nor a supplement has as they are now, by section."""
    return late_rows(archive, _supplemented(archive))


def _supplemented(archive: Archive) -> dict[str, dict[int, dict]]:
    """What the supplements have, by section and id; of what was corrected twice the latest."""
    found: dict[str, dict[int, dict]] = {}
    for supplement in archive.supplements.order_by("number"):
        for key, rows in rows_of(supplement).items():
            found.setdefault(key, {}).update(dict(rows))
    return found


@transaction.atomic
def add_supplement(*, archive: Archive, note: str, by) -> Supplement:
    """Keeps what came late under the archive's next number. Two at once become one after the other.

    Raises ValidationError with a sentence when nothing came late, or nobody says what was corrected.
    """
    lock_row(ClosedMonth, archive.period_id)
    if not note.strip():
        raise ValidationError(_("Please write what was corrected."))
    late = late_of(archive)
    if not late:
        raise ValidationError(_("Nothing of %(month)s was recorded after it was closed.") % {"month": archive})
    content = canonical({key: [[pk, row] for pk, row in rows] for key, rows in late.items()})
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


def rows_of(supplement: Supplement) -> dict[str, list]:
    """What a supplement keeps: id and values of each record, by section."""
    return json.loads(supplement.content)
