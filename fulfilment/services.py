"""What people do with shipments in our house: planning one, writing down its transport, sending it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core.events import changes_between, record
from core.locks import lock_row
from core.stale import Stale
from core.submitted import first_result, refuse_other_content, said_in, scoped
from core.templatetags.ui import quantity
from core.text_key import written_line
from core.workflow import Attempt, Refused, machine_of, obstacles_before_input, take
from fulfilment.guards import transport_known, why_not_expected, why_not_left_on, why_reason_wanted
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.remainder import Remainder, remainders_of, why_no_shipment
from fulfilment.rights import may_plan
from fulfilment.statuses import ShipmentStatus
from orders.models import Order

#: What people write about how a shipment travels.
TRANSPORT = ("method", "carrier", "tracking_number", "expected_on")


@dataclass(frozen=True)
class Part:
    """How much of an order line goes into a shipment (in the line's unit), and from which batch."""

    quantity: Decimal
    batch: str = ""


@transaction.atomic
def plan_shipment(
    *, order: Order, parts: dict[int, Part], transport: dict, by: User, token: UUID | None = None
) -> Shipment:
    """Puts parts of an order (by order line id) into a new shipment, packed by that person.

    ``transport`` holds values for names in ``TRANSPORT``. A second call with the same ``token`` returns the first
    shipment. The order is locked, so two people never plan the same goods.

    Raises:
        PermissionDenied: when the person is not in operations.
        core.submitted.SentOtherwise: when that call said something else.
        ValidationError: by field; ``line-<order line id>`` for a quantity.
    """
    if not may_plan(by):
        raise PermissionDenied(_("Only operations plan shipments."))
    order = lock_row(Order, order.pk)
    token = scoped(token, by, order)
    if first := first_result(Shipment, token):
        _refuse_other_plan(first, parts, transport)
        return first
    remainders = remainders_of(order)
    if reason := why_no_shipment(order, remainders):
        raise ValidationError({NON_FIELD_ERRORS: reason})
    carried = _carried(parts, remainders)
    shipment = Shipment(order=order, customer_id=order.customer_id, packed_by=by, submit_token=token)
    shipment.rep_id, shipment.team_id = order.rep_id, order.team_id
    shipment.sequence = (order.shipments.aggregate(last=Max("sequence"))["last"] or 0) + 1
    _write_transport(shipment, transport)
    shipment.save(force_insert=True)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=pk, quantity=part.quantity, batch=part.batch)
        for pk, part in carried.items()
    )
    record(shipment, "shipment_planned", by=by, shipment=str(shipment))
    record(order, "shipment_planned", by=by, shipment=str(shipment))
    return shipment


def _refuse_other_plan(first: Shipment, parts: dict[int, Part], transport: dict) -> None:
    """Raises SentOtherwise when the form that planned the first shipment now plans another one."""
    asked, label = Shipment(order=first.order), _("Quantity")
    _write_transport(asked, {**{name: getattr(first, name) for name in TRANSPORT}, **transport})
    lines = list(first.lines.select_related("order_line"))
    same = {line.order_line_id: Part(line.quantity, line.batch) for line in lines} == {
        pk: part for pk, part in parts.items() if part.quantity
    }
    words = ", ".join(f"{line.order_line.name} {quantity(line.quantity)}" for line in lines)
    recorded = said_in(first, TRANSPORT) | {label: words}
    refuse_other_content(first, recorded, said_in(asked, TRANSPORT) | {label: words if same else ""})


def _carried(parts: dict[int, Part], remainders: list[Remainder]) -> dict[int, Part]:
    """The parts that carry something. Raises ValidationError with every mistake at once."""
    known = {remainder.line.pk: remainder for remainder in remainders}
    carried = {pk: part for pk, part in parts.items() if pk in known and part.quantity}
    wrong = {}
    for pk, part in carried.items():
        left, unit = known[pk].free, known[pk].line.unit
        if part.quantity < 0:
            wrong[f"line-{pk}"] = _("A quantity is never below zero.")
        elif known[pk].line.waits:
            wrong[f"line-{pk}"] = _("This line waits until the order's amendment is decided.")
        elif part.quantity > left:
            words = {"rest": quantity(left), "unit": unit}
            wrong[f"line-{pk}"] = _("Only %(rest)s %(unit)s are left to ship.") % words
    if not carried:
        wrong[NON_FIELD_ERRORS] = _("Write how much of at least one line goes into this shipment.")
    if wrong:
        raise ValidationError(wrong)
    return carried


