"""Verbs that the system takes by itself once nothing stands in their way; running a sweep again changes nothing."""

from core.jobs.schedule import every_few_minutes
from core.workflow import Refused, take
from orders.models import Order
from orders.statuses import DeliveryStatus, Status


@every_few_minutes
def release_due() -> int:
    """Releases the approved orders that wait for nothing any more; returns how many."""
    return _take_all("release", released_at=None)


@every_few_minutes
def complete_due() -> int:
    """Completes the approved orders of which everything has been signed off; returns how many."""
    return _take_all("complete", released_at__isnull=False, delivery_status=DeliveryStatus.SIGNED)


def _take_all(verb: str, **waiting) -> int:
    orders = Order.objects.filter(status=Status.APPROVED, **waiting).order_by("id")
    return sum(take_if_open(pk, verb) for pk in orders.values_list("pk", flat=True))


def take_if_open(pk: int, verb: str) -> bool:
    """Lets the system take a verb on an order; whether it did, or something stands in the way."""
    try:
        take(Order.objects.get(pk=pk), verb, by=None)
    except Refused:
        return False
    return True
