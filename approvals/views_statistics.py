"""The page of the statistics of reviews."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.rights import demand
from approvals.checks.result import LABELS
from approvals.decision_list import MONTHS, hours
from approvals.models import Decision
from approvals.rights import may_read_statistics
from approvals.statistics import Share, decided_between, held_now, overridden, sent_back, taken_by_stages
from core import parameters
from core.spans import choices_with, months_back, period


@require_GET
def statistics(request):
    """How long stages take, where orders wait now, what came back and why, what was overridden; of one period."""
    demand(may_read_statistics(request.user))
    months = months_back(timezone.localdate(), MONTHS)
    sent = parameters.text(request.GET, "period")
    chosen = sent if period(sent) else months[0]
    days = period(chosen)
    assert days is not None
    decisions = decided_between(request.user, *days)
    causes, reps = sent_back(decisions)
    back = {"verdict": Decision.Verdict.SENT_BACK.value}
    context = {
        "period": chosen,
        "periods": choices_with(chosen, months, "")[1:],
        "taken": [_row_of(each, chosen) for each in taken_by_stages(decisions)],
        "held": [(each, f"{reverse('orders:list')}?status={each.stage.value}") for each in held_now(request.user)],
        "tables": [
            (_("Sent back, by reason"), _rows(causes, "cause", chosen, back)),
            (_("Sent back, by sales representative"), _rows(reps, "rep", chosen, back)),
            (_("Overridden checks"), _rows(overridden(decisions, LABELS), "released", chosen, {})),
        ],
        "decisions_url": _url(chosen),
    }
    return render(request, "approvals/statistics.html", context)


def _row_of(taken, chosen: str) -> dict:
    times = {"median": hours(taken.median), "ninth": hours(taken.ninth)}
    return {"stage": taken.stage.label, "count": taken.count, **times, "url": _url(chosen, stage=taken.stage.value)}


def _rows(found: list[Share], name: str, chosen: str, more: dict) -> list[tuple[Share, str]]:
    """The shares with where the decisions behind them are listed."""
    return [(share, _url(chosen, **more, **{name: share.key})) for share in found]


def _url(chosen: str, **filters: str) -> str:
    return f"{reverse('approvals:decisions')}?{urlencode({'period': chosen, **filters})}"
