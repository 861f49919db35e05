"""What the system does right after a verb of an order; for requirements a sweep (sweeps.py) finds what this misses."""

from django.dispatch import receiver

from care.changes import report_difference
from care.models import Cause
from core.text_key import text_key
from core.workflow import taken
from orders.from_requirement import follow_orders
from orders.models import Order


@receiver(taken, sender=Order)
def report_what_differs(sender, obj, transition, **news):
    """Whoever keeps the file learns of another delivery address, or of a contact whom the file does not know."""
    if transition != "submit":
        return
    order = Order.objects.select_related("customer").get(pk=obj.pk)
    customer, number = order.customer, str(order)
    if order.ship_to and text_key(order.ship_to) not in (text_key(customer.full_address), text_key(customer.address)):
        report_difference(customer=customer, cause=Cause.ADDRESS, text=order.ship_to, order_number=number)
    known = {str(contact) for contact in customer.contacts.all()}
    if order.recipient_name and order.recipient_name not in known:
        report_difference(customer=customer, cause=Cause.CONTACT, text=order.recipient_name, order_number=number)


@receiver(taken, sender=Order)
def move_the_requirement(sender, obj, transition, **news):
    """A submission says that a requirement is ordered, a cancellation that it is not."""
    if transition in ("submit", "cancel") and obj.requirement_id:
        follow_orders(obj.requirement)
