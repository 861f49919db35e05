"""The one view behind every verb button."""

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import parameters, typed
from core.http import see_other
from core.workflow import Refused, machine_of, take


@require_POST
def advance(request, pk: int, verb: str, model: str):
    """Takes a verb on a record the person may see, then leads back to it (303) with a message.

    404 for a foreign record or an unknown verb, 403 for a verb of another role; any other refusal is a message on the
    record's page, where what was typed is waiting.
    """
    obj = record_of(request, model, pk)
    if obj is None or verb not in machine_of(obj).verbs():
        raise Http404
    try:
        take(obj, verb, by=request.user, **_words(request))
    except Refused as refused:
        back = back_refused(request, _next(request, "back", obj), refused)
        typed.keep(request, obj, verb)
        return back
    done = _("Done: %(verb)s") % {"verb": machine_of(obj).transition(verb).label}
    messages.success(request, format_html("{} · {}", done, link_to(obj, request.user)))
    return see_other(_next(request, "next", obj))


def back_refused(request, to, refused: Refused) -> HttpResponse:
    """403 for another role; else back to a record or path, which says why this cannot be done (any more)."""
    if "role" in refused.kinds:
        raise PermissionDenied(str(refused)) from refused
    messages.error(request, str(refused))
    return see_other(to)


def link_to(obj, user) -> SafeString:
    """A record as a message names it, leading to its page."""
    return format_html('<a class="link" href="{}">{}</a>', obj.get_absolute_url(), obj.described_to(user))


def record_of(request, model: str, pk: int):
    """The record that a verb is about, if this person may see it."""
    return apps.get_model(model).objects.visible_to(request.user).filter(pk=pk).first()


def _words(request) -> dict:
    """Note, answers (``answer-<key>``) and the version the person was looking at."""
    return {
        "note": parameters.text(request.POST, "note"),
        "answers": {k[7:]: v.strip() for k, v in request.POST.items() if k.startswith("answer-")},
        "version": parameters.version(request.POST),
    }


def _next(request, name: str, obj) -> str:
    """Where the form asked to go afterwards, if that is a page of ours; else the record."""
    return parameters.page_of_ours(request.POST, name, obj.get_absolute_url())
