"""What happens to a report: it is written and written again, somebody puts it in words, and signs."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from analytics.archive.content_hash import hash_of_text
from analytics.archive.signed_report import keep_signed, text_of
from analytics.figures.months import Month
from analytics.models import Report
from analytics.report.writing import is_over, with_gone
from core.events import record
from core.locks import lock_rows
from core.stale import Stale

LONGEST = 4000  # characters of a summary or a comment


def report_of(month: Month) -> Report | None:
    """The month's report, if it was written."""
    return Report.objects.select_related("signed_by").filter(month=month.first).first()


@transaction.atomic
def keep_content(*, month: Month, content: dict[str, Any], by: User | None) -> Report:
    """Keeps what the system wrote about a month; the words of a person stay as they are.

    Raises ValidationError when the report is signed.
    """
    report = next(iter(lock_rows(Report.objects.filter(month=month.first))), None)
    if report is None:
        report = Report(month=month.first, version=0)
    _refuse_if_signed(report)
    report.content = with_gone(content, report.content or {}, report.comments)
    report.written_at = timezone.now()
    report.version += 1
    report.save()
    record(report, "write_report", by=by, findings=len(content["findings"]))
    return report


@transaction.atomic
def save_words(*, report: Report, summary: str, comments: dict[str, str], version: int, by: User) -> Report:
    """Keeps a person's summary and comments (by finding; those that are not given stay).

    Raises Stale when the version is not the one that was read, ValidationError when it is signed or too long.
    """
    report = _current(report, version)
    comments = {key: text.strip() for key, text in (report.comments | comments).items()}
    if max(map(len, (summary, *comments.values()))) > LONGEST:
        raise ValidationError(_("A text is longer than %(n)s characters.") % {"n": LONGEST})
    report.summary, report.comments = summary.strip(), {key: text for key, text in comments.items() if text}
    report.version += 1
    report.save(update_fields=["summary", "comments", "version"])
    record(report, "edit_report", by=by)
    return report


@transaction.atomic
def save_and_sign(
    *, report: Report, summary: str, comments: dict[str, str], version: int, sign: bool, by: User
) -> Report:
    """Saves a person's words and signs them in one go if ``sign``: either both happen or neither.

    Raises as ``save_words`` and ``sign_report``.
    """
    report = save_words(report=report, summary=summary, comments=comments, version=version, by=by)
    return sign_report(report=report, version=report.version, by=by) if sign else report


@transaction.atomic
def sign_report(*, report: Report, version: int, by: User) -> Report:
    """Signs the report as it stands; nothing of it changes afterwards, and it is kept with the month's archive.

    Raises Stale as ``save_words``, ValidationError when it is signed, has no summary, or its month was not over
    when it was written.
    """
    report = _current(report, version)
    if not is_over(report.content, Month.of(report.month)):
        raise ValidationError(_("It was written while the month was running: write it again after its end, then sign."))
    if not report.summary:
        raise ValidationError(_("Write a summary first: it is what you sign."))
    report.signed_by, report.signed_name, report.signed_at = by, str(by)[:60], timezone.now()
    report.signed_hash = hash_of_text(text_of(report))
    report.save(update_fields=["signed_by", "signed_name", "signed_at", "signed_hash"])
    record(report, "sign_report", by=by, hash=report.signed_hash)
    keep_signed(report)
    return report


def _current(report: Report, version: int) -> Report:
    """The report under its lock, if it is still the one that was read."""
    report = lock_rows(Report.objects.filter(pk=report.pk))[0]
    _refuse_if_signed(report)
    if report.version != version:
        raise Stale(report)
    return report


def _refuse_if_signed(report: Report) -> None:
    if report.is_signed:
        raise ValidationError(_("%(name)s has signed this report, so it does not change.") % {"name": report.signed_by})
