"""Two people correct one sign-off in the same instant: on PostgreSQL, beside a broken twin that must fail."""

from decimal import Decimal

import pytest

from accounts.roles import Role
from core.files import store_file
from core.models import Event
from core.workflow import Refused
from fulfilment.guards import SIGN_OFF
from fulfilment.models import Shipment
from fulfilment.sign_off import correct_sign_off
from fulfilment.statuses import ShipmentStatus
from fulfilment.tests.steps import arrivals_of
from tests.factories import UserFactory, make_shipment
from tests.races import at_once
from tests.sample_files import picture

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 10
COUNTED = ("8", "6")


@pytest.fixture
def correctors():
    return [UserFactory(role=Role.OPERATIONS) for _each in COUNTED]


@pytest.fixture
def signed():
    """A function: a shipment of ten pieces that was signed for as whole."""

    def make() -> Shipment:
        shipment = make_shipment(status=ShipmentStatus.SIGNED_OFF)
        store_file(subject=shipment, upload=picture(), purpose=SIGN_OFF, by=UserFactory(role=Role.OPERATIONS))
        return shipment

    return make


def correcting(shipment, by, received, **more):
    """One browser: it has loaded the shipment, then says how many arrived in good order."""
    loaded = Shipment.objects.get(pk=shipment.pk)
    known = {"signed_on": loaded.signed_on, "signed_by": loaded.signed_by, "note": "点数时看错"}
    arrivals = arrivals_of(loaded, received, "short")
    return lambda: correct_sign_off(shipment=loaded, arrivals=arrivals, by=by, **known, **more)


def both_at_once(shipment, correctors, **more):
    pairs = zip(correctors, COUNTED, strict=True)
    return at_once(*(correcting(shipment, by, received, **more) for by, received in pairs))


def told_of(shipment) -> list[tuple[str, str]]:
    """From what to what the history says the quantity was corrected, in its order."""
    events = Event.objects.filter(verb="correct_sign_off", subject_id=shipment.pk).order_by("pk")
    return [tuple(change[1:]) for event in events for change in event.data["changes"] if change[2] in COUNTED]


def test_who_saw_the_sign_off_before_the_other_corrected_it_is_refused(signed, correctors):
    for _round in range(ROUNDS):
        shipment = signed()
        outcomes = both_at_once(shipment, correctors, version=shipment.version)
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, Refused)
        won = next(received for outcome, received in zip(outcomes, COUNTED, strict=True) if outcome.won)
        line = shipment.lines.get()
        assert line.received_quantity == line.order_line.shipped_quantity == Decimal(won)


def test_each_correction_says_from_what_it_corrected(signed, correctors):
    for _round in range(ROUNDS):
        shipment = signed()
        assert all(outcome.won for outcome in both_at_once(shipment, correctors))
        (before, first), (second, last) = told_of(shipment)
        assert (before, first) == ("10", second)
        assert shipment.lines.get().received_quantity == Decimal(last)


def test_without_its_locks_both_say_that_they_corrected_the_first(signed, correctors, monkeypatch):
    """The broken twin: the history says of both that ten became something else."""
    for module in ("fulfilment.sign_off", "customers.moving"):
        monkeypatch.setattr(f"{module}.lock_row", lambda model, pk: model.objects.get(pk=pk))
    lied = False
    for _round in range(ROUNDS):
        shipment = signed()
        both_at_once(shipment, correctors)
        lied = lied or [before for before, _after in told_of(shipment)].count("10") > 1
    assert lied
