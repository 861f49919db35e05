"""Numbered supplements to an archive: they keep the records of its month that came late."""

import json

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from analytics.archive.content_hash import canonical, hash_of_text
from analytics.archive.late_records import late_rows
from analytics.archive.seal import seal_of_supplement
from analytics.archive.sections import Row
from analytics.models import Archive, Supplement
from core.events import record
from core.locks import lock_row
from core.models import ClosedMonth


def late_of(archive: Archive) -> dict[str, list[Row]]:
    """The rows of the month that neither its archive nor a supplement has as they are now, by section."""
    supplemented: dict[str, dict[int, dict]] = {}
    for supplement in archive.supplements.order_by("number"):  # of what was corrected twice the latest
        for key, rows in rows_of(supplement).items():
            supplemented.setdefault(key, {}).update(dict(rows))
    return late_rows(archive, supplemented)


@transaction.atomic
def add_supplement(*, archive: Archive, note: str, by: User) -> Supplement:
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
    earlier = list(archive.supplements.order_by("number"))
    supplement = Supplement(
        archive=archive,
        number=len(earlier) + 1,
        note=note.strip(),
        by=by,
        content=content,
        content_hash=hash_of_text(content),
    )
    supplement.seal = seal_of_supplement(supplement, earlier[-1].seal if earlier else archive.seal)
    supplement.save()
    known = {"number": supplement.number, "seal": supplement.seal}
    record(archive.period, "supplement", by=by, note=supplement.note, **known)
    return supplement


def rows_of(supplement: Supplement) -> dict[str, list]:
    """What a supplement keeps: id and values of each record, by section."""
    return json.loads(supplement.content)
