"""Correcting a sign-off: who may when, what follows anew, and what can no longer be."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.events import timeline_of
from core.files import files_of
from core.models import ClosedMonth, Event, Message
from fulfilment.models import Shipment
from fulfilment.sign_off import correct_sign_off
from fulfilment.statuses import ShipmentStatus
from fulfilment.tests.steps import arrivals_of, refusal, signing
from orders.models import Order
from products.models import Product
from tests import sample_files as sample
from tests.factories import make_shipment, released_order, terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(customer):
    """One line: 10 × 控制柜, all of it paid on arrival; released weeks ago."""
    before = timezone.now() - timedelta(days=70)
    return released_order(customer=customer, payment_terms=terms("100%到货后30天"), released_at=before)


@pytest.fixture
def shipment(order):
    return make_shipment(order, status=ShipmentStatus.SHIPPED, shipped_on=timezone.localdate() - timedelta(days=60))


def signed(shipment, by, received="10", condition="good", **more):
    return signing(shipment, by, arrivals=arrivals_of(shipment, received, condition), **more)


def correcting(shipment, by, received="8", condition="short", **more):
    known = {"signed_on": shipment.signed_on, "signed_by": shipment.signed_by, "note": "点数时看错"}
    arrivals = arrivals_of(shipment, received, condition)
    return correct_sign_off(shipment=shipment, arrivals=arrivals, by=by, **(known | more))


def test_a_rep_corrects_what_was_mistyped_and_everything_follows(shipment, order, rep):
    product = order.lines.get().product
    signed(shipment, rep)
    assert order.current_instalments().get().due_date
    shipment = correcting(Shipment.objects.get(), rep)
    order.refresh_from_db()
    line = order.lines.get()
    assert (shipment.status, order.delivery_status, order.signed_off_on) == ("signed_off", "partly_signed", None)
    assert (line.shipped_quantity, line.signed_quantity, line.to_ship) == (8, 8, 2)
    assert order.current_instalments().get().due_date is None
    assert Product.objects.get(pk=product.pk).reserved == 2
    entry = timeline_of(shipment)[0]
    assert (entry.note, [change[1:] for change in entry.changes]) == ("点数时看错", [("10", "8"), ("完好", "短少")])
    assert Event.objects.filter(verb="sign_off_corrected", subject_id=order.pk).exists()


def test_another_day_of_arrival_moves_what_is_due_on_it(shipment, order, rep):
    signed(shipment, rep)
    earlier = timezone.localdate() - timedelta(days=3)
    correcting(Shipment.objects.get(), rep, "10", "good", signed_on=earlier)
    order.refresh_from_db()
    assert order.signed_off_on == earlier
    assert order.current_instalments().get().due_date == earlier + timedelta(days=30)


def test_a_further_proof_is_kept_beside_the_first(shipment, rep):
    signed(shipment, rep)
    correcting(Shipment.objects.get(), rep, "10", "good", proof=sample.picture())
    assert files_of(shipment, "sign_off").count() == 2


def test_operations_correct_what_a_rep_signed_off_and_the_rep_hears_of_it(shipment, rep, operations):
    signed(shipment, rep)
    correcting(Shipment.objects.get(), operations)
    assert Message.objects.get().user == rep


def test_a_rep_corrects_no_sign_off_of_operations(shipment, rep, operations):
    signed(shipment, operations)
    assert "Operations can still correct it" in refusal(correcting, Shipment.objects.get(), rep)


def test_a_day_later_only_operations_correct_it(shipment, rep, operations, monkeypatch):
    signed(shipment, rep)
    later = timezone.now() + timedelta(hours=25)
    with monkeypatch.context() as patched:
        patched.setattr("fulfilment.guards.timezone.now", lambda: later)
        assert "Operations can still correct it" in refusal(correcting, Shipment.objects.get(), rep)
    correcting(Shipment.objects.get(), operations)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"note": " "}, "reason"),
        ({"received": "10", "condition": "good"}, "Nothing differs"),
        ({"received": "10", "condition": "damaged"}, "good order"),
        ({"received": "8", "condition": "good"}, "damaged or short"),
        ({"signed_by": ""}, "who signed"),
        ({"signed_on": timezone.localdate() + timedelta(days=1)}, "not come yet"),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(shipment, order, rep, typed, said):
    signed(shipment, rep)
    assert said in refusal(correcting, Shipment.objects.get(), rep, **typed)
    order.refresh_from_db()
    assert (order.delivery_status, order.lines.get().signed_quantity) == ("signed", 10)


def test_what_was_sent_again_has_not_arrived_after_all(shipment, order, rep, operations):
    signed(shipment, rep, "8", "short")
    make_shipment(order, parts=[2])
    assert "At most 8 台" in refusal(correcting, Shipment.objects.get(pk=shipment.pk), operations, "10", "good")
    assert order.lines.get().signed_quantity == 8


def test_in_a_closed_month_only_the_name_is_corrected(shipment, order, rep, operations):
    last_month = timezone.localdate().replace(day=1) - timedelta(days=1)
    signed(shipment, rep, signed_on=last_month)
    first = last_month.replace(day=1)
    ClosedMonth.objects.create(first_day=first, last_day=last_month, closed_at=timezone.now())
    shipment = Shipment.objects.get()
    assert "only the name can be corrected" in refusal(correcting, shipment, operations)
    today = timezone.localdate()
    assert "is closed" in refusal(correcting, shipment, operations, "10", "good", signed_on=today)
    assert correcting(shipment, operations, "10", "good", signed_by="李强").signed_by == "李强"
    assert Order.objects.get().signed_off_on == last_month


def test_the_page_of_a_correction_has_what_was_recorded_and_keeps_what_is_typed(shipment, rep, as_rep):
    signed(shipment, rep, "8", "short")
    path, line = f"/shipments/{shipment.pk}/correction/", shipment.lines.get().pk
    form = as_rep.get(path).context["form"]
    assert (form.header["signed_by"].value(), form.rows[0].form["received"].value()) == ("周建", 8)
    typed = {f"line-{line}-received": "9", f"line-{line}-condition": "good", "signed_by": "李强", "note": "看错"}
    response = as_rep.post(path, {**typed, "signed_on": timezone.localdate().isoformat()})
    assert response.status_code == 422
    form = response.context["form"]
    assert (form.rows[0].form["received"].value(), form.header["note"].value()) == ("9", "看错")
    assert form.rows[0].form["received"].errors
    typed[f"line-{line}-condition"] = "damaged"
    response = as_rep.post(path, {**typed, "signed_on": timezone.localdate().isoformat()})
    assert response.status_code == 303
    assert (shipment.lines.get().received_quantity, shipment.lines.get().condition) == (9, "damaged")
