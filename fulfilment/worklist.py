"""What waits on the road from release to sign-off: goods to be packed, checked and shipped, and those that are late."""

from datetime import date, datetime, time

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Role
from core import policy
from core.templatetags.ui import when
from core.worklist import Item
from fulfilment.models import Shipment
from fulfilment.statuses import OPEN, ShipmentStatus
from orders.models import Order, OrderLine
from orders.statuses import Status
from orders.turn import Deadline, deadlines_after

KIND = "shipments"
_SHOWN = 50
# Goods that are due on a day are due when the gate closes.
_GATE_CLOSES = time(18, 0)


def to_pack(user) -> list[Item]:
    """For operations: released orders of which something is neither shipped nor in a shipment; due as promised."""
    if user.role != Role.OPERATIONS:
        return []
    open_shipments = Shipment.objects.filter(order=OuterRef("pk"), status__in=OPEN)
    waiting = with_rest(Order.objects.visible_to(user)).exclude(Exists(open_shipments))
    found = waiting.select_related("customer").order_by("promised_date", "id")[:_SHOWN]
    return [_pack(order) for order in found]


def with_rest(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Released orders of which not everything has left."""
    rest = OrderLine.objects.filter(
        order=OuterRef("pk"), revision=OuterRef("revision"), shipped_quantity__lt=F("quantity")
    )
    return orders.filter(Exists(rest), status=Status.APPROVED, released_at__isnull=False)


def _pack(order: Order) -> Item:
    return Item(
        kind=KIND,
        kind_label=_("To be shipped"),
        whom=order.customer_name,
        grade=order.customer.grade,
        what=_("%(order)s: plan a shipment") % {"order": order},
        detail=order.get_delivery_status_display(),
        url=reverse("fulfilment:delivery", args=[order.pk]),
        verb=_("Plan"),
        due=_closing(order.promised_date or timezone.localdate()),
        why=_("The customer was promised the goods for %(day)s.") % {"day": order.promised_date},
    )


def _closing(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, _GATE_CLOSES))


def to_ship(user) -> list[Item]:
    """For operations: shipments to be checked by this person, or to leave; each step has a working day."""
    if user.role != Role.OPERATIONS:
        return []
    waiting = Shipment.objects.visible_to(user).filter(status__in=OPEN)
    if policy.value("second_person_checks_packing"):
        waiting = waiting.exclude(Q(status=ShipmentStatus.PACKING, quality_checked_by__isnull=False, packed_by=user))
    found = list(waiting.select_related("order__customer").order_by("status_since", "id")[:_SHOWN])
    deadlines = deadlines_after([shipment.status_since for shipment in found], 1)
    return [_ship(shipment, deadlines[shipment.status_since]) for shipment in found]


def _ship(shipment: Shipment, deadline: Deadline) -> Item:
    ready = shipment.status == ShipmentStatus.READY
    return Item(
        kind=KIND,
        kind_label=shipment.status_label,
        whom=shipment.order.customer_name,
        grade=shipment.order.customer.grade,
        what=(_("%(shipment)s is ready to leave") if ready else _next_check(shipment)) % {"shipment": shipment},
        url=shipment.get_absolute_url(),
        verb=_("Ship") if ready else _("Check"),
        due=deadline.at,
        why=_("Waiting since %(since)s; each step has one working day.") % {"since": when(shipment.status_since)},
        estimated=deadline.counted.estimated,
    )


def _next_check(shipment: Shipment) -> str:
    if shipment.quality_checked_by_id is None:
        return _("%(shipment)s waits for its quality check")
    return _("%(shipment)s waits for its packing to be checked")


def late(user) -> list[Item]:
    """For reps: own shipments that should have arrived and for which nobody has signed."""
    if user.role != Role.REP:
        return []
    today = timezone.localdate()
    gone = Shipment.objects.visible_to(user).filter(status=ShipmentStatus.SHIPPED, expected_on__lt=today)
    found = gone.select_related("order__customer", "carrier").order_by("expected_on", "id")[:_SHOWN]
    return [_late(shipment, today) for shipment in found]


def _late(shipment: Shipment, today: date) -> Item:
    expected = shipment.expected_on or today
    days = (today - expected).days
    words = {"n": days, "day": expected.isoformat()}
    why = ngettext("Expected on %(day)s, %(n)s day ago.", "Expected on %(day)s, %(n)s days ago.", days)
    return Item(
        kind=KIND,
        kind_label=_("Not signed off"),
        whom=shipment.order.customer_name,
        grade=shipment.order.customer.grade,
        what=_("%(shipment)s should have arrived: ask the carrier, or record the sign-off") % {"shipment": shipment},
        detail=f"{shipment.carrier or ''} {shipment.tracking_number}".strip(),
        url=shipment.get_absolute_url(),
        verb=_("Follow it"),
        due=_closing(expected),
        why=why % words,
    )
