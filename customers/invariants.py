"""What must always hold about customer files."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from core.invariants import Invariant
from customers.models import Customer


def foreign_teams() -> Iterator[str]:
    """Customers that do not belong to their owner's team, or to one although nobody owns them."""
    strays = Q(owner__isnull=True, team__isnull=False) | (Q(owner__isnull=False) & ~Q(team=F("owner__team")))
    for customer in Customer.objects.filter(strays, Q(owner__isnull=True) | Q(owner__team__isnull=False)).iterator():
        yield f"{customer.number}: team {customer.team_id}"


def missing_primary_contacts() -> Iterator[str]:
    """Customers that have contacts but no primary one."""
    counted = Customer.objects.annotate(
        people=Count("contacts", filter=Q(contacts__departed=False)),
        primary=Count("contacts", filter=Q(contacts__is_primary=True)),
    )
    for customer in counted.filter(people__gt=0, primary=0).iterator():
        yield customer.number


INVARIANTS = [
    Invariant("customer teams", "a customer belongs to its owner's team", foreign_teams),
    Invariant("primary contacts", "who has contacts has a primary one", missing_primary_contacts),
]
