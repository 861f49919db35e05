"""Which team a customer counts to: always its owner's."""

from accounts.models import Team, User
from customers.models import Customer


def follow_owner(user: User, team: Team | None) -> None:
    """Moves the customers of a person who changes to another team along with them."""
    Customer.objects.filter(owner=user).update(team=team)
