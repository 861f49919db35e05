"""The monthly report as pages: read it, have it written, put it in words, sign it, print it, take it as Excel."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import PersonRequest
from analytics.figures.months import Month
from analytics.models import Report
from analytics.month_pages import only_who
from analytics.report import page, services
from analytics.report.export import request_workbook
from analytics.report.jobs import request_report
from analytics.report.writing import is_over
from analytics.rights import may_read_report, may_sign_report, may_write_report, reads_all_teams
from core import parameters
from core.autosave import saved
from core.events import timeline_of
from core.http import render_invalid, see_other
from core.interrupted import take_up, taking_up
from core.models import Company
from core.stale import Stale

_PAGE = "analytics/report/month.html"


def _written(month: Month) -> Report:
    report = services.report_of(month)
    if report is None:
        raise Http404(_("This report has not been written yet."))
    return report


@taking_up
@require_GET
@only_who(may_read_report)
def report_month(request: PersonRequest, month: Month) -> HttpResponse:
    """The report; before it was written, the way to it."""
    typed = take_up(request)
    context = _context(request, month, _words_in(typed) if typed else None)
    return render(request, _PAGE, context | {"touched": bool(typed)})


def _words_in(data: QueryDict) -> dict:
    """Summary and comments, as they were typed."""
    boxes = [name for name in data if name.startswith("comment-")]
    comments = {name.removeprefix("comment-"): parameters.text(data, name) for name in boxes}
    return {"summary": parameters.text(data, "summary"), "comments": comments}


def _context(request: PersonRequest, month: Month, typed: dict | None = None) -> dict:
    report = services.report_of(month)
    context = {
        "month": month,
        "report": report,
        "may_ask": may_write_report(request.user) and not (report and report.is_signed),
        "may_write": may_sign_report(request.user) and not (report and report.is_signed),
        "has_begun": month <= Month.current(),
    }
    if report is None:
        return context
    comments = typed["comments"] if typed else None
    return context | {
        "is_whole": reads_all_teams(request.user),
        "is_over": is_over(report.content, month),
        "figures": page.figures_of(report, request.user),
        "delays": page.delays_of(report, request.user),
        "findings": page.findings_of(report, request.user, comments),
        "gone": page.gone_of(report, request.user),
        "summary": typed["summary"] if typed else report.summary,
        "events": timeline_of(report),
    }


@require_POST
@only_who(may_write_report)
def write(request: PersonRequest, month: Month) -> HttpResponse:
    """Asks for the report to be written, again if need be; leads to the job that does it."""
    try:
        return see_other(request_report(month=month, by=request.user))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return see_other("report:month", month)


@require_POST
@only_who(may_sign_report)
def words(request: PersonRequest, month: Month) -> HttpResponse:
    """Keeps summary and comments, and with the button ``sign`` signs them as well."""
    report = _written(month)
    said = _words_in(request.POST)
    try:
        report = services.save_and_sign(
            report=report,
            **said,
            version=parameters.version(request.POST) or 0,
            sign="sign" in request.POST,
            by=request.user,
        )
    except (Stale, ValidationError) as refusal:
        context = _context(request, month, said) | {"touched": True}
        if isinstance(refusal, Stale):
            context["theirs"] = refusal.current
            context["refusal"] = _("It was changed meanwhile. What you wrote is still here; compare, then save again.")
        else:
            context["refusal"] = " ".join(refusal.messages)
        return render_invalid(request, _PAGE, context)
    messages.success(request, _("The report is signed.") if report.is_signed else _("Your words are kept."))
    return saved(see_other(report), person=request.user, page=report.get_absolute_url())


@require_GET
@only_who(may_read_report)
def print_sheet(request: PersonRequest, month: Month) -> HttpResponse:
    """The report on A4 sheets."""
    report = _written(month)
    context = {
        "report": report,
        "company": Company.ours(),
        "title": _("Monthly sales report"),
        "number": str(report),
        "dated": report.signed_at or report.written_at,
        "mark": "" if report.is_signed else _("Not signed yet"),
        "back_url": report.get_absolute_url(),
        "back_label": _("Back to the report"),
        "is_whole": reads_all_teams(request.user),
        "figures": page.figures_of(report, request.user),
        "delays": page.delays_of(report, request.user),
        "findings": page.findings_of(report, request.user),
        "gone": page.gone_of(report, request.user),
    }
    return render(request, "analytics/report/print.html", context)


@require_POST
@only_who(may_read_report)
def excel(request: PersonRequest, month: Month) -> HttpResponse:
    """Asks for the report as an Excel file; leads to the job that writes it."""
    _written(month)
    return see_other(request_workbook(month=month, by=request.user))
