"""The monthly archive as pages: which months are closed, what is not in order in one, what was kept of it."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.roles import Role
from analytics.archive import checklist, closing, page, supplements
from analytics.archive.opening import due_at, opening_month
from analytics.archive.verify import differences
from analytics.months import Month
from core.events import record, timeline_of
from core.http import render_invalid, see_other

READERS = frozenset({Role.MANAGER, Role.FINANCE, Role.ADMIN})


def _for(*roles):
    """Only for people of these roles; gives the view its month, if the path names one."""

    def decorate(view):
        @wraps(view)
        def guarded(request, month: str = ""):
            if request.user.role not in roles:
                raise PermissionDenied
            return view(request, _month(month)) if month else view(request)

        return guarded

    return decorate


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise Http404 from None


@require_GET
@never_cache
@_for(*READERS)
def archive_list(request):
    """The months that are over, newest first: open or closed, with what was kept."""
    return render(request, "analytics/archive_list.html", {"months": page.months(), "opening": opening_month()})


@require_GET
@never_cache
@_for(*READERS)
def archive_month(request, month: Month):
    """An open month's checklist; of a closed one what its archive says, nothing computed anew."""
    return render(request, "analytics/archive_month.html", _context(request, month))


def _context(request, month: Month) -> dict:
    period, archive = page.period_of(month), closing.archive_of(month)
    context = {"month": month, "period": period, "archive": archive, "may_close": request.user.role == Role.FINANCE}
    if archive:
        context |= page.of_archive(archive)
    else:
        context |= {
            "findings": checklist.examine(month),
            "earlier": checklist.open_before(month),
            "due_at": due_at(month) if month >= opening_month() else None,
            "is_over": month < Month.current(),
            "adjustments": page.adjustments_in(month),
        }
    return context | {"events": timeline_of(period) if period else []}


@require_POST
@_for(Role.FINANCE)
def close(request, month: Month):
    """Asks for the closing; leads to the job that does it."""
    try:
        return see_other(closing.request_closing(month=month, by=request.user))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return see_other("archive:month", month)


@require_POST
@_for(*READERS)
def verify(request, month: Month):
    """Computes everything about the archive again and says whether it is what it was."""
    archive = _archive(month)
    found = list(differences(archive))
    outcome = " ".join(found) or _("everything is as it was")
    record(archive.period, "verify_archive", by=request.user, outcome=outcome)
    if found:
        messages.error(request, outcome)
    else:
        said = _("Rows, totals and workbook are what they were: SHA-256 %(hash)s.")
        messages.success(request, said % {"hash": archive.content_hash})
    return see_other(archive)


@require_POST
@_for(Role.FINANCE)
def supplement(request, month: Month):
    """Keeps what came late under the next number."""
    archive, note = _archive(month), request.POST.get("note", "")
    try:
        made = supplements.add_supplement(archive=archive, note=note, by=request.user)
    except ValidationError as refusal:
        context = _context(request, month) | {"note": note, "refusal": " ".join(refusal.messages)}
        return render_invalid(request, "analytics/archive_month.html", context)
    messages.success(request, _("Supplement %(number)s is kept.") % {"number": made.number})
    return see_other(archive)


@require_GET
@never_cache
@_for(*READERS)
def download(request, month: Month):
    """The workbook as it was written when the month was closed."""
    path = closing.folder() / _archive(month).workbook_name
    if not path.is_file():
        raise Http404(_("The workbook is missing; the verification says so too."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{_('Monthly archive')}_{month}.xlsx")


def _archive(month: Month):
    archive = closing.archive_of(month)
    if archive is None:
        raise Http404(_("This month has no archive."))
    return archive
