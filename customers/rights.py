"""Who may do what with customer files. Which files somebody sees is ``Customer.objects.visible_to``."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.rights import demand, has_role
from accounts.roles import Role


def may_read_customers(user: User) -> bool:
    """Whether customer files concern this role at all."""
    return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE, Role.SERVICE, Role.ADMIN)


def may_keep(user: User) -> bool:
    """Whether this role opens, changes and freezes customer files."""
    return has_role(user, Role.REP, Role.MANAGER)


def may_choose_owner(user: User) -> bool:
    """Whether this role decides who owns a customer; a rep's new customers are the rep's own."""
    return has_role(user, Role.MANAGER)


def may_merge(user: User) -> bool:
    """Whether this role makes one file of two; both must be in sight."""
    return has_role(user, Role.MANAGER)


def may_import_customers(user: User) -> bool:
    """Managers bring spreadsheets."""
    return has_role(user, Role.MANAGER)


def owners_for(user: User) -> QuerySet[User]:
    """Those to whom this person may give a customer: the reps of the team who work here."""
    return User.objects.filter(role=Role.REP, team=user.team_id, is_active=True).order_by("name", "id")


def owner_of_new(by: User, wanted: User | None) -> User | None:
    """Who owns a customer that ``by`` opens: a rep always, a manager whom they want of the team, or nobody yet.

    Raises:
        PermissionDenied: for another role, and for an owner who is not the manager's to choose.
    """
    demand(may_keep(by))
    if not may_choose_owner(by):
        return by
    demand(wanted is None or owners_for(by).filter(pk=wanted.pk).exists())
    return wanted


def may_set_limit(user: User) -> bool:
    """Whether this role gives a customer a credit limit of its own."""
    return has_role(user, Role.FINANCE)
