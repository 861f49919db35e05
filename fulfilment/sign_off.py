"""What people do when goods have arrived: recording what arrived with the customer's signature, and correcting it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import periods
from core.files import store_file
from core.locks import lock_row
from core.templatetags.ui import quantity
from core.workflow import Attempt, Refused, machine_of, obstacles_before_input, take
from customers.moving import lock_customer_of
from fulfilment.guards import SIGN_OFF
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.statuses import OPEN, Condition
from orders.models import Order


@dataclass(frozen=True)
class Arrival:
    """What of a shipment line arrived in good order (in the line's unit), and in which condition the line was."""

    received: Decimal
    condition: str


@transaction.atomic
def sign_off_shipment(
    *,
    shipment: Shipment,
    arrivals: dict[int, Arrival],
    signed_on: date | None,
    signed_by: str,
    proof: UploadedFile | None,
    note: str = "",
    by: User,
    version: int | None = None,
) -> Shipment:
    """Records what arrived (by shipment line id), when, who signed for it, and the proof; then takes the verb.

    All of it or nothing: when anything is refused, neither quantities nor file remain.

    Raises:
        core.workflow.Refused: when the person may not, or the shipment is not on its way (any more).
        ValidationError: by field; ``line-<shipment line id>`` for a line.
    """
    lock_customer_of(shipment)
    lock_row(Order, shipment.order_id)
    shipment = lock_row(Shipment, shipment.pk)
    attempt = Attempt(shipment, by)
    if obstacles := obstacles_before_input(machine_of(shipment).transition("sign_off"), attempt):
        raise Refused(obstacles)
    lines = list(shipment.lines.select_related("order_line"))
    missing = "" if proof else _("Take a picture of the signed delivery note, or choose its scan.")
    _refuse({"proof": missing, **_wrong_sign_off(shipment, lines, arrivals, signed_on, signed_by)})
    _write_sign_off(shipment, lines, arrivals, signed_on, signed_by, proof, by)
    take(shipment, "sign_off", by=by, note=note, version=version)
    return shipment


@transaction.atomic
def correct_sign_off(
    *,
    shipment: Shipment,
    arrivals: dict[int, Arrival],
    signed_on: date | None,
    signed_by: str,
    proof: UploadedFile | None = None,
    note: str,
    by: User,
    version: int | None = None,
) -> Shipment:
    """Writes what really arrived, when, or who signed, in place of what was mistyped; the history keeps both.

    Progress, stock and due dates follow; a further ``proof`` is kept beside the first. In a closed month only the name
    can be corrected, which becomes a supplement of its archive: its figures have counted what arrived, and when.

    Raises:
        core.workflow.Refused: when the person may not (any more), or the shipment is not signed off.
        ValidationError: by field; ``line-<shipment line id>`` for a line.
    """
    periods.share()
    lock_customer_of(shipment)
    order = lock_row(Order, shipment.order_id)
    shipment = lock_row(Shipment, shipment.pk)
    attempt = Attempt(shipment, by)
    if obstacles := obstacles_before_input(machine_of(shipment).transition("correct_sign_off"), attempt):
        raise Refused(obstacles)
    lines = list(shipment.lines.select_related("order_line"))
    wrong = _wrong_sign_off(shipment, lines, arrivals, signed_on, signed_by)
    for line in lines:
        wrong[f"line-{line.pk}"] = wrong[f"line-{line.pk}"] or _wrong_correction(order, line, arrivals[line.pk])
    _refuse({"note": "" if note.strip() else _("Please write a reason."), **wrong})
    changes = _corrections(shipment, lines, arrivals, signed_on, signed_by)
    if not changes and proof is None:
        raise ValidationError(_("Nothing differs from what was recorded."))
    if any(name != "signed_by" for name, _old, _new in changes):
        _refuse_closed(shipment, signed_on)
    _write_sign_off(shipment, lines, arrivals, signed_on, signed_by, proof, by)
    take(shipment, "correct_sign_off", by=by, note=note.strip(), version=version, data={"changes": changes})
    return shipment


def _write_sign_off(
    shipment: Shipment,
    lines: list[ShipmentLine],
    arrivals: dict[int, Arrival],
    signed_on: date | None,
    signed_by: str,
    proof: UploadedFile | None,
    by: User,
) -> None:
    for line in lines:
        line.received_quantity, line.condition = arrivals[line.pk].received, arrivals[line.pk].condition
    ShipmentLine.objects.bulk_update(lines, ["received_quantity", "condition"])
    shipment.signed_on, shipment.signed_by = signed_on, signed_by.strip()
    shipment.save(update_fields=["signed_on", "signed_by"])
    if proof is None:
        return
    try:
        store_file(subject=shipment, upload=proof, purpose=SIGN_OFF, by=by)
    except ValidationError as refused:
        raise ValidationError({"proof": refused.messages}) from refused


def _wrong_sign_off(
    shipment: Shipment,
    lines: list[ShipmentLine],
    arrivals: dict[int, Arrival],
    signed_on: date | None,
    signed_by: str,
) -> dict[str, str]:
    """A sentence, or nothing, for every field."""
    return {
        "signed_on": _wrong_day(shipment, signed_on),
        "signed_by": "" if signed_by.strip() else _("Write who signed for the goods."),
        **{f"line-{line.pk}": _wrong_arrival(line, arrivals.get(line.pk)) for line in lines},
    }


def _refuse(found: dict[str, str]) -> None:
    """Raises every mistake at once, each beside its field."""
    if mistakes := {field: sentence for field, sentence in found.items() if sentence}:
        raise ValidationError(mistakes)


def _wrong_correction(order: Order, line: ShipmentLine, arrival: Arrival) -> str:
    """No more can have arrived than the order still takes: what was missing may have been sent again since."""
    of_order = line.order_line
    known = line.received_quantity or Decimal(0)
    most = known
    if of_order.revision == order.revision:  # else nothing of it is ordered any more
        packed = ShipmentLine.objects.filter(order_line=of_order, shipment__status__in=OPEN)
        most += of_order.to_ship - sum(packed.values_list("quantity", flat=True))
    if arrival.received <= most:
        return ""
    words = {"most": quantity(most), "unit": of_order.unit}
    return _("At most %(most)s %(unit)s: what was missing has been sent again, or closed short.") % words


def _corrections(
    shipment: Shipment,
    lines: list[ShipmentLine],
    arrivals: dict[int, Arrival],
    signed_on: date | None,
    signed_by: str,
) -> list[list[str]]:
    """``[what, old, new]`` for everything that differs from what was recorded."""
    changes = []
    for line in lines:
        arrival = arrivals[line.pk]
        if arrival.received != line.received_quantity:
            old, new = quantity(line.received_quantity), quantity(arrival.received)
            changes.append([f"#{line.order_line}", old, new])
        if arrival.condition != line.condition:
            changes.append(["lines.condition", line.condition, arrival.condition])
    if signed_on != shipment.signed_on:
        changes.append(["signed_on", f"{shipment.signed_on}", f"{signed_on}"])
    if signed_by.strip() != shipment.signed_by:
        changes.append(["signed_by", shipment.signed_by, signed_by.strip()])
    return changes


def _refuse_closed(shipment: Shipment, signed_on: date | None) -> None:
    """What arrived, and when, stands in the figures of a closed month. Wants the period shared."""
    if months := periods.closed_among(day for day in (shipment.signed_on, signed_on) if day):
        names = ", ".join(f"{month:%Y-%m}" for month in months)
        raise ValidationError(
            _("%(months)s is closed, and what arrived stands in its figures: only the name can be corrected.")
            % {"months": names}
        )


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
            "most": quantity(line.quantity),
            "unit": line.order_line.unit,
        }
    complete = arrival.received == line.quantity
    if complete and arrival.condition != Condition.GOOD:
        return _("Count only what arrived in good order: with damage or shortage it is less than was shipped.")
    if not complete and arrival.condition == Condition.GOOD:
        return _("Less arrived than was shipped: say whether it was damaged or short.")
    return ""
