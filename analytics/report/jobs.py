"""Writing a report in the background: asked for by a person, or by itself once a month is over."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import User
from accounts.roles import Role
from analytics.archive.opening import months_over
from analytics.freshness import refresh
from analytics.models import Report
from analytics.months import Month
from analytics.report.gathering import YEAR, figures_of, gather
from analytics.report.rules import findings_of
from analytics.report.services import keep_content, report_of
from analytics.report.thresholds import limits
from analytics.report.writing import content_of
from core.jobs.context import Context
from core.jobs.kinds import JobFailed, JobKind, Result
from core.jobs.table import enqueue
from core.messages import tell
from core.models import Job

KIND = "report"
_STEPS = 3


def request_report(*, month: Month, by) -> Job:
    """Asks for a month's report; asked for again while it waits or runs, it is the same job.

    Raises ValidationError when the month has not begun or its report is signed.
    """
    if month > Month.of(timezone.localdate()):
        raise ValidationError(_("%(month)s has not begun yet.") % {"month": month})
    report = report_of(month)
    if report and report.is_signed:
        raise ValidationError(_("%(name)s has signed this report, so it does not change.") % {"name": report.signed_by})
    return enqueue(KIND, owner=by, arguments={"month": str(month)}, unique_key=str(month))


def reports_due() -> list[Job]:
    """Asks for the report of the last month that is over, unless there is one; run it as often as you like."""
    last = list(months_over())[-1:]
    missing = [month for month in last if not Report.objects.filter(month=month.first).exists()]
    failed = Job.objects.filter(kind=KIND, unique_key__in=map(str, missing), state=Job.State.FAILED)
    return [request_report(month=month, by=None) for month in missing if not failed.exists()]


def prepare(context: Context) -> dict[str, Any]:
    """Counts what is not counted yet, reads the month, and lets the rules look at it."""
    month = Month.parse(context.arguments["month"])
    refresh(near=month)
    context.progress(1, _STEPS)
    figures = figures_of(month)
    material = gather(month, figures)
    context.progress(2, _STEPS)
    return content_of(material, figures[month.shifted(-YEAR)], findings_of(material, limits()))


def commit(context: Context, content: dict[str, Any]) -> Result:
    """Keeps it, and tells those who sign when nobody had asked for it."""
    month = Month.parse(context.arguments["month"])
    try:
        keep_content(month=month, content=content, by=context.owner)
    except ValidationError as refusal:
        raise JobFailed(gettext_noop("%(why)s"), why=refusal.messages[0]) from None
    url, values = reverse("report:month", args=[str(month)]), {"month": str(month), "n": len(content["findings"])}
    if context.owner is None:
        for person in User.objects.filter(role__in=(Role.MANAGER, Role.FINANCE), is_active=True):
            tell(person, _SENTENCE, url, **values)
    return Result(_SENTENCE, values, url)


_SENTENCE = gettext_noop("The report of %(month)s is written: %(n)s findings.")


def _title(arguments: dict) -> str:
    return arguments.get("month", "")


REPORT = JobKind(KIND, gettext_lazy("Monthly report"), prepare, commit, _title)
