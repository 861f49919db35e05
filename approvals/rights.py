"""Who reviews. Who may take which verb in which state is the table in ``workflow.py``."""

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role


def may_review(user: User) -> bool:
    """Whether this role decides a stage at all."""
    return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE)


def may_ask_for_dates(user: User) -> bool:
    """Whether this role is told the earliest feasible date of what is being ordered."""
    return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN)


def may_import_orders(user: User) -> bool:
    """Managers bring spreadsheets."""
    return has_role(user, Role.MANAGER)
