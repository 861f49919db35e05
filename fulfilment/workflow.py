"""The whole life of a shipment in one table: packed, checked twice, on its way, signed for.

Conditions are in ``conditions.py``, effects in ``effects.py``.
"""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core.workflow import Machine, Transition
from fulfilment.conditions import (
    arrival_recorded,
    in_reach,
    money_received,
    nothing_to_allow,
    order_under_delivery,
    proof_attached,
    quality_is_checked,
    quality_known,
    second_person,
    transport_known,
    within_ordered,
)
from fulfilment.effects import (
    allow_unpaid,
    count_progress,
    keep_packing_check,
    keep_quality_check,
    leave,
    lock_order,
    lock_stock,
    make_due_before_shipment,
    make_due_on_arrival,
    take_from_stock,
    tell_that_it_arrived,
    tell_that_it_left,
)
from fulfilment.statuses import OPEN, ShipmentStatus

SHIPMENT_LIFE = Machine(
    model="fulfilment.Shipment",
    url_name="fulfilment:advance",
    own_lock="shipment",
    locks={"order": lock_order, "stock": lock_stock},
    transitions=(
        Transition(
            name="check_quality",
            label=_("Quality is right"),
            source=(ShipmentStatus.PACKING,),
            target=ShipmentStatus.PACKING,
            roles=(Role.OPERATIONS,),
            over=quality_known,
            guards=(in_reach,),
            effects=(keep_quality_check,),
            primary=True,
            icon="shield-check",
        ),
        Transition(
            name="check_packing",
            label=_("Packed as ordered"),
            source=(ShipmentStatus.PACKING,),
            target=ShipmentStatus.READY,
            roles=(Role.OPERATIONS,),
            locks=("order",),
            guards=(in_reach, quality_is_checked, second_person, order_under_delivery),
            effects=(keep_packing_check, make_due_before_shipment),
            primary=True,
            icon="checks",
        ),
        Transition(
            name="ship",
            label=_("Ship it"),
            source=(ShipmentStatus.READY,),
            target=ShipmentStatus.SHIPPED,
            roles=(Role.OPERATIONS,),
            locks=("order", "stock"),
            guards=(in_reach, order_under_delivery, transport_known, money_received, within_ordered),
            effects=(leave, take_from_stock, count_progress, tell_that_it_left),
            primary=True,
            icon="truck-delivery",
        ),
        Transition(
            name="allow_unpaid",
            label=_("Let it leave unpaid"),
            source=(ShipmentStatus.READY,),
            target=ShipmentStatus.READY,
            roles=(Role.MANAGER,),
            over=nothing_to_allow,
            guards=(in_reach,),
            effects=(allow_unpaid,),
            note_required=True,
            icon="lock-open",
        ),
        Transition(
            name="sign_off",
            label=_("Record the sign-off"),
            source=(ShipmentStatus.SHIPPED,),
            target=ShipmentStatus.SIGNED_OFF,
            roles=(Role.REP, Role.OPERATIONS),
            locks=("order",),
            guards=(in_reach,),
            input_guards=(arrival_recorded, proof_attached),
            effects=(count_progress, make_due_on_arrival, tell_that_it_arrived),
            primary=True,
            page="fulfilment:sign-off",
            icon="clipboard-check",
        ),
        Transition(
            name="cancel",
            label=_("Cancel the shipment"),
            source=OPEN,
            target=ShipmentStatus.CANCELLED,
            roles=(Role.OPERATIONS,),
            locks=("order",),
            guards=(in_reach,),
            note_required=True,
            dangerous=True,
            icon="ban",
        ),
    ),
)

SENTENCES = {
    "confirmed": (_("Customer's confirmation attached: %(file)s"), "good"),
    "shipment_planned": (_("Shipment %(shipment)s planned"), ""),
    "shipment_changed": (_("Transport changed"), ""),
    "check_quality": (_("Quality checked"), "good"),
    "check_packing": (_("Packing checked, ready to ship"), "good"),
    "allow_unpaid": (_("May leave although payment is missing"), "bad"),
    "ship": (_("Shipped"), "now"),
    "sign_off": (_("Signed off"), "good"),
    "shipment_sent": (_("Shipped %(shipment)s %(carrier)s %(tracking)s"), "now"),
    "shipment_signed": (_("%(shipment)s signed for by %(signed_by)s"), "good"),
}
