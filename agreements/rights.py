"""Who agrees on prices, and who reads them. Which agreements somebody sees is ``PriceAgreement.objects.visible_to``."""

from accounts.models import User
from accounts.rights import has_role, sees_prices
from accounts.roles import Role


def may_read_agreements(user: User) -> bool:
    """Whether prices that were agreed upon may be shown to this role: to all who see selling prices."""
    return sees_prices(user)


def may_agree(user: User) -> bool:
    """Whether this role makes, ends and imports agreements, of the customers it sees: managers decide on prices."""
    return has_role(user, Role.MANAGER)
