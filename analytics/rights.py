"""Who may see and do what with figures, archive and report.

Figures: a rep sees their own, a manager the team's and its reps', finance and admin all. Operations and service see no
prices and so no figures. The archive and the report are about everybody's figures, so representatives do not read them,
and managers read what concerns their team, unless the policy ``READS_ALL_TEAMS`` opens the rest to them.
"""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.rights import has_role
from accounts.roles import Role
from analytics.figures.segments import Segment
from analytics.models import Scope
from core import policy

READS_ALL_TEAMS = "managers_read_all_teams"


@dataclass(frozen=True)
class Choice:
    """A scope that the person may choose: as it stands in the address, and its name."""

    key: str
    label: str | Promise


def may_see_figures(user: User | AnonymousUser) -> bool:
    """The dashboard and the rows behind its figures."""
    return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN)


def may_read_archive(user: User | AnonymousUser) -> bool:
    """The monthly archive, and whether it is still what it was."""
    return has_role(user, Role.MANAGER, Role.FINANCE, Role.ADMIN)


def may_close(user: User | AnonymousUser) -> bool:
    """Closing a month, and adding to its archive what came late."""
    return has_role(user, Role.FINANCE)


def may_read_report(user: User | AnonymousUser) -> bool:
    """The monthly report, on pages, on paper and as Excel."""
    return has_role(user, Role.MANAGER, Role.FINANCE, Role.ADMIN)


def reads_all_teams(user: User) -> bool:
    """Archive and report as wholes: workbook, words, what is not in order anywhere. Others read their team's part."""
    return has_role(user, Role.FINANCE, Role.ADMIN) or (has_role(user, Role.MANAGER) and policy.value(READS_ALL_TEAMS))


def may_write_report(user: User | AnonymousUser) -> bool:
    """Having the report written."""
    return has_role(user, Role.MANAGER, Role.FINANCE)


def may_sign_report(user: User) -> bool:
    """Putting the report in words and signing it: only who reads all of it."""
    return may_write_report(user) and reads_all_teams(user)


def reps_of(user: User) -> QuerySet[User]:
    """The reps whose figures the person may see one by one."""
    reps = User.objects.filter(role=Role.REP).order_by("name", "pk")
    if user.role == Role.REP:
        return reps.filter(pk=user.pk)
    return reps.filter(team=user.team_id) if user.role == Role.MANAGER else reps


def home_scope(user: User) -> Segment:
    """What the person sees first: own figures, the team's, or everybody's."""
    own: dict[str, Segment] = {
        Role.REP: Segment(Scope.REP, user.pk),
        Role.MANAGER: Segment(Scope.TEAM, user.team_id or 0),
    }
    return own.get(user.role, Segment())


def scopes_of(user: User) -> list[Choice]:
    """All scopes the person may choose from, the first one being home."""
    home = home_scope(user)
    if user.role == Role.REP:
        return [Choice(home.scope_key, str(user))]
    reps = [Choice(Segment(Scope.REP, rep.pk).scope_key, str(rep)) for rep in reps_of(user)]
    if user.role == Role.MANAGER:
        return [Choice(home.scope_key, str(user.team)), *reps]
    teams = [Choice(Segment(Scope.TEAM, team.pk).scope_key, str(team)) for team in Team.objects.all()]
    return [Choice(home.scope_key, _("Everybody")), *teams, *reps]


def scope_for(user: User, key: str) -> Segment:
    """The scope of that key, the home scope for an empty one. Raises Http404 for one that the person may not see."""
    home = home_scope(user)
    if not key or key == home.scope_key:
        return home
    if key not in {choice.key for choice in scopes_of(user)}:
        raise Http404
    kind, _colon, pk = key.partition(":")
    return Segment(kind, int(pk or 0))
