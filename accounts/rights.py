"""What a role may see and do. Every app has a ``rights.py``; navigation, buttons and views call the same function."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
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


def teams_of(user: "User") -> list[int]:
    """The ids of the teams whose records a manager sees: the own one, and the one that they may decide for."""
    return [team for team in (user.team_id, user.decides_also_for_id) if team]


def may_administer(user: "User") -> bool:
    """Whether people, reference data and policies are this person's to change."""
    return has_role(user, Role.ADMIN)


def demand(allowed: bool, why: str = "") -> None:
    """Raises PermissionDenied unless ``allowed``."""
    if not allowed:
        raise PermissionDenied(why or _("Your role may not do this."))
