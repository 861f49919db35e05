"""Priority supply (优先供货): whose orders come first in the stock, and who follows when that changes."""

from collections.abc import Callable

from django.db.models import QuerySet

from care.models import CarePlan
from customers.models import Customer

Follower = Callable[[Customer], None]
#: What upper apps do when a customer comes first from now on, or does no longer; under the customer's lock.
_FOLLOWERS: list[Follower] = []


def supplied_first() -> QuerySet:
    """The ids of the customers whose care plan promises priority supply."""
    return CarePlan.objects.filter(ended_on=None, priority_supply=True).order_by().values("customer")


def is_supplied_first(customer: int | None) -> bool:
    """Whether this customer (by its id) comes first; nobody does not."""
    return customer is not None and supplied_first().filter(customer=customer).exists()


def follows_supply(follower: Follower) -> Follower:
    """Enters a function that is called in the transaction that changes a plan."""
    _FOLLOWERS.append(follower)
    return follower


def supply_changed(customer: Customer) -> None:
    """For whoever begins, changes or ends a plan, once it is saved."""
    for follower in _FOLLOWERS:
        follower(customer)
