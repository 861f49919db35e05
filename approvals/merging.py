"""The last cooperation of a customer follows its completed orders."""

from django.db.models import Max

from customers.moving import Joining, after_merge
from orders.statuses import Status


@after_merge
def move_last_cooperation(joining: Joining) -> None:
    """The latest day on which an order of either file had fully arrived."""
    for customer in (joining.merged, joining.into):
        completed = customer.orders.filter(status=Status.COMPLETED)
        customer.last_cooperation_on = completed.aggregate(last=Max("signed_off_on"))["last"]
        customer.save(update_fields=["last_cooperation_on"])
