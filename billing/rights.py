"""Who may do what with money received. Which receipts somebody sees is ``Receipt.objects.visible_to``."""

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role


def may_record_receipts(user: User) -> bool:
    """Finance records what arrived, moves it, and reverses it."""
    return has_role(user, Role.FINANCE)


def may_read_money(user: User) -> bool:
    """Those who see prices read what their customers paid and owe."""
    return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN)


def may_dun(user: User) -> bool:
    """Reps, their managers and finance ask customers for money."""
    return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE)
