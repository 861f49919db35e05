"""What people do with shipments: planning one, writing down its transport, recording what arrived."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Role
from core.events import changes_between, record
from core.files import store_file
from core.locks import lock_row
from core.templatetags.ui import quantity as shown
from core.workflow import Attempt, Refused, machine_of, obstacles_before_input, take
from fulfilment.conditions import SIGN_OFF
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.remainder import Remainder, remainders_of, why_no_shipment
from fulfilment.statuses import Condition, ShipmentStatus
from orders.models import Order

#: What people write about how a shipment travels.
TRANSPORT = ("method", "carrier", "tracking_number", "expected_on")


class StaleShipment(Exception):
    """Somebody changed the shipment after this person had opened it; ``current`` is how it stands now."""

    def __init__(self, current: Shipment):
        self.current = current
        super().__init__("The shipment was changed meanwhile.")


@dataclass(frozen=True)
class Part:
    """How much of an order line goes into a shipment (in the line's unit), and from which batch."""

    quantity: Decimal
    batch: str = ""


@dataclass(frozen=True)
class Arrival:
    """What of a shipment line arrived in good order (in the line's unit), and in which condition the line was."""

    received: Decimal
    condition: str


def may_plan(user) -> bool:
    """Only operations put shipments together."""
    return user.role == Role.OPERATIONS


@transaction.atomic
def plan_shipment(*, order: Order, parts: dict[int, Part], transport: dict, by, token: UUID | None = None) -> Shipment:
    """Puts parts of an order (by order line id) into a new shipment, packed by that person.

    ``transport`` holds values for names in ``TRANSPORT``. A second call with the same ``token`` returns the first
    shipment. The order is locked, so two people never plan the same goods.

    Raises:
        PermissionDenied: when the person is not in operations.
        ValidationError: by field; ``line-<order line id>`` for a quantity.
    """
    if not may_plan(by):
        raise PermissionDenied(_("Only operations plan shipments."))
    order = lock_row(Order, order.pk)
    if token and (first := Shipment.objects.filter(submit_token=token).first()):
        return first
    remainders = remainders_of(order)
    if reason := why_no_shipment(order, remainders):
        raise ValidationError({NON_FIELD_ERRORS: reason})
    carried = _carried(parts, remainders)
    shipment = Shipment(order=order, customer_id=order.customer_id, packed_by=by, submit_token=token)
    shipment.rep_id, shipment.team_id = order.rep_id, order.team_id
    shipment.sequence = (order.shipments.aggregate(last=Max("sequence"))["last"] or 0) + 1
    _write_transport(shipment, transport)
    try:
        with transaction.atomic():
            shipment.save(force_insert=True)
    except IntegrityError:
        # The same form arrived for another order in the same moment.
        return Shipment.objects.get(submit_token=token)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=pk, quantity=part.quantity, batch=part.batch)
        for pk, part in carried.items()
    )
    record(shipment, "shipment_planned", by=by, shipment=str(shipment))
    record(order, "shipment_planned", by=by, shipment=str(shipment))
    return shipment


def _carried(parts: dict[int, Part], remainders: list[Remainder]) -> dict[int, Part]:
    """The parts that carry something. Raises ValidationError with every mistake at once."""
    known = {remainder.line.pk: remainder for remainder in remainders}
    carried = {pk: part for pk, part in parts.items() if pk in known and part.quantity}
    wrong = {f"line-{pk}": sentence for pk, part in carried.items() if (sentence := _wrong_part(part, known[pk]))}
    if not carried:
        wrong[NON_FIELD_ERRORS] = _("Write how much of at least one line goes into this shipment.")
    if wrong:
        raise ValidationError(wrong)
    return carried


def _wrong_part(part: Part, remainder: Remainder) -> str:
    if part.quantity < 0:
        return _("A quantity is never below zero.")
    if part.quantity > remainder.free:
        return _("Only %(rest)s %(unit)s are left to ship.") % {
            "rest": shown(remainder.free),
            "unit": remainder.line.unit,
        }
    return ""


def _write_transport(shipment: Shipment, transport: dict) -> None:
    """Puts the values into the shipment in memory. Raises ValidationError by field."""
    for name in TRANSPORT:
        if name in transport:
            setattr(shipment, name, transport[name])
    shipment.tracking_number = "".join((shipment.tracking_number or "").split()).upper()
    others = [field.name for field in Shipment._meta.fields if field.name not in TRANSPORT]
    shipment.clean_fields(exclude=others)


