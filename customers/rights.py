"""Who may do what with customer files. Which files somebody sees is ``Customer.objects.visible_to``."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role

READERS = frozenset({Role.REP, Role.MANAGER, Role.FINANCE, Role.SERVICE, Role.ADMIN})
KEEPERS = frozenset({Role.REP, Role.MANAGER})


def may_read(user) -> bool:
    """Whether customer files concern this role at all."""
    return user.role in READERS


def may_keep(user) -> bool:
    """Whether this role opens, changes and freezes customer files."""
    return user.role in KEEPERS


def may_choose_owner(user) -> bool:
    """Whether this role decides who owns a customer; a rep's new customers are the rep's own."""
    return user.role == Role.MANAGER


def demand(allowed: bool) -> None:
    """Raises PermissionDenied unless ``allowed``."""
    if not allowed:
        raise PermissionDenied(_("Your role may not do this."))


def owners_for(user):
    """Those to whom this person may give a customer: the reps of the team who work here."""
    return User.objects.filter(role=Role.REP, team=user.team_id, is_active=True).order_by("name", "id")


def owner_of_new(by, wanted):
    """Who owns a customer that ``by`` opens: a rep always, a manager whom they want of the team, or nobody yet.

    Raises:
        PermissionDenied: for another role, and for an owner who is not the manager's to choose.
    """
    demand(may_keep(by))
    if not may_choose_owner(by):
        return by
    demand(wanted is None or owners_for(by).filter(pk=wanted.pk).exists())
    return wanted
