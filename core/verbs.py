"""The one view behind every verb button."""

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import typed
from core.http import see_other
from core.workflow import Refused, machine_of, take


@require_POST
def advance(request, pk: int, verb: str, model: str):
    """Takes a verb on a record the person may see, then leads back to it (303) with a message.

    404 for a foreign record or an unknown verb, 403 for a verb of another role; any other refusal is a message on the
    record's page, where what was typed is waiting.
    """
    obj = get_object_or_404(apps.get_model(model).objects.visible_to(request.user), pk=pk)
    if verb not in machine_of(obj).verbs():
        raise Http404
    try:
        take(obj, verb, by=request.user, **_words(request))
    except Refused as refused:
        if "role" in refused.kinds:
            raise PermissionDenied(str(refused)) from refused
        typed.keep(request, obj, verb)
        messages.error(request, str(refused))
        return see_other(_next(request, "back", obj))
    messages.success(request, _("Done: %(verb)s") % {"verb": machine_of(obj).transition(verb).label})
    return see_other(_next(request, "next", obj))


def _words(request) -> dict:
    """Note, answers (``answer-<key>``) and the version the person was looking at."""
    version = request.POST.get("version", "")
    return {
        "note": request.POST.get("note", "").strip(),
        "answers": {k[7:]: v.strip() for k, v in request.POST.items() if k.startswith("answer-")},
        "version": int(version) if version.isdecimal() else None,
    }


def _next(request, name: str, obj) -> str:
    """Where the form asked to go afterwards, if that is a page of ours; else the record."""
    url = request.POST.get(name, "")
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else obj.get_absolute_url()
