"""What waits on the road from release to sign-off: goods to be packed, checked and shipped, and those that are late."""

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.roles import Role
from core import policy
from core.deadlines import Deadline, counted_from, deadlines_after, end_of, last_closed
from core.templatetags.ui import when
from core.worklist import Item, Source, worklist_source
from fulfilment.guards import held_for_money
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.policies import SECOND_PERSON
from fulfilment.statuses import MISSING, OPEN, Condition, ShipmentStatus
from orders.models import Order
from orders.turn import Task
from orders.waiting import waits_for

KIND = "shipments"
_STEP_DAYS = 1  # working days


@worklist_source
class ToPack(Source):
    """For operations: released orders of which something is neither shipped nor in a shipment; due as promised.

    Those of which something did not arrive as it was sent wait by themselves, below.
    """

    kind = KIND
    label = gettext_lazy("To be shipped")

    def waiting(self, user: User) -> QuerySet:
        if user.role != Role.OPERATIONS:
            return Order.objects.none()
        waiting = to_be_planned(user).exclude(Exists(missing_on_arrival()))
        return waiting.select_related("customer").order_by("promised_date", "id")

    def due_before(self, instants):
        return [_promised_until(day) for day in map(last_closed, instants)]

    def items_of(self, records):
        return [_pack(order) for order in records]

    def list_url(self):
        return f"{reverse('fulfilment:list')}?status=to_plan"


def to_be_planned(user: User) -> QuerySet[Order]:
    """The orders of which something is to be sent and nothing stands in our house, packed to leave."""
    waiting = Order.objects.visible_to(user).filter(waits_for(Task.SHIP, Task.SHIP_REST))
    return waiting.exclude(Exists(Shipment.objects.filter(order=OuterRef("pk"), status__in=OPEN)))


def missing_on_arrival(*conditions: str) -> QuerySet[ShipmentLine]:
    """What of an order (the outer query) arrived damaged or short and has not been sent again, or been closed short."""
    return ShipmentLine.objects.filter(
        order_line__order=OuterRef("pk"),
        order_line__revision=OuterRef("revision"),
        order_line__shipped_quantity__lt=F("order_line__quantity"),
        condition__in=conditions or MISSING,
    )


def _promised_until(day: date) -> Q:
    """Orders that were promised for that day or an earlier one. What was promised for no day is due today."""
    promised = Q(promised_date__lte=day)
    return promised | Q(promised_date=None) if timezone.localdate() <= day else promised


def _pack(order: Order) -> Item:
    return Item(
        kind=KIND,
        kind_label=str(ToPack.label),
        whom=order.customer_name,
        grade=order.customer.grade,
        what=_("%(order)s: plan a shipment") % {"order": order},
        detail=order.get_delivery_status_display(),
        url=reverse("fulfilment:delivery", args=[order.pk]),
        verb=_("Plan"),
        due=end_of(order.promised_date or timezone.localdate()),
        why=_("The customer was promised the goods for %(day)s.") % {"day": order.promised_date},
    )


@worklist_source
class MissingOnArrival(Source):
    """What arrived damaged or short and is neither on its way again nor closed short; due as the order was promised.

    Operations send it again; the rep of the order settles damage with the customer.
    """

    kind = KIND
    label = gettext_lazy("Damaged or short on arrival")

    def waiting(self, user: User) -> QuerySet:
        orders = to_be_planned(user)
        if user.role == Role.OPERATIONS:
            waiting = orders.filter(Exists(missing_on_arrival()))
        elif user.role == Role.REP:
            waiting = orders.filter(Exists(missing_on_arrival(Condition.DAMAGED)))
        else:
            return Order.objects.none()
        is_damaged = Exists(missing_on_arrival(Condition.DAMAGED))
        return waiting.annotate(is_damaged=is_damaged).select_related("customer").order_by("promised_date", "id")

    def due_before(self, instants):
        return [_promised_until(day) for day in map(last_closed, instants)]

    def items_of(self, records):
        return [_missing(order) for order in records]

    def list_url(self):
        return f"{reverse('orders:list')}?delivery=under_way"


def _missing(order: Any) -> Item:
    condition = Condition.DAMAGED if order.is_damaged else Condition.SHORT
    return Item(
        kind=KIND,
        kind_label=str(MissingOnArrival.label),
        whom=order.customer_name,
        grade=order.customer.grade,
        what=_("%(order)s did not wholly arrive: send the rest again, or let a manager close it short")
        % {"order": order},
        detail=str(condition.label),
        url=reverse("fulfilment:delivery", args=[order.pk]),
        verb=_("Settle it"),
        due=end_of(order.promised_date or timezone.localdate()),
        why=_("The customer was promised the goods for %(day)s.") % {"day": order.promised_date},
    )


