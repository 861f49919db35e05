"""Release and completion, the two ends of an order's delivery: what they wait for, and what they write."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import policy
from core.models import Attachment
from core.templatetags.ui import when
from core.workflow import Attempt
from customers.models import Trigger
from fulfilment.confirmation import is_confirmed
from fulfilment.guards import SIGN_OFF
from fulfilment.models import Shipment
from fulfilment.progress import refresh_progress
from fulfilment.statuses import ShipmentStatus
from orders.instalments import make_due, unpaid_of
from orders.policies import NEEDS_CONFIRMATION
from orders.reservations import products_of, refresh_reserved
from orders.statuses import DeliveryStatus, Status


def released_before(attempt: Attempt) -> str | None:
    """An order is released once."""
    released = attempt.obj.released_at
    return _("It was released %(when)s.") % {"when": when(released)} if released else None


def confirmed_by_customer(attempt: Attempt) -> str | None:
    """The customer's signed confirmation of what the order says now is on file, where the policy asks for it."""
    if not policy.value(NEEDS_CONFIRMATION) or is_confirmed(attempt.obj):
        return None
    return _("The customer's signed confirmation is missing: attach it on the fulfilment tab.")


def production_is_paid(attempt: Attempt) -> str | None:
    """Instalments due before production are received. Names no amount: operations read it."""
    if not unpaid_of(attempt.obj, Trigger.BEFORE_PRODUCTION):
        return None
    return _("The instalment due before production has not been received.")


def everything_signed_off(attempt: Attempt) -> str | None:
    """All of the order has arrived, and for every shipment there is the customer's signature."""
    order = attempt.obj
    if order.delivery_status != DeliveryStatus.SIGNED:
        return _("Not everything has been signed off yet.")
    proofs = Attachment.objects.filter(
        subject_type=ContentType.objects.get_for_model(Shipment), purpose=SIGN_OFF
    ).values("subject_id")
    signed = order.shipments.filter(status=ShipmentStatus.SIGNED_OFF, imported=False)
    return _("A signed delivery note is missing.") if signed.exclude(pk__in=proofs).exists() else None


def nothing_on_its_way(attempt: Attempt) -> str | None:
    """Of a cancelled order nothing has left, or nothing of it arrived in good order; and nothing stands packed."""
    shipments = attempt.obj.shipments
    has_some = Q(status=ShipmentStatus.SHIPPED) | Q(lines__received_quantity__gt=0)
    if shipments.gone().filter(has_some).exists():
        return _("Part of it has been shipped, so it can no longer be cancelled.")
    return _("Operations must cancel its shipments first.") if shipments.open().exists() else None


def make_production_due(attempt: Attempt) -> None:
    """What is to be paid before production is due when the order is approved."""
    attempt.data["due"] = make_due(attempt.obj, Trigger.BEFORE_PRODUCTION, timezone.localdate())


def set_released(attempt: Attempt) -> None:
    """From now on it is made and shipped."""
    order = attempt.obj
    order.released_at = timezone.now()
    order.save(update_fields=["released_at"])
    refresh_progress(order)
    refresh_reserved(products_of(order))


def let_go_of_stock(attempt: Attempt) -> None:
    """What a cancelled order had of the stock is free for others."""
    refresh_reserved(products_of(attempt.obj), leaving=attempt.obj)


def move_last_cooperation(attempt: Attempt) -> None:
    """The customer's last cooperation is the latest day on which one of its orders had fully arrived."""
    order = attempt.obj
    customer, arrived = order.customer, order.signed_off_on
    if arrived and (customer.last_cooperation_on is None or customer.last_cooperation_on < arrived):
        customer.last_cooperation_on = arrived
        customer.save(update_fields=["last_cooperation_on"])


def take_back_last_cooperation(attempt: Attempt) -> None:
    """The customer's last cooperation is that of its other completed orders."""
    customer = attempt.obj.customer
    others = customer.orders.filter(status=Status.COMPLETED).exclude(pk=attempt.obj.pk)
    customer.last_cooperation_on = others.aggregate(last=Max("signed_off_on"))["last"]
    customer.save(update_fields=["last_cooperation_on"])
