"""Who may do what with the catalogue. It is open to everybody who works here; prices in it are not."""

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role


def uses_catalogue(user: User) -> bool:
    """Whether the catalogue belongs to this role's work, so that the navigation offers it."""
    return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE, Role.OPERATIONS, Role.ADMIN)


def may_change_products(user: User) -> bool:
    """Managers and the administrator keep the catalogue."""
    return has_role(user, Role.MANAGER, Role.ADMIN)


def may_keep_stock(user: User) -> bool:
    """Operations move the stock, with a reason, and count it."""
    return has_role(user, Role.OPERATIONS)


def may_read_counts(user: User) -> bool:
    """Counts show quantities only; sales representatives and service have no work with them."""
    return has_role(user, Role.OPERATIONS, Role.MANAGER, Role.FINANCE, Role.ADMIN)


def may_import_products(user: User) -> bool:
    """Managers bring spreadsheets."""
    return has_role(user, Role.MANAGER)
