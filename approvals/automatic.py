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


@receiver(taken, sender=Order)
def complete_after_short_closing(sender, obj, transition, **news):
    """An order of which nothing is left, and all that left has arrived, is complete."""
    if transition == "close_short":
        take_if_open(obj.pk, "complete")


@receiver(taken, sender=Shipment)
def complete_after_sign_off(sender, obj, transition, **news):
    """The last sign-off completes the order, and so may a corrected one."""
    if transition in ("sign_off", "correct_sign_off"):
        take_if_open(obj.order_id, "complete")
