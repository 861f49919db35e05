"""Whose orders they are: open ones follow their rep's team and their customer's owner."""

from django.db.models import Q

from accounts.models import Team, User
from customers.models import Customer
from orders.models import Order
from orders.statuses import Status

_FINISHED = (Status.COMPLETED, Status.CANCELLED)


def follow_rep(user: User, team: Team | None) -> None:
    """Moves the unfinished orders of a rep who changes to another team along with them."""
    Order.objects.filter(rep=user).exclude(status__in=_FINISHED).update(team=team)


def follow_customer(record) -> None:
    """Hands the unfinished orders of a customer to its new owner; without one they stay where they are.

    Finished orders that an import brought for nobody in particular go along.
    """
    if isinstance(record, Customer) and record.owner:
        concerned = ~Q(status__in=_FINISHED) | Q(rep__isnull=True)
        orders = Order.objects.filter(concerned, customer=record)
        orders.update(rep=record.owner, team=record.owner.team)