@transaction.atomic
def change_transport(*, shipment: Shipment, transport: dict, by, version: int | None = None) -> Shipment:
    """Writes down how the shipment travels, or mends it until somebody has signed; no change leaves no trace.

    Raises:
        PermissionDenied: when the person is not in operations.
        StaleShipment: when ``version`` is not the shipment's any more.
        ValidationError: by field, or as one sentence when the shipment is over.
    """
    if not may_plan(by):
        raise PermissionDenied(_("Only operations plan shipments."))
    current = lock_row(Shipment, shipment.pk)
    if reason := why_transport_stands(current):
        raise ValidationError(reason)
    if version is not None and version != current.version:
        raise StaleShipment(current)
    before = {name: getattr(current, name) for name in TRANSPORT}
    _write_transport(current, transport)
    _refuse_holes(current)
    if changes := changes_between(before, current):
        current.version += 1
        current.save(update_fields=[*TRANSPORT, "version"])
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
def sign_off_shipment(
    *,
    shipment: Shipment,
    arrivals: dict[int, Arrival],
    signed_on: date | None,
    signed_by: str,
    proof: UploadedFile | None,
    note: str = "",
    by,
    version: int | None = None,
) -> Shipment:
    """Records what arrived (by shipment line id), when, who signed for it, and the proof; then takes the verb.

    All of it or nothing: when anything is refused, neither quantities nor file remain.

    Raises:
        core.workflow.Refused: when the person may not, or the shipment is not on its way (any more).
        ValidationError: by field; ``line-<shipment line id>`` for a line.
    """
    lock_row(Order, shipment.order_id)
    shipment = lock_row(Shipment, shipment.pk)
    attempt = Attempt(shipment, by)
    if obstacles := obstacles_before_input(machine_of(shipment).transition("sign_off"), attempt):
        raise Refused(obstacles)
    lines = list(shipment.lines.select_related("order_line"))
    _refuse_arrival(shipment, lines, arrivals, signed_on, signed_by, proof)
    assert proof is not None
    for line in lines:
        line.received_quantity, line.condition = arrivals[line.pk].received, arrivals[line.pk].condition
    ShipmentLine.objects.bulk_update(lines, ["received_quantity", "condition"])
    shipment.signed_on, shipment.signed_by = signed_on, signed_by.strip()
    shipment.save(update_fields=["signed_on", "signed_by"])
    _file_proof(shipment, proof, by)
    take(shipment, "sign_off", by=by, note=note, version=version)
    return shipment


def _refuse_arrival(shipment, lines, arrivals, signed_on, signed_by, proof) -> None:
    """Raises ValidationError with every mistake at once, each beside its field."""
    found = {
        "signed_on": _wrong_day(shipment, signed_on),
        "signed_by": "" if signed_by.strip() else _("Write who signed for the goods."),
        "proof": "" if proof else _("Take a picture of the signed delivery note, or choose its scan."),
        **{f"line-{line.pk}": _wrong_arrival(line, arrivals.get(line.pk)) for line in lines},
    }
    if mistakes := {field: sentence for field, sentence in found.items() if sentence}:
        raise ValidationError(mistakes)


def _wrong_day(shipment: Shipment, day: date | None) -> str:
    if day is None:
        return _("Write the day on which it was signed for.")
    if day > timezone.localdate():
        return _("This day has not come yet.")
    if shipment.shipped_on and day < shipment.shipped_on:
        return _("It left on %(day)s, so it was signed for then at the earliest.") % {"day": shipment.shipped_on}
    return ""


def _wrong_arrival(line: ShipmentLine, arrival: Arrival | None) -> str:
    if arrival is None or not arrival.condition:
        return _("Write how much arrived, and how.")
    if not 0 <= arrival.received <= line.quantity:
        return _("Between 0 and %(most)s %(unit)s can have arrived.") % {
            "most": shown(line.quantity),
            "unit": line.order_line.unit,
        }
    complete = arrival.received == line.quantity
    if complete and arrival.condition != Condition.GOOD:
        return _("Count only what arrived in good order: with damage or shortage it is less than was shipped.")
    if not complete and arrival.condition == Condition.GOOD:
        return _("Less arrived than was shipped: say whether it was damaged or short.")
    return ""


def _file_proof(shipment: Shipment, proof: UploadedFile, by) -> None:
    try:
        store_file(subject=shipment, upload=proof, purpose=SIGN_OFF, by=by)
    except ValidationError as refused:
        raise ValidationError({"proof": refused.messages}) from refused
