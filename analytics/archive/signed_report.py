"""The signed report of a month: one text and its hash for good, and the copy that is kept with the month's archive.

Signing and archiving happen in any order; whichever comes second keeps the copy, and every hour
``keep_missing_reports`` looks whether both came at the same instant. The copy is a row of its own, not part of the
snapshot: the archive's hash says what was booked, and a report is often signed after that.
"""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from analytics.archive.content_hash import canonical, hash_of_text
from analytics.models import Archive, Report, SignedReport
from core.events import record


def text_of(report: Report) -> str:
    """What is signed, as canonical JSON: month, figures and findings, words, and the name under them."""
    return canonical(
        {
            "month": report.month,
            "content": report.content,
            "summary": report.summary,
            "comments": report.comments,
            "signed_name": report.signed_name,
            "signed_at": report.signed_at,
        }
    )


def keep_signed(report: Report) -> SignedReport | None:
    """Puts the report beside its month's archive; None while it is not signed or there is no archive.

    Called again, it returns what is kept.
    """
    archive = Archive.objects.select_related("period").filter(period__first_day=report.month).first()
    if archive is None or not report.is_signed:
        return None
    text = text_of(report)
    kept, is_new = SignedReport.objects.get_or_create(
        archive=archive, defaults={"content": text, "content_hash": hash_of_text(text)}
    )
    if is_new:
        record(archive.period, "keep_report", by=report.signed_by, name=report.signed_name, hash=kept.content_hash)
    return kept


def keep_missing_reports() -> None:
    """Keeps every signed report that its archive lacks; run it as often as you like."""
    archived = Archive.objects.filter(signed_report__isnull=True).values("period__first_day")
    for report in Report.objects.filter(signed_at__isnull=False, month__in=archived).select_related("signed_by"):
        keep_signed(report)


def content_of(kept: SignedReport) -> dict:
    """The kept report's parts, as ``text_of`` put them together."""
    return json.loads(kept.content)


def signed_report_differences(archive: Archive) -> Iterator[str]:
    """What is not as it was about the report that an archive keeps, one sentence each."""
    report = Report.objects.filter(month=archive.period.first_day, signed_at__isnull=False).first()
    kept = SignedReport.objects.filter(archive=archive).first()
    if kept is None:
        if report is not None:
            yield _("The signed report is not kept with the archive.")
        return
    if hash_of_text(kept.content) != kept.content_hash:
        yield _("The signed report that is kept with the archive is not what it was.")
    if report is None or text_of(report) != kept.content:
        yield _("The monthly report is not the one that was signed and kept with the archive.")
