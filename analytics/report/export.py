"""The report as an Excel file: a job like every other export, for the person who asked."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import User
from analytics.figures.months import Month
from analytics.report.services import report_of
from analytics.report.workbook import write_workbook
from analytics.rights import may_read_report
from core import exports
from core.jobs.context import Context
from core.jobs.kinds import JobFailed, JobKind, Result
from core.jobs.table import enqueue
from core.models import Job

KIND = "report_excel"


def request_workbook(*, month: Month, by: User) -> Job:
    """Asks for the report as it stands; asked for again while it waits or runs, it is the same job.

    Raises ValidationError when the report has not been written.
    """
    report = report_of(month)
    if report is None:
        raise ValidationError(_("This report has not been written yet."))
    return enqueue(KIND, owner=by, arguments={"month": str(month)}, unique_key=f"{by.pk} {month} {report.version}")


def prepare(context: Context) -> dict[str, Any]:
    """Writes the workbook in the owner's language and within the owner's rights."""
    month = Month.parse(context.arguments["month"])
    report, owner = report_of(month), context.owner
    if report is None or owner is None or not may_read_report(owner):
        raise JobFailed(gettext_noop("You may no longer see this report."))
    rows = write_workbook(context.new_file(".xlsx"), report, owner, context.progress)
    name = f"{_('Monthly report')}_{month}.xlsx"
    return {"name": name, "values": {"rows": rows, "rights": exports.rights_of(owner)}}


def commit(context: Context, prepared: dict[str, Any]) -> Result:
    return Result(gettext_noop("%(rows)s rows."), prepared["values"], file_name=prepared["name"])


REPORT_EXCEL = JobKind(
    KIND,
    gettext_lazy("Monthly report as Excel"),
    prepare,
    commit,
    lambda arguments: arguments.get("month", ""),
    file_lifetime=exports.KEPT,
    may_have=exports.may_have,
)
