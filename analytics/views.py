"""The dashboard of a month."""

from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import User
from analytics import dashboard
from analytics.addresses import dashboard_url, part_key
from analytics.facts import orders_in
from analytics.filters import month_called, slice_for
from analytics.freshness import refresh
from analytics.jobs import request_refresh
from analytics.models import Dimension, Scope
from analytics.months import Month
from analytics.report.page import address_for, headlines_of
from analytics.rights import demand_reader, home_scope, reps_of, scopes_of
from analytics.slices import Slice
from analytics.targets import attainment
from analytics.views_archive import READERS as ARCHIVE_READERS

#: Seconds a page may spend on counting what has changed; what takes longer is left to a worker.
PATIENCE = 1.0
_DIMENSIONS = (Dimension.CATEGORY, Dimension.PROVINCE, Dimension.GRADE)


@require_GET
def latest(request: HttpRequest) -> HttpResponse:
    """Leads to the running month, or to the last one in which something was booked."""
    demand_reader(request.user)
    return redirect("analytics:month", _latest_month(home_scope(request.user)))


def _latest_month(scope: Slice) -> Month:
    day = orders_in(scope).aggregate(last=Max("booking_date"))["last"]
    return min(Month.of(day), Month.current()) if day else Month.current()


@require_GET
def month(request: HttpRequest, month: str) -> HttpResponse:
    """What a month came to, for a scope and at most one dimension."""
    demand_reader(request.user)
    wanted, slice_ = month_called(month), slice_for(request.user, request.GET)
    fresh = refresh(seconds=PATIENCE, near=wanted)
    if not fresh:
        request_refresh()
    by = slice_.dimension or request.GET.get("by", "")
    dimension = by if by in _DIMENSIONS else ""
    context = {
        "fresh": fresh,
        **_frame(request, wanted, slice_, dimension),
        **_content(request, wanted, slice_, dimension),
    }
    return render(request, "analytics/dashboard.html", context)


def _frame(request, wanted: Month, slice_: Slice, dimension: str) -> dict:
    """Where we are and where one can go from here."""
    following = wanted.shifted(1)
    scope, scopes = slice_.undivided, scopes_of(request.user)
    return {
        "month": wanted,
        "previous_url": dashboard_url(wanted.shifted(-1), slice_, dimension),
        "next_url": dashboard_url(following, slice_, dimension) if following <= Month.current() else "",
        "is_running": wanted == Month.current(),
        "report_url": address_for(request.user, wanted),
        "may_read_archive": request.user.role in ARCHIVE_READERS,
        "scopes": scopes,
        "scope_key": slice_.scope_key,
        "scope_label": {choice.key: choice.label for choice in scopes}[slice_.scope_key],
        "by": dimension,
        "part_key": part_key(slice_),
        "part_name": dashboard.name_of_part(slice_),
        "whole_url": dashboard_url(wanted, scope, dimension),
        "dimensions": [
            {"label": label, "url": dashboard_url(wanted, scope, key), "active": key == dimension}
            for key, label in (("", _("Undivided")), *((d, d.label) for d in _DIMENSIONS))
        ],
    }


def _content(request, wanted: Month, slice_: Slice, dimension: str) -> dict:
    board = dashboard.board_of(slice_, wanted)
    content = {
        "board": board,
        "tiles": board.tiles(),
        "others": board.others(),
        "target": attainment(slice_, wanted, board.now.order_total),
        "delays": dashboard.delays(board),
        "delay_kpi": dashboard.BY_KEY[dashboard.DELAYS],
        "latest_url": _where_something_is(board),
        "headlines": [] if dimension or slice_.scope == Scope.REP else headlines_of(wanted, request.user),
    }
    if slice_.dimension:
        return content
    return content | {
        "totals": dashboard.totals_by_grade(slice_, wanted),
        "stages": dashboard.stages(slice_, wanted),
        "reps": dashboard.reps(wanted, _people(request.user, slice_)),
        "values": dashboard.values(slice_, dimension, wanted) if dimension else [],
        "value_heads": [dashboard.BY_KEY[key].label for key in dashboard.BY_VALUE],
    }


def _people(user, slice_: Slice) -> QuerySet[User]:
    """The reps to be compared: those of the scope whom the person may see."""
    if slice_.scope == Scope.REP:
        return User.objects.none()
    people = reps_of(user)
    return people.filter(team=slice_.scope_id) if slice_.scope == Scope.TEAM else people


def _where_something_is(board: dashboard.Board) -> str:
    """From an empty month the way to the last one with figures."""
    if not board.is_empty:
        return ""
    latest_month = _latest_month(board.slice)
    return dashboard_url(latest_month, board.slice) if latest_month != board.month else ""
