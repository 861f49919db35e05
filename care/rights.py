"""Who looks after customers. Which visits somebody sees is ``Visit.objects.visible_to``."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role


def may_read_visits(user: User) -> bool:
    """Whether care plans and visits, in which prices are spoken of, concern this role."""
    return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN)


def may_care(user: User) -> bool:
    """Whether this role plans and records visits: sales people."""
    return has_role(user, Role.REP, Role.MANAGER)


def visitors_for(user: User) -> QuerySet[User]:
    """Those whose visits this person may write down: the sales people of the team who work here."""
    sales = User.objects.filter(Q(team=user.team_id, team__isnull=False) | Q(pk=user.pk), is_active=True)
    return sales.filter(role__in=(Role.REP, Role.MANAGER)).order_by("name", "id")
