"""What the system does by itself right after somebody else's verb; a sweep (sweeps.py) finds what this misses."""

from django.dispatch import receiver

from approvals.sweeps import take_if_open
from core.workflow import taken
from fulfilment.models import Shipment
from orders.models import Order


@receiver(taken, sender=Order)
def release_after_approval(sender, obj, transition, **news):
    """Final approval releases the order, unless money due before production is missing."""
    if transition == "finance_approve":
        take_if_open(obj.pk, "release")


@receiver(taken, sender=Shipment)
def complete_after_sign_off(sender, obj, transition, **news):
    """The last sign-off completes the order."""
    if transition == "sign_off":
        take_if_open(obj.order_id, "complete")
