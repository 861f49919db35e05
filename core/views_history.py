"""Whether history proves itself: the last check with what it found, and the history of one record."""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import history_check, registries
from core.chain import broken_links
from core.http import see_other
from core.invariants import strayed_among
from core.models import Event, HistoryCheck, Job
from core.rights import may_check_history
from core.sentences import translated

_SHOWN = 10


@require_GET
def history(request):
    """What the last check of all histories found, and when there were others."""
    _demand_right(request)
    checks = list(HistoryCheck.objects.select_related("by")[:_SHOWN])
    findings: dict[str, list[dict]] = {}
    for found in checks[0].findings if checks else ():
        line = translated(found.get("said", {})) or found["line"]
        findings.setdefault(_(found["rule"]), []).append({"line": line, "url": found["url"]})
    context = {
        "last": checks[0] if checks else None,
        "checks": checks,
        "findings": findings,
        "running": Job.objects.live().filter(kind=history_check.KIND).first(),
    }
    return render(request, "core/history.html", context)


@require_POST
def check_history(request):
    _demand_right(request)
    return see_other(history_check.request_check(by=request.user))


@require_GET
def record_history(request, model: str, pk: int):
    """A fragment: whether the history of one record is whole, and the record what it left."""
    _demand_right(request)
    try:
        records = apps.get_model(model.replace("-", "."))._base_manager.filter(pk=pk)
    except (LookupError, ValueError):
        raise Http404 from None
    events = Event.objects.filter(subject_type=ContentType.objects.get_for_model(records.model), subject_id=pk)
    context = {
        "count": events.count(),
        "broken": [event for _kind, _record, event in broken_links(events)],
        "strayed": [translated(each.said) for each in strayed_among(records)]
        if records.model._meta.label in registries.followed
        else [],
    }
    return render(request, "core/_record_history.html", context)


def _demand_right(request) -> None:
    if not may_check_history(request.user):
        raise PermissionDenied(_("Your role may not do this."))
