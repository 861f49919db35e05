"""Writing a report in the background: asked for by a person, or by itself once a month is over."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Team, User
from accounts.roles import Role
from analytics.archive.automatic_closing import months_over
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Report, Scope
from analytics.report.gathering import YEAR, figures_of, gather
from analytics.report.rules import findings_of
from analytics.report.services import keep_content, report_of
from analytics.report.thresholds import limits
from analytics.report.writing import content_of, part_for
from analytics.rollups.freshness import refresh
from core.jobs.context import Context
from core.jobs.kinds import JobFailed, JobKind, Result
from core.jobs.table import enqueue
from core.messages import tell
from core.models import Job

KIND = "report"


def request_report(*, month: Month, by: User | None) -> Job:
    """Asks for a month's report; asked for again while it waits or runs, it is the same job.

    Raises ValidationError when the month has not begun or its report is signed.
    """
    if month > Month.of(timezone.localdate()):
        raise ValidationError(_("%(month)s has not begun yet.") % {"month": month})
    report = report_of(month)
    if report and report.is_signed:
        raise ValidationError(_("%(name)s has signed this report, so it does not change.") % {"name": report.signed_by})
    return enqueue(KIND, owner=by, arguments={"month": str(month)}, unique_key=str(month))


def request_due_reports() -> list[Job]:
    """Asks for the report of the last month that is over, unless there is one; run it as often as you like."""
    last = list(months_over())[-1:]
    missing = [month for month in last if not Report.objects.filter(month=month.first).exists()]
    failed = Job.objects.filter(kind=KIND, unique_key__in=map(str, missing), state=Job.State.FAILED)
    return [request_report(month=month, by=None) for month in missing if not failed.exists()]


def prepare(context: Context) -> dict[str, Any]:
    """Counts what is not counted yet, reads the month, and lets the rules look at all of it and at each team."""
    month, teams = Month.parse(context.arguments["month"]), list(Team.objects.values_list("pk", flat=True))
    refresh(near=month)
    context.progress(1, len(teams) + 2)
    content = _written(month, Segment()) | {"teams": {}}
    for done, team in enumerate(teams, start=2):
        context.progress(done, len(teams) + 2)
        content["teams"][str(team)] = _written(month, Segment(Scope.TEAM, team))
    return content


def _written(month: Month, segment: Segment) -> dict[str, Any]:
    figures = figures_of(month, segment)
    material = gather(month, figures, segment)
    return content_of(material, figures[month.shifted(-YEAR)], findings_of(material, limits()))


def commit(context: Context, content: dict[str, Any]) -> Result:
    """Keeps it, and tells those who sign when nobody had asked for it."""
    month = Month.parse(context.arguments["month"])
    try:
        keep_content(month=month, content=content, by=context.owner)
    except ValidationError as refusal:
        raise JobFailed(gettext_noop("%(why)s"), why=refusal.messages[0]) from None
    url = reverse("report:month", args=[str(month)])
    if context.owner is None:
        for person in User.objects.filter(role__in=(Role.MANAGER, Role.FINANCE), is_active=True):
            tell(person, _SENTENCE, url, **_values(month, part_for(content, person)))
    return Result(_SENTENCE, _values(month, part_for(content, context.owner) if context.owner else content), url)


def _values(month: Month, part: dict[str, Any]) -> dict[str, Any]:
    return {"month": str(month), "n": len(part["findings"])}


_SENTENCE = gettext_noop("The report of %(month)s is written: %(n)s findings.")


REPORT = JobKind(KIND, gettext_lazy("Monthly report"), prepare, commit, lambda arguments: arguments.get("month", ""))