@worklist_source
class ToShip(Source):
    """For operations: shipments to be checked by this person, or to leave; each step has a working day."""

    kind = KIND
    label = gettext_lazy("Shipments to check or to ship")

    def waiting(self, user: User) -> QuerySet:
        if user.role != Role.OPERATIONS:
            return Shipment.objects.none()
        waiting = Shipment.objects.visible_to(user).filter(status__in=OPEN)
        if policy.value(SECOND_PERSON):
            waiting = waiting.exclude(
                Q(status=ShipmentStatus.PACKING, quality_checked_by__isnull=False, packed_by=user)
            )
        return waiting.select_related("order__customer").order_by("status_since", "id")

    def due_before(self, instants):
        return counted_from("status_since", _STEP_DAYS, instants)

    def items_of(self, records):
        deadlines = deadlines_after([shipment.status_since for shipment in records], _STEP_DAYS)
        return [_ship(shipment, deadlines[shipment.status_since]) for shipment in records]

    def list_url(self):
        return f"{reverse('fulfilment:list')}?status=open"


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


@worklist_source
class HeldForMoney(Source):
    """For managers: shipments ready to leave while money due before shipment is missing; due like every step."""

    kind = "held"
    label = gettext_lazy("Held for money")

    def waiting(self, user: User) -> QuerySet:
        if user.role != Role.MANAGER:
            return Shipment.objects.none()
        held = Shipment.objects.visible_to(user).filter(held_for_money(), status=ShipmentStatus.READY)
        return held.select_related("order__customer").order_by("status_since", "id")

    def due_before(self, instants):
        return counted_from("status_since", _STEP_DAYS, instants)

    def items_of(self, records):
        deadlines = deadlines_after([shipment.status_since for shipment in records], _STEP_DAYS)
        return [_held(shipment, deadlines[shipment.status_since]) for shipment in records]

    def list_url(self):
        return f"{reverse('fulfilment:list')}?status=ready"


def _held(shipment: Shipment, deadline: Deadline) -> Item:
    why = _("Ready since %(since)s; each step has one working day.") % {"since": when(shipment.status_since)}
    return Item(
        kind=HeldForMoney.kind,
        kind_label=str(HeldForMoney.label),
        whom=shipment.order.customer_name,
        grade=shipment.order.customer.grade,
        what=_("%(shipment)s is ready, but money due before shipment is missing") % {"shipment": shipment},
        url=shipment.get_absolute_url(),
        verb=_("Decide"),
        due=deadline.at,
        why=deadline.explained(why),
        estimated=deadline.counted.estimated,
    )


@worklist_source
class NotSignedOff(Source):
    """For reps: own shipments that should have arrived and for which nobody has signed."""

    kind = KIND
    label = gettext_lazy("Not signed off")

    def waiting(self, user: User) -> QuerySet:
        if user.role != Role.REP:
            return Shipment.objects.none()
        gone = Shipment.objects.visible_to(user).filter(
            status=ShipmentStatus.SHIPPED, expected_on__lt=timezone.localdate()
        )
        return gone.select_related("order__customer", "carrier").order_by("expected_on", "id")

    def due_before(self, instants):
        return [Q(expected_on__lte=last_closed(instant)) for instant in instants]

    def items_of(self, records):
        today = timezone.localdate()
        return [_late(shipment, today) for shipment in records]

    def list_url(self):
        return f"{reverse('fulfilment:list')}?status=shipped"


def _late(shipment: Shipment, today: date) -> Item:
    expected = shipment.expected_on or today
    days = (today - expected).days
    words = {"n": days, "day": expected.isoformat()}
    why = ngettext("Expected on %(day)s, %(n)s day ago.", "Expected on %(day)s, %(n)s days ago.", days)
    return Item(
        kind=KIND,
        kind_label=str(NotSignedOff.label),
        whom=shipment.order.customer_name,
        grade=shipment.order.customer.grade,
        what=_("%(shipment)s should have arrived: ask the carrier, or record the sign-off") % {"shipment": shipment},
        detail=f"{shipment.carrier or ''} {shipment.tracking_number}".strip(),
        url=shipment.get_absolute_url(),
        verb=_("Follow it"),
        due=end_of(expected),
        why=why % words,
    )
