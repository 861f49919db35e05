"""Whose figures a person may see: a rep their own, a manager the team's and its reps', finance and admin all."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.roles import Role
from analytics.models import Scope
from analytics.slices import Slice

READERS = frozenset({Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN})


@dataclass(frozen=True)
class Choice:
    """A scope that the person may choose: as it stands in the address, and its name."""

    key: str
    label: str | Promise


def demand_reader(user) -> None:
    """Raises PermissionDenied for roles without figures (operations and service see no prices)."""
    if user.role not in READERS:
        raise PermissionDenied


def reps_of(user) -> QuerySet[User]:
    """The reps whose figures the person may see one by one."""
    reps = User.objects.filter(role=Role.REP).order_by("name", "pk")
    if user.role == Role.REP:
        return reps.filter(pk=user.pk)
    return reps.filter(team=user.team_id) if user.role == Role.MANAGER else reps


def home_scope(user) -> Slice:
    """What the person sees first: own figures, the team's, or everybody's."""
    own = {Role.REP: Slice(Scope.REP, user.pk), Role.MANAGER: Slice(Scope.TEAM, user.team_id or 0)}
    return own.get(user.role, Slice())


def scopes_of(user) -> list[Choice]:
    """All scopes the person may choose from, the first one being home."""
    home = home_scope(user)
    if user.role == Role.REP:
        return [Choice(home.scope_key, str(user))]
    reps = [Choice(Slice(Scope.REP, rep.pk).scope_key, str(rep)) for rep in reps_of(user)]
    if user.role == Role.MANAGER:
        return [Choice(home.scope_key, str(user.team)), *reps]
    teams = [Choice(Slice(Scope.TEAM, team.pk).scope_key, str(team)) for team in Team.objects.all()]
    return [Choice(home.scope_key, _("Everybody")), *teams, *reps]


def scope_for(user, key: str) -> Slice:
    """The scope of that key, the home scope for an empty one. Raises Http404 for one that the person may not see."""
    home = home_scope(user)
    if not key or key == home.scope_key:
        return home
    if key not in {choice.key for choice in scopes_of(user)}:
        raise Http404
    kind, _colon, pk = key.partition(":")
    return Slice(kind, int(pk or 0))
