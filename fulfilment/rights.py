"""Who may do what with shipments. Which ones somebody sees is ``Shipment.objects.visible_to``; the verbs are in
``workflow.py``."""

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role


def may_plan(user: User) -> bool:
    """Only operations put shipments together, and write how they travel."""
    return has_role(user, Role.OPERATIONS)


def follows_shipments(user: User) -> bool:
    """Whether this role follows where shipments are, without sending them."""
    return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE, Role.SERVICE, Role.ADMIN)


def may_confirm(user: User) -> bool:
    """Sales people attach what their customer signed."""
    return has_role(user, Role.REP, Role.MANAGER)
