"""Who may do what with proposals of grades. Which ones somebody sees is ``GradeProposal.objects.visible_to``."""

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role


def may_read_proposals(user: User) -> bool:
    """Whether grades and what follows from them concern this role."""
    return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN)


def may_decide(user: User) -> bool:
    """Managers decide, about the customers of their team."""
    return has_role(user, Role.MANAGER)


def may_ask(user: User) -> bool:
    """Who looks after a customer may ask for its grade to be worked out between two quarters."""
    return has_role(user, Role.REP, Role.MANAGER)
