"""On the home page: what the running month came to so far, against its target."""

from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from accounts.roles import Role
from analytics.figures.addresses import dashboard_url
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import BookedRollUp, Dimension, SalesTarget, Scope
from analytics.rights import home_scope, may_see_figures, reps_of
from core.home import AT_MOST, Panel, Row, home_panel
from core.money import percentage, round_money, total
from core.templatetags.ui import yuan


@home_panel
class MonthSoFar(Panel):
    """The person's own month; for a manager the team's and its reps', for finance everybody's and the teams'.

    Read from the roll-ups as they stand, which a worker keeps up to some minutes behind.
    """

    place = 10
    title = gettext_lazy("This month so far")
    empty = gettext_lazy("Nothing has been booked this month yet.")

    def is_for(self, user: User) -> bool:
        return may_see_figures(user)

    def rows(self, user: User) -> list[Row]:
        month, parts = Month.current(), _parts(user)
        booked, targets = _booked(month, parts), _targets(month, parts)
        return [
            _row(month, segment, name, booked.get(segment, Decimal(0)), targets.get(segment))
            for segment, name in parts.items()
        ]

    def all_url(self, user: User) -> str:
        return dashboard_url(Month.current(), home_scope(user))


def _parts(user: User) -> dict[Segment, str]:
    """The segments that are shown, with their names."""
    home = home_scope(user)
    if user.role == Role.REP:
        return {home: _("My orders")}
    if user.role == Role.MANAGER:
        reps = reps_of(user).filter(is_active=True)[: AT_MOST - 1]
        return {home: str(user.team), **{Segment(Scope.REP, rep.pk): str(rep) for rep in reps}}
    teams = Team.objects.order_by("name", "id")[: AT_MOST - 1]
    return {home: _("Everybody"), **{Segment(Scope.TEAM, team.pk): str(team) for team in teams}}


def _booked(month: Month, parts: dict[Segment, str]) -> dict[Segment, Decimal]:
    """What was booked in the month (元, without tax), by segment."""
    wanted = Q()
    for segment in parts:
        wanted |= Q(scope=segment.scope, scope_id=segment.scope_id)
    rows = BookedRollUp.objects.filter(wanted, month=month.first, dimension=Dimension.NONE, value="")
    found = rows.values_list("scope", "scope_id", "net_total")
    return {Segment(scope, scope_id): round_money(net) for scope, scope_id, net in found}


def _targets(month: Month, parts: dict[Segment, str]) -> dict[Segment, Decimal]:
    """The month's targets (元, without tax), by segment; everybody's is the sum of the teams'."""
    found: dict[Segment, Decimal] = {}
    for team, rep, amount in SalesTarget.objects.filter(month=month.first).values_list("team", "rep", "amount"):
        found[Segment(Scope.TEAM, team) if team else Segment(Scope.REP, rep)] = round_money(amount)
    of_teams = [amount for segment, amount in found.items() if segment.scope == Scope.TEAM]
    return {**found, Segment(): total(of_teams)} if of_teams else found


def _row(month: Month, segment: Segment, name: str, booked: Decimal, target: Decimal | None) -> Row:
    url = dashboard_url(month, segment)
    if not target:
        return Row(name, url, _("no target set"), yuan(booked))
    share = booked / target
    words = {"target": yuan(target), "percent": percentage(share)}
    said = _("target %(target)s, %(percent)s %% reached") % words
    return Row(name, url, said, yuan(booked), percent=min(100, int(share * 100)))
