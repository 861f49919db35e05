"""The monthly report as pages: read it, have it written, put it in words, sign it, print it, take it as Excel."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from analytics.models import Report
from analytics.months import Month
from analytics.report import page, services
from analytics.report.export import request_workbook
from analytics.report.jobs import request_report
from analytics.report.page import READERS, WRITERS
from analytics.report.writing import is_over
from core.events import timeline_of
from core.http import render_invalid, see_other
from core.models import Company

_PAGE = "analytics/report_month.html"


def _for(roles):
    """Only for people of these roles; gives the view its month."""

    def decorate(view):
        @wraps(view)
        def guarded(request, month: str):
            if request.user.role not in roles:
                raise PermissionDenied
            try:
                return view(request, Month.parse(month))
            except ValueError:
                raise Http404 from None

        return guarded

    return decorate


def _written(month: Month) -> Report:
    report = services.report_of(month)
    if report is None:
        raise Http404(_("This report has not been written yet."))
    return report


@require_GET
@never_cache
@_for(READERS)
def report_month(request, month: Month):
    """The report; before it was written, the way to it."""
    return render(request, _PAGE, _context(request, month))


def _context(request, month: Month, typed: dict | None = None) -> dict:
    report = services.report_of(month)
    context = {
        "month": month,
        "report": report,
        "may_write": request.user.role in WRITERS and not (report and report.is_signed),
        "has_begun": month <= Month.current(),
    }
    if report is None:
        return context
    comments = typed["comments"] if typed else None
    return context | {
        "is_over": is_over(report.content, month),
        "figures": page.figures_of(report),
        "delays": page.delays_of(report),
        "findings": page.findings_of(report, request.user, comments),
        "gone": page.gone_of(report, request.user),
        "summary": typed["summary"] if typed else report.summary,
        "events": timeline_of(report),
    }


@require_POST
@_for(WRITERS)
def write(request, month: Month):
    """Asks for the report to be written, again if need be; leads to the job that does it."""
    try:
        return see_other(request_report(month=month, by=request.user))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return see_other("report:month", month)


@require_POST
@_for(WRITERS)
def words(request, month: Month):
    """Keeps summary and comments, and with the button ``sign`` signs them as well."""
    report, typed = _written(month), _typed(request)
    try:
        report = services.keep_words(report=report, by=request.user, sign="sign" in request.POST, **typed)
    except ValidationError as refusal:
        theirs = report if isinstance(refusal, services.StaleReport) else None
        context = _context(request, month, typed) | {"refusal": " ".join(refusal.messages), "theirs": theirs}
        return render_invalid(request, _PAGE, context)
    messages.success(request, _("The report is signed.") if report.is_signed else _("Your words are kept."))
    return see_other(report)


def _typed(request) -> dict:
    """Summary, comments by finding, and the version that was read."""
    comments = {
        name.removeprefix("comment-"): text for name, text in request.POST.items() if name.startswith("comment-")
    }
    version = request.POST.get("version", "")
    return {
        "summary": request.POST.get("summary", ""),
        "comments": comments,
        "version": int(version) if version.isdecimal() else 0,
    }


@require_GET
@never_cache
@_for(READERS)
def print_sheet(request, month: Month):
    """The report on A4 sheets."""
    report = _written(month)
    return render(request, "analytics/report_print.html", _sheet(report, request.user))


def _sheet(report: Report, user) -> dict:
    return {
        "report": report,
        "company": Company.ours(),
        "title": _("Monthly sales report"),
        "number": str(report),
        "dated": report.signed_at or report.written_at,
        "mark": "" if report.is_signed else _("Not signed yet"),
        "back_url": report.get_absolute_url(),
        "back_label": _("Back to the report"),
        "figures": page.figures_of(report),
        "delays": page.delays_of(report),
        "findings": page.findings_of(report, user),
        "gone": page.gone_of(report, user),
    }


@require_POST
@_for(READERS)
def excel(request, month: Month):
    """Asks for the report as an Excel file; leads to the job that writes it."""
    _written(month)
    return see_other(request_workbook(month=month, by=request.user))
