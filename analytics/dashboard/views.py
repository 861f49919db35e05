"""The dashboard of a month."""

from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.requests import PersonRequest
from analytics.archive.automatic_closing import is_known
from analytics.dashboard import board
from analytics.dashboard.filters import segment_for
from analytics.dashboard.requirement_rows import losses
from analytics.dashboard.targets import attainment
from analytics.figures.addresses import dashboard_url, part_key
from analytics.figures.counted_orders import orders_in
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Dimension, Scope
from analytics.month_pages import only_who
from analytics.report.page import address_for, headlines_of
from analytics.rights import home_scope, may_read_archive, may_see_figures, reps_of, scopes_of
from analytics.rollups.freshness import refresh
from analytics.rollups.jobs import request_refresh
from core import parameters

#: Seconds a page may spend on counting what has changed; what takes longer is left to a worker.
PATIENCE = 1.0
_DIMENSIONS = (Dimension.CATEGORY, Dimension.PROVINCE, Dimension.GRADE)


@require_GET
@only_who(may_see_figures)
def latest(request: PersonRequest) -> HttpResponse:
    """Leads to the running month, or to the last one in which something was booked."""
    return redirect("analytics:month", _latest_month(home_scope(request.user)))


def _latest_month(scope: Segment) -> Month:
    day = orders_in(scope).aggregate(last=Max("booking_date"))["last"]
    return min(Month.of(day), Month.current()) if day else Month.current()


@require_GET
@only_who(may_see_figures)
def month(request: PersonRequest, month: Month) -> HttpResponse:
    """What a month came to, for a segment, split by at most one dimension."""
    segment = segment_for(request.user, request.GET)
    fresh = refresh(seconds=PATIENCE, near=month)
    if not fresh:
        request_refresh()
    dimension = segment.dimension or parameters.choice(request.GET, "by", _DIMENSIONS)
    context = {
        "fresh": fresh,
        **_frame(request.user, month, segment, dimension),
        **_content(request.user, month, segment, dimension),
    }
    return render(request, "analytics/dashboard/month.html", context)


def _frame(user: User, month: Month, segment: Segment, dimension: str) -> dict:
    """Where we are and where one can go from here."""
    before, following = month.shifted(-1), month.shifted(1)
    scope, scopes = segment.undivided, scopes_of(user)
    return {
        "month": month,
        "previous_url": dashboard_url(before, segment, dimension) if is_known(before) else "",
        "next_url": dashboard_url(following, segment, dimension) if following <= Month.current() else "",
        "is_running": month == Month.current(),
        "report_url": address_for(user, month),
        "may_read_archive": may_read_archive(user),
        "scopes": scopes,
        "scope_key": segment.scope_key,
        "scope_label": {choice.key: choice.label for choice in scopes}[segment.scope_key],
        "by": dimension,
        "part_key": part_key(segment),
        "part_name": board.name_of_part(segment),
        "whole_url": dashboard_url(month, scope, dimension),
        "dimensions": [
            {"label": label, "url": dashboard_url(month, scope, key), "active": key == dimension}
            for key, label in (("", _("Undivided")), *((d, d.label) for d in _DIMENSIONS))
        ],
    }


def _content(user: User, month: Month, segment: Segment, dimension: str) -> dict:
    month_board = board.board_of(segment, month)
    latest_month = _latest_month(segment) if month_board.is_empty else month
    content = {
        "board": month_board,
        "tiles": month_board.tiles(),
        "others": month_board.others(),
        "to_come": month_board.to_come(),
        "target": attainment(segment, month, month_board.now.order_total),
        "delays": board.delays(month_board),
        "delay_kpi": board.BY_KEY[board.DELAYS],
        "latest_url": dashboard_url(latest_month, segment) if latest_month != month else "",
        "headlines": [] if dimension else headlines_of(month, segment, user),
    }
    if segment.dimension:
        return content
    reasons, lost = losses(user, segment, month)
    people = User.objects.none() if segment.scope == Scope.REP else reps_of(user)
    if segment.scope == Scope.TEAM:
        people = people.filter(team=segment.scope_id)
    return content | {
        "totals": board.totals_by_grade(segment, month),
        "stages": board.stages(segment, month),
        "reps": board.reps(month, people),
        "lost_reasons": reasons,
        "lost": lost,
        "values": board.values(segment, dimension, month) if dimension else [],
        "value_heads": [board.BY_KEY[key].label for key in board.BY_VALUE],
    }
