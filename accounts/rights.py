"""What a role may see and do. Every app has a ``rights.py``; navigation, buttons and views call the same function."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.models import User

PRICE_ROLES = frozenset({Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN})


def has_role(user: "User | AnonymousUser", *roles: Role) -> bool:
    """Whether somebody who has logged in has one of these roles."""
    return getattr(user, "role", "") in roles


def works_here(user: "User") -> bool:
    """Whether this person has a role at all."""
    return has_role(user, *Role)


def sees_prices(user: "User") -> bool:
    """True when selling prices, credit and receipts may be shown to this person, on pages, in exports and in search."""
    return has_role(user, *PRICE_ROLES)


def sees_costs(user: "User") -> bool:
    """True when what our products and orders cost us may be shown to this person, wherever that would be."""
    return has_role(user, Role.MANAGER, Role.FINANCE)


def people_of(user: "User") -> list[int]:
    """The ids of those whose records a representative sees: oneself, and whom one stands in for today."""
    return [user.pk, *(person.pk for person in user.stands_in_for)]


def teams_of(user: "User") -> list[int]:
    """The ids of the teams whose records a manager sees: the own one, the one that they may decide for, and the same
    of whom they stand in for today.
    """
    people = (user, *user.stands_in_for)
    found = (team for each in people for team in (each.team_id, each.decides_also_for_id) if team)
    return list(dict.fromkeys(found))


def is_theirs(user: "User", owner: str) -> Q:
    """The condition of what a representative owns, or somebody for whom they stand in today; ``owner`` is the field."""
    people = people_of(user)
    return Q(**{owner: people[0]}) if len(people) == 1 else Q(**{f"{owner}__in": people})


def is_theirs_to_follow(user: "User", owner: str) -> Q:
    """The condition of what waits for its owner: for a representative as ``is_theirs``, for others what nobody owns."""
    return is_theirs(user, owner) if has_role(user, Role.REP) else Q(**{owner: None})


def one_with(user: "User") -> list[int]:
    """The ids of those who are one person for four eyes: oneself, one's deputy today, and whom one stands in for."""
    return [user.pk, *(each.person_id + each.deputy_id - user.pk for each in user.deputyships())]


def may_administer(user: "User") -> bool:
    """Whether people, reference data and policies are this person's to change."""
    return has_role(user, Role.ADMIN)


def demand(allowed: bool, why: str = "") -> None:
    """Raises PermissionDenied unless ``allowed``."""
    if not allowed:
        raise PermissionDenied(why or _("Your role may not do this."))
