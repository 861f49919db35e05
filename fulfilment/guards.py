"""Why a verb of a shipment is closed: each guard gives a sentence, or None when nothing stands in the way."""

from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Role
from core import policy
from core.files import files_of
from core.models import Event
from core.templatetags.ui import quantity
from core.workflow import Attempt
from customers.models import Trigger
from fulfilment.models import Shipment
from fulfilment.policies import SECOND_PERSON, SHIP_DAYS_BACK
from orders.instalments import unpaid_of
from orders.models import Instalment, Order
from orders.statuses import Status

#: The purpose under which the customer's signature is filed with the shipment.
SIGN_OFF = "sign_off"


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
    if not policy.value(SECOND_PERSON):
        return None
    return _("You packed it, so somebody else must check it against the order.")


def transport_known(attempt: Attempt) -> str | None:
    """Who carries it, and under which number, so that it can be followed."""
    shipment = attempt.obj
    if shipment.method != Order.DeliveryMethod.LOGISTICS or (shipment.carrier_id and shipment.tracking_number):
        return None
    return _("Carrier and tracking number are missing: write them down when it leaves, or under “Transport”.")


def left_on_a_possible_day(attempt: Attempt) -> str | None:
    """It left between the order's release and today, some days ago only with a reason, and arrives after that."""
    shipment, day = attempt.obj, attempt.obj.shipped_on or timezone.localdate()
    sentences = (why_not_left_on(shipment, day), why_reason_wanted(day, attempt.note), why_not_expected(shipment, day))
    return " ".join(filter(None, sentences)) or None


def why_not_left_on(shipment: Shipment, day: date) -> str:
    """Why the shipment cannot have left on this day, as a sentence; empty when it can."""
    released = shipment.order.released_at
    if day > timezone.localdate():
        return _("This day has not come yet.")
    if released and day < timezone.localdate(released):
        words = {"day": timezone.localdate(released).isoformat()}
        return _("The order was released on %(day)s, and nothing leaves before that.") % words
    return ""


def why_reason_wanted(day: date, reason: str) -> str:
    """Whoever records that goods left some days ago says why so late."""
    allowed = policy.value(SHIP_DAYS_BACK)
    if reason.strip() or (timezone.localdate() - day).days <= allowed:
        return ""
    return ngettext(
        "This is more than %(n)s day ago: write why it is recorded now.",
        "This is more than %(n)s days ago: write why it is recorded now.",
        allowed,
    ) % {"n": allowed}


def why_not_expected(shipment: Shipment, left_on: date) -> str:
    """Why it cannot be expected on its day when it left on ``left_on``, as a sentence; empty when it can."""
    if shipment.expected_on is None or shipment.expected_on >= left_on:
        return ""
    return _("It leaves on %(day)s, so it arrives then at the earliest.") % {"day": left_on.isoformat()}


def money_received(attempt: Attempt) -> str | None:
    """Instalments due before shipment are received, or a manager lets it go. Names no amount: operations read it."""
    shipment = attempt.obj
    if shipment.unpaid_allowed_by_id or not unpaid_of(shipment.order, Trigger.BEFORE_SHIPMENT):
        return None
    return _("The instalment due before shipment has not been received. A sales manager can let it leave.")


def held_for_money() -> Q:
    """The condition of the shipments that ``money_received`` holds, asked of the database."""
    due = Instalment.objects.unpaid().filter(trigger=Trigger.BEFORE_SHIPMENT, days=0)
    of_order = due.filter(order=OuterRef("order"), revision=OuterRef("order__revision"))
    return Q(Exists(of_order), unpaid_allowed_by=None)


def nothing_to_allow(attempt: Attempt) -> str | None:
    """The manager's permission is asked for only where money is missing, and only once."""
    return None if money_received(attempt) else _("No payment stands in the way of this shipment.")


def within_ordered(attempt: Attempt) -> str | None:
    """Nothing leaves beyond what was ordered; counted under the order's lock."""
    lines = attempt.obj.lines.select_related("order_line")
    sentences = [
        _("%(product)s: %(rest)s %(unit)s are left to ship, this shipment carries %(here)s.")
        % {
            "product": line.order_line.name,
            "rest": quantity(line.order_line.to_ship),
            "unit": line.order_line.unit,
            "here": quantity(line.quantity),
        }
        for line in lines
        if line.quantity > line.order_line.to_ship
    ]
    return " ".join(sentences) or None


def nothing_waits(attempt: Attempt) -> str | None:
    """No line that it carries waits for an amendment of the order to be decided."""
    waiting = attempt.obj.lines.filter(order_line__waits=True).values_list("order_line__position", flat=True)
    if not (positions := sorted(waiting)):
        return None
    numbers = _(", ").join(str(position) for position in positions)
    return _("Line %(numbers)s waits until the order's amendment is decided.") % {"numbers": numbers}


def proof_attached(attempt: Attempt) -> str | None:
    """Nobody signs off without the customer's signature on file."""
    return None if files_of(attempt.obj, SIGN_OFF).exists() else _("The signed delivery note is missing.")


def signed_off_here(attempt: Attempt) -> str | None:
    """What an import says arrived is mended in its file, and a cancelled order is over."""
    shipment = attempt.obj
    if shipment.imported:
        return _("It came with an import, signed for as its file says.")
    if shipment.order.status == Status.CANCELLED:
        return _("The order is “%(status)s”.") % {"status": shipment.order.get_status_display()}
    return None


def time_to_correct(attempt: Attempt) -> str | None:
    """A rep corrects within a day what a rep signed off; operations correct it later too."""
    if attempt.by is None or attempt.by.role != Role.REP:
        return None
    kind = ContentType.objects.get_for_model(Shipment)
    signings = Event.objects.filter(subject_type=kind, subject_id=attempt.obj.pk, verb="sign_off")
    if signings.filter(actor__role=Role.REP, at__gt=timezone.now() - timedelta(days=1)).exists():
        return None
    return _("A sales representative corrects a sign-off of theirs within a day. Operations can still correct it.")


def arrival_recorded(attempt: Attempt) -> str | None:
    """Every line says what of it arrived, and somebody at the customer signed on a day."""
    shipment = attempt.obj
    complete = shipment.signed_on and shipment.signed_by and not shipment.lines.filter(condition="").exists()
    return None if complete else _("Write on the sign-off page what arrived, when, and who signed for it.")
