"""Whether an archive is still what it was: everything about it computed again from its rows and files."""

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from analytics.archive.closing import folder, hash_of
from analytics.archive.sections import BY_KEY
from analytics.archive.signed_report import signed_report_differences
from analytics.archive.snapshot import ORDER, Tally
from analytics.models import Archive


def differences(archive: Archive) -> Iterator[str]:
    """What is not as it was, one sentence each; nothing when the archive is whole."""
    found = recount(archive)
    if found.content_hash != archive.content_hash:
        yield _("The rows have the SHA-256 %(found)s instead of %(kept)s.") % {
            "found": found.content_hash,
            "kept": archive.content_hash,
        }
    if found.counts != archive.counts:
        yield _("The number of rows is not what it was.")
    if found.totals != archive.totals:
        yield _("The totals of the rows are not what they were.")
    yield from _workbook(archive)
    for supplement in archive.supplements.all():
        if hashlib.sha256(supplement.content.encode()).hexdigest() != supplement.content_hash:
            yield _("Supplement %(number)s is not what it was.") % {"number": supplement.number}
    yield from signed_report_differences(archive)


def recount(archive: Archive) -> Tally:
    """Hash, counts and totals of the archive's rows as they are now."""
    tally = Tally()
    for key in ORDER:
        sums = BY_KEY[key].sums if key in BY_KEY else ()
        for content in archive.rows_of(key).values_list("content", flat=True).iterator():
            tally.add(key, content, sums)
    return tally


def _workbook(archive: Archive) -> Iterator[str]:
    path = folder() / archive.workbook_name
    if not path.is_file():
        yield _("The workbook %(name)s is missing.") % {"name": archive.workbook_name}
    elif hash_of(path) != archive.workbook_hash:
        yield _("The workbook %(name)s was changed.") % {"name": archive.workbook_name}


def broken_archives() -> Iterator[str]:
    """For ``check_invariants``: every difference in any archive."""
    for archive in Archive.objects.select_related("period"):
        for difference in differences(archive):
            yield f"{archive}: {difference}"