def _write_transport(shipment: Shipment, transport: dict) -> None:
    """Puts the values into the shipment in memory. Raises ValidationError by field."""
    for name in TRANSPORT:
        if name in transport:
            setattr(shipment, name, transport[name])
    shipment.tracking_number = written_line(shipment.tracking_number or "")
    others = [field.name for field in Shipment._meta.fields if field.name not in TRANSPORT]
    shipment.clean_fields(exclude=others)


@transaction.atomic
def change_transport(*, shipment: Shipment, transport: dict, by: User, version: int | None = None) -> Shipment:
    """Writes down how the shipment travels, or mends it until somebody has signed; no change leaves no trace.

    Raises:
        PermissionDenied: when the person is not in operations.
        core.stale.Stale: when ``version`` is not the shipment's any more.
        ValidationError: by field, or as one sentence when the shipment is over.
    """
    if not may_plan(by):
        raise PermissionDenied(_("Only operations plan shipments."))
    current = lock_row(Shipment, shipment.pk)
    if reason := why_transport_stands(current):
        raise ValidationError(reason)
    if version is not None and version != current.version:
        raise Stale(current)
    before = {name: getattr(current, name) for name in TRANSPORT}
    _write_transport(current, transport)
    if current.shipped_on and (sentence := why_not_expected(current, current.shipped_on)):
        raise ValidationError({"expected_on": sentence})
    _refuse_holes(current)
    if changes := changes_between(before, current):
        current.version += 1
        current.save(update_fields=[*TRANSPORT, "tracking_key", "version"])
        record(current, "shipment_changed", by=by, changes=changes)
    return current


def why_transport_stands(shipment: Shipment) -> str:
    """Why the transport can no longer be changed, as a sentence; empty when it can."""
    if shipment.is_open or shipment.status == ShipmentStatus.SHIPPED:
        return ""
    return _("The shipment is “%(status)s”, so its transport stays as it is.") % {"status": shipment.status_label}


def _refuse_holes(shipment: Shipment) -> None:
    """What is on its way keeps a carrier, a number and a day on which it is expected."""
    if shipment.is_open:
        return
    by_carrier = shipment.method == Order.DeliveryMethod.LOGISTICS
    holes = {
        "carrier": by_carrier and shipment.carrier is None,
        "tracking_number": by_carrier and not shipment.tracking_number,
        "expected_on": shipment.expected_on is None,
    }
    if missing := [name for name, is_hole in holes.items() if is_hole]:
        raise ValidationError(dict.fromkeys(missing, _("It is on its way, so this cannot be empty.")))


@transaction.atomic
def ship_shipment(
    *,
    shipment: Shipment,
    transport: dict,
    shipped_on: date | None,
    note: str = "",
    by: User,
    version: int | None = None,
) -> Shipment:
    """Writes down how a shipment travels and on which day it left, then takes the verb; all of it or nothing.

    ``transport`` holds values for names in ``TRANSPORT``; ``note`` says why it is recorded only now.

    Raises:
        core.workflow.Refused: when the person may not, or it cannot leave whatever is written.
        ValidationError: by field.
    """
    lock_row(Order, shipment.order_id)
    shipment = lock_row(Shipment, shipment.pk)
    if obstacles := obstacles_before_input(machine_of(shipment).transition("ship"), Attempt(shipment, by)):
        raise Refused(obstacles)
    before = {name: getattr(shipment, name) for name in TRANSPORT}
    _write_transport(shipment, transport)
    if shipped_on is None:
        raise ValidationError({"shipped_on": _("Write the day on which it left.")})
    found = {
        "shipped_on": why_not_left_on(shipment, shipped_on),
        "note": why_reason_wanted(shipped_on, note),
        "expected_on": why_not_expected(shipment, shipped_on),
        "tracking_number": transport_known(Attempt(shipment, by)),
    }
    if mistakes := {field: sentence for field, sentence in found.items() if sentence}:
        raise ValidationError(mistakes)
    shipment.shipped_on = shipped_on
    shipment.save(update_fields=[*TRANSPORT, "tracking_key", "shipped_on"])
    if changes := changes_between(before, shipment):
        record(shipment, "shipment_changed", by=by, changes=changes)
    take(shipment, "ship", by=by, note=note, version=version)
    return shipment
