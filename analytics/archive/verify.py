"""Whether an archive is still what it was: everything about it computed again from its rows and files."""

from collections.abc import Iterable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from analytics.archive.changed_records import changed_records
from analytics.archive.closing import folder
from analytics.archive.content_hash import ContentHash, hash_of_file, hash_of_text
from analytics.archive.seal import HISTORIES, hash_of_heads, hash_of_rollups, seal_of, seal_of_supplement
from analytics.archive.sections import BY_KEY
from analytics.archive.signed_report import signed_report_differences
from analytics.archive.snapshot import ORDER
from analytics.figures.months import Month
from analytics.models import Archive
from core.models import Event


def differences(archive: Archive) -> Iterator[str]:
    """What is not as it was, one sentence each; nothing when the archive is whole."""
    found = recount(archive)
    if found.sha256 != archive.content_hash:
        yield _("The rows have the SHA-256 %(found)s instead of %(kept)s.") % {
            "found": found.sha256,
            "kept": archive.content_hash,
        }
    if found.counts != archive.counts:
        yield _("The number of rows is not what it was.")
    if found.totals != archive.totals:
        yield _("The totals of the rows are not what they were.")
    path = folder() / archive.workbook_name
    if not path.is_file():
        yield _("The workbook %(name)s is missing.") % {"name": archive.workbook_name}
    elif hash_of_file(path) != archive.workbook_hash:
        yield _("The workbook %(name)s was changed.") % {"name": archive.workbook_name}
    if hash_of_rollups(Month.of(archive.period.first_day)) != archive.rollups_hash:
        yield _("The month's figures of teams, representatives and parts are not what was archived.")
    if recount(archive, (HISTORIES,)).sha256 != archive.histories_hash:
        yield _("The kept histories of the orders are not what they were.")
    if archive.heads_hash and hash_of_heads(Month.of(archive.period.first_day)) != archive.heads_hash:
        yield _("The histories that went on in the month do not end as they did when it was archived.")
    yield from _altered_seals(archive)
    yield from signed_report_differences(archive)
    yield from changed_records(archive)


def _altered_seals(archive: Archive) -> Iterator[str]:
    """What of the archive's surroundings and of its supplements is not as the history of the closing has it."""
    kind = ContentType.objects.get_for_model(archive.period)
    events = Event.objects.filter(subject_type=kind, subject_id=archive.period_id).order_by("pk")
    told: dict[str, list[str]] = {"archive_month": [], "supplement": []}
    for verb, data in events.filter(verb__in=told).values_list("verb", "data"):
        told[verb].append(data.get("seal", ""))
    if archive.seal != seal_of(archive) or told["archive_month"] != [archive.seal]:
        yield _(
            "What stands around the rows is not as it was sealed: who closed the month, when, what was not in order."
        )
    before, supplements = archive.seal, list(archive.supplements.order_by("number"))
    for place, supplement in enumerate(supplements, start=1):
        is_whole = hash_of_text(supplement.content) == supplement.content_hash
        if not is_whole or supplement.number != place or supplement.seal != seal_of_supplement(supplement, before):
            yield _("Supplement %(number)s is not what it was.") % {"number": supplement.number}
        before = supplement.seal
    if [supplement.seal for supplement in supplements] != told["supplement"]:
        yield _("The supplements are not those that were written.")


def recount(archive: Archive, keys: Iterable[str] = ORDER) -> ContentHash:
    """Hash, counts and totals of the rows of these sections of an archive as they are now."""
    found = ContentHash()
    for key in keys:
        sums = BY_KEY[key].sums if key in BY_KEY else ()
        for content in archive.rows_of(key).values_list("content", flat=True).iterator():
            found.add(key, content, sums)
    return found
