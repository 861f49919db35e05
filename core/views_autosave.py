"""What people typed and have not saved: kept while they type, brought back to its page, or dropped."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import autosave, parameters
from core.http import see_other, typed_in
from core.interrupted import bring_back, takes_up
from core.models import Autosave
from core.templatetags.ui import when

#: How the form's page and token are called beside the form's own fields.
_PAGE, _FORM = "autosave-page", "autosave-form"
_LONGEST_PAGE = Autosave._meta.get_field("page").max_length or 0
_LONGEST_FORM = Autosave._meta.get_field("form").max_length or 0


@require_POST
def keep(request) -> JsonResponse:
    """Keeps the posted form for this person; 413 when it is larger than any of ours."""
    entries = _entries(request)
    if sum(len(name) + len(text) for name, text in entries) > autosave.LARGEST:
        return JsonResponse({}, status=413)
    form = parameters.text(request.POST, _FORM)[:_LONGEST_FORM]
    row = autosave.keep(person=request.user, page=_page(request), form=form, entries=entries)
    return JsonResponse({"time": f"{timezone.localtime(row.at):%H:%M}"})


@require_POST
def restore(request) -> HttpResponse:
    """Leads to the page with the form as it was kept here, or as the browser has kept it and posts it now."""
    pk = parameters.key(request.POST, "autosave")
    if pk is None:
        return bring_back(request, _page(request), _entries(request))
    row = get_object_or_404(Autosave, pk=pk, person=request.user)
    words = {"when": when(row.at)}
    messages.warning(request, _("This is what you typed %(when)s; it is not saved yet.") % words)
    return bring_back(request, row.page, row.entries)


@require_POST
def discard(request) -> HttpResponse:
    """Drops what the person does not want back, and leads to its page."""
    row = get_object_or_404(Autosave, pk=parameters.key(request.POST, "autosave"), person=request.user)
    row.delete()
    return see_other(row.page)


def _page(request) -> str:
    """The path of a page that takes up what was typed; any other is none of ours."""
    page = parameters.text(request.POST, _PAGE)
    if len(page) > _LONGEST_PAGE or not takes_up(page):
        raise Http404
    return page


def _entries(request) -> list[tuple[str, str]]:
    return [(name, text) for name, text in typed_in(request.POST) if name not in (_PAGE, _FORM)]
