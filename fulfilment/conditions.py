"""Why a verb of a shipment is closed: each guard gives a sentence, or None when nothing stands in the way."""

from django.utils.translation import gettext as _

from core import policy
from core.files import files_of
from core.templatetags.ui import quantity
from core.workflow import Attempt
from customers.models import Trigger
from fulfilment.models import Shipment
from orders.models import Order
from orders.receipts import unpaid_of
from orders.statuses import Status

#: The purpose under which the customer's signature is filed with the shipment.
SIGN_OFF = "sign_off"


def in_reach(attempt: Attempt) -> str | None:
    """A rep acts on shipments of own orders, operations on all; ``visible_to`` knows."""
    if attempt.by is None:
        return None
    if "in_reach" not in attempt.memo:
        attempt.memo["in_reach"] = Shipment.objects.visible_to(attempt.by).filter(pk=attempt.obj.pk).exists()
    return None if attempt.memo["in_reach"] else _("This shipment belongs to somebody else.")


def order_under_delivery(attempt: Attempt) -> str | None:
    """Nothing ships unreleased, and nothing of an order that is over."""
    order = attempt.obj.order
    if order.status != Status.APPROVED:
        return _("The order is “%(status)s”.") % {"status": order.get_status_display()}
    return None if order.released_at else _("The order is not released yet.")


def quality_is_checked(attempt: Attempt) -> str | None:
    if attempt.obj.quality_checked_by_id is None:
        return _("The quality has not been checked yet.")
    return None


def quality_known(attempt: Attempt) -> str | None:
    """The quality is checked once."""
    checker = attempt.obj.quality_checked_by
    return _("%(who)s has checked the quality already.") % {"who": checker} if checker else None


def second_person(attempt: Attempt) -> str | None:
    """Somebody else than who packed it counts it against the order, unless the policy is off."""
    if attempt.by is None or attempt.by.pk != attempt.obj.packed_by_id:
        return None
    if not policy.value("second_person_checks_packing"):
        return None
    return _("You packed it, so somebody else must check it against the order.")


def transport_known(attempt: Attempt) -> str | None:
    """Who carries it, and under which number, so that it can be followed."""
    shipment = attempt.obj
    if shipment.method != Order.DeliveryMethod.LOGISTICS or (shipment.carrier_id and shipment.tracking_number):
        return None
    return _("Carrier and tracking number are missing: write them under “Transport”.")


def money_received(attempt: Attempt) -> str | None:
    """Instalments due before shipment are received, or a manager lets it go. Names no amount: operations read it."""
    shipment = attempt.obj
    if shipment.unpaid_allowed_by_id or not unpaid_of(shipment.order, Trigger.BEFORE_SHIPMENT):
        return None
    return _("The instalment due before shipment has not been received. A sales manager can let it leave.")


def nothing_to_allow(attempt: Attempt) -> str | None:
    """The manager's permission is asked for only where money is missing, and only once."""
    return None if money_received(attempt) else _("No payment stands in the way of this shipment.")


def within_ordered(attempt: Attempt) -> str | None:
    """Nothing leaves beyond what was ordered; counted under the order's lock."""
    lines = attempt.obj.lines.select_related("order_line")
    over = [line for line in lines if line.quantity > line.order_line.to_ship]
    return " ".join(_too_much(line) for line in over) or None


def _too_much(line) -> str:
    return _("%(product)s: %(rest)s %(unit)s are left to ship, this shipment carries %(here)s.") % {
        "product": line.order_line.name,
        "rest": quantity(line.order_line.to_ship),
        "unit": line.order_line.unit,
        "here": quantity(line.quantity),
    }


def proof_attached(attempt: Attempt) -> str | None:
    """Nobody signs off without the customer's signature on file."""
    return None if files_of(attempt.obj, SIGN_OFF).exists() else _("The signed delivery note is missing.")


def arrival_recorded(attempt: Attempt) -> str | None:
    """Every line says what of it arrived, and somebody at the customer signed on a day."""
    shipment = attempt.obj
    complete = shipment.signed_on and shipment.signed_by and not shipment.lines.filter(condition="").exists()
    return None if complete else _("Write on the sign-off page what arrived, when, and who signed for it.")
