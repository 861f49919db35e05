"""Steps of a shipment's way in tests: parts that are planned, what arrived, signing it off, and why not."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from core.workflow import Refused
from fulfilment.services import Part
from fulfilment.sign_off import Arrival, sign_off_shipment
from tests import sample_files as sample


def parts_of(order, *quantities):
    lines = order.current_lines()
    return {line.pk: Part(Decimal(str(n)), "B01") for line, n in zip(lines, quantities, strict=True)}


def refusal(call, *args, **more) -> str:
    with translation.override("en"), pytest.raises((Refused, ValidationError)) as caught:
        call(*args, **more)
    error = caught.value
    return str(error) if isinstance(error, Refused) else " ".join(error.messages)


def arrivals_of(shipment, received=None, condition="good"):
    return {
        line.pk: Arrival(line.quantity if received is None else Decimal(received), condition)
        for line in shipment.lines.all()
    }


def signing(shipment, by, **more):
    known = {
        "arrivals": arrivals_of(shipment),
        "signed_on": timezone.localdate(),
        "signed_by": "周建",
        "proof": sample.picture(),
    }
    return sign_off_shipment(shipment=shipment, by=by, **(known | more))
