"""The monthly archive as pages: which months are closed, what is not in order in one, what was kept of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import PersonRequest
from analytics.archive import checklist, closing, page, supplements
from analytics.archive.automatic_closing import due_at, opening_month
from analytics.archive.verify import differences
from analytics.figures.months import Month
from analytics.models import Archive
from analytics.month_pages import only_who
from analytics.rights import may_close, may_read_archive, reads_all_teams
from core import parameters
from core.events import record, timeline_of
from core.http import render_invalid, see_other


@require_GET
@only_who(may_read_archive)
def archive_list(request: PersonRequest) -> HttpResponse:
    """The months that are over, newest first: open or closed, with what was kept."""
    return render(
        request, "analytics/archive/list.html", {"months": page.months(request.user), "opening": opening_month()}
    )


@require_GET
@only_who(may_read_archive)
def archive_month(request: PersonRequest, month: Month) -> HttpResponse:
    """An open month's checklist; of a closed one what its archive says, nothing computed anew."""
    return render(request, "analytics/archive/month.html", _context(request, month))


def _context(request: PersonRequest, month: Month) -> dict:
    period, archive = page.period_of(month), closing.archive_of(month)
    may = may_close(request.user)
    context: dict[str, Any] = {"month": month, "period": period, "archive": archive, "may_close": may}
    if archive:
        context |= page.of_archive(archive, request.user)
    else:
        context |= {
            "findings": checklist.examine(month, None if reads_all_teams(request.user) else request.user),
            "earlier": checklist.open_before(month),
            "due_at": due_at(month) if month >= opening_month() else None,
            "is_over": month < Month.current(),
            "adjustments": page.adjustments_in(month, request.user),
        }
        if may and context["is_over"]:
            context["booked"] = page.booked_so_far(month)
    # Notes and outcomes may name anybody's records.
    verbs = None if reads_all_teams(request.user) else ("close_month", "archive_month")
    return context | {"events": timeline_of(period, verbs=verbs) if period else []}


@require_POST
@only_who(may_close)
def close(request: PersonRequest, month: Month) -> HttpResponse:
    """Asks for the closing; leads to the job that does it."""
    try:
        return see_other(closing.request_closing(month=month, by=request.user))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return see_other("archive:month", month)


@require_POST
@only_who(may_read_archive)
def verify(request: PersonRequest, month: Month) -> HttpResponse:
    """Computes everything about the archive again and says whether it is what it was."""
    archive = _archive(month)
    found = list(differences(archive))
    outcome = " ".join(found) or _("everything is as it was")
    record(archive.period, "verify_archive", by=request.user, outcome=outcome)
    if found and not reads_all_teams(request.user):
        messages.error(request, _("The archive is not what it was; finance sees where."))
    elif found:
        messages.error(request, outcome)
    else:
        said = _("Rows, totals and workbook are what they were: SHA-256 %(hash)s.")
        messages.success(request, said % {"hash": archive.content_hash})
    return see_other(archive)


@require_POST
@only_who(may_close)
def supplement(request: PersonRequest, month: Month) -> HttpResponse:
    """Keeps what came late under the next number."""
    archive, note = _archive(month), parameters.text(request.POST, "note")
    try:
        made = supplements.add_supplement(archive=archive, note=note, by=request.user)
    except ValidationError as refusal:
        context = _context(request, month) | {"note": note, "refusal": " ".join(refusal.messages)}
        return render_invalid(request, "analytics/archive/month.html", context)
    messages.success(request, _("Supplement %(number)s is kept.") % {"number": made.number})
    return see_other(archive)


@require_GET
@only_who(reads_all_teams)
def download(request: PersonRequest, month: Month) -> FileResponse:
    """The workbook as it was written when the month was closed, with the records of all teams."""
    path = closing.folder() / _archive(month).workbook_name
    if not path.is_file():
        raise Http404(_("The workbook is missing; the verification says so too."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{_('Monthly archive')}_{month}.xlsx")


def _archive(month: Month) -> Archive:
    archive = closing.archive_of(month)
    if archive is None:
        raise Http404(_("This month has no archive."))
    return archive
