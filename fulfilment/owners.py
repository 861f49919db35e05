"""Whose shipments they are: they follow their order's rep, as the order does (orders.owners)."""

from django.db.models import Q

from accounts.models import Team, User
from customers.models import Customer
from fulfilment.models import Shipment
from orders.statuses import Status

_FINISHED = (Status.COMPLETED, Status.CANCELLED)


def follow_rep(user: User, team: Team | None) -> None:
    """Moves the shipments of unfinished orders of a rep who changes to another team along with them."""
    Shipment.objects.filter(rep=user).exclude(order__status__in=_FINISHED).update(team=team)


def follow_customer(record) -> None:
    """Hands the shipments of a customer's unfinished orders, and those of nobody, to its new owner."""
    if isinstance(record, Customer) and record.owner:
        concerned = ~Q(order__status__in=_FINISHED) | Q(rep__isnull=True)
        shipments = Shipment.objects.filter(concerned, order__customer=record)
        shipments.update(rep=record.owner, team=record.owner.team)
