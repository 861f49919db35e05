"""The six roles and what follows from them everywhere: who sees prices, who decides which stage."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    REP = "rep", _("Sales representative")
    MANAGER = "manager", _("Sales manager")
    FINANCE = "finance", _("Finance")
    OPERATIONS = "operations", _("Operations")
    SERVICE = "service", _("After-sales service")
    ADMIN = "admin", _("Administrator")


#: Everybody who may read selling prices, credit and receipts.
PRICE_ROLES = frozenset({Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN})


def sees_prices(user) -> bool:
    """True when selling prices, credit and receipts may be shown to this person, on pages, in exports and in search."""
    return getattr(user, "role", "") in PRICE_ROLES
