"""Release and completion: by the system as soon as nothing stands in the way, by people what it had to leave."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from approvals.sweeps import complete_due, release_due
from core.buttons import buttons_for
from core.models import Event, PolicyValue
from core.workflow import Refused, take
from customers.models import GradePolicy, PaymentTerms, TermsInstalment
from fulfilment.confirmation import attach_confirmation
from fulfilment.sign_off import Arrival, correct_sign_off, sign_off_shipment
from fulfilment.statuses import ShipmentStatus
from orders.models import Order
from orders.statuses import Status
from tests.factories import confirmed, make_order, make_shipment, released_order
from tests.sample_files import picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def before_production():
    """Half before production, half on arrival."""
    terms = PaymentTerms.objects.create(name="50%投产前，50%到货款")
    for position, trigger in enumerate(("before_production", "arrival"), start=1):
        TermsInstalment.objects.create(terms=terms, position=position, percent=50, trigger=trigger)
    GradePolicy.objects.get(grade="A").allowed_terms.add(terms)
    return terms


def refusal(order, verb, by, **more) -> str:
    with translation.override("en"), pytest.raises(Refused) as caught:
        take(order, verb, by=by, **more)
    return str(caught.value)


def sign_off(shipment, by):
    arrivals = {line.pk: Arrival(line.quantity, "good") for line in shipment.lines.all()}
    return sign_off_shipment(
        shipment=shipment,
        arrivals=arrivals,
        signed_on=timezone.localdate(),
        signed_by="周建",
        proof=picture(),
        by=by,
    )


# ---- release ---------------------------------------------------------------------------------------------------------


def test_final_approval_releases_by_the_system(order_at, finance, django_capture_on_commit_callbacks):
    order = confirmed(order_at(Status.FINANCE_REVIEW))
    with django_capture_on_commit_callbacks(execute=True):
        take(order, "finance_approve", by=finance)
    order.refresh_from_db()
    assert order.released_at is not None
    assert (order.status, order.delivery_status) == (Status.APPROVED, "preparing")
    assert Event.objects.get(verb="release").actor is None


def test_money_due_before_production_keeps_it_unreleased_until_it_is_there(
    customer, before_production, finance, operations, pay, django_capture_on_commit_callbacks
):
    order = confirmed(make_order(customer=customer, status=Status.FINANCE_REVIEW, payment_terms=before_production))
    with django_capture_on_commit_callbacks(execute=True):
        take(order, "finance_approve", by=finance)
    order.refresh_from_db()
    assert (order.status, order.released_at) == (Status.APPROVED, None)
    assert order.current_instalments().get(trigger="before_production").due_date == timezone.localdate()
    said = refusal(order, "release", operations)
    assert "before production" in said
    assert "5,650" not in said
    assert release_due() == 0
    pay(order, "5650")
    assert release_due() == 1
    assert Order.objects.get(pk=order.pk).released_at is not None


@pytest.mark.parametrize("who", ["manager", "finance", "operations"])
def test_people_release_what_the_system_had_to_leave(order_at, request, who):
    order = confirmed(order_at(Status.APPROVED))
    take(order, "release", by=request.getfixturevalue(who))
    assert order.released_at is not None


def test_an_order_is_released_once_and_then_shows_no_button(order_at, operations, finance):
    order = confirmed(order_at(Status.APPROVED))
    assert "release" in [button.name for button in buttons_for(order, finance)]
    take(order, "release", by=operations)
    first = order.released_at
    assert "released" in refusal(order, "release", finance)
    assert "release" not in [button.name for button in buttons_for(order, finance)]
    assert Order.objects.get(pk=order.pk).released_at == first
    assert release_due() == 0


def test_release_waits_for_the_customer_s_confirmation_and_follows_it(order_at, operations):
    order = order_at(Status.APPROVED)
    assert "confirmation" in refusal(order, "release", operations)
    assert release_due() == 0
    attach_confirmation(order=order, upload=picture(), by=order.rep)
    assert Order.objects.get().released_at is not None
    assert Event.objects.get(verb="release").actor is None


def test_a_confirmation_releases_nothing_that_waits_for_money(customer, before_production, rep):
    order = make_order(customer=customer, status=Status.APPROVED, payment_terms=before_production)
    attach_confirmation(order=order, upload=picture(), by=rep)
    assert Order.objects.get().released_at is None


def test_what_an_administrator_wrote_stays_in_force(order_at, operations):
    """An installation that once said that nobody has to confirm goes on like that."""
    PolicyValue.objects.create(key="release_needs_confirmation", value="false")
    order = order_at(Status.APPROVED)
    take(order, "release", by=operations)
    assert order.released_at is not None


def test_the_sweep_leaves_everything_else_alone(order_at):
    for status in (Status.DRAFT, Status.FINANCE_REVIEW, Status.CANCELLED, Status.COMPLETED):
        order_at(status)
    waiting = confirmed(order_at(Status.APPROVED))
    assert [release_due(), release_due()] == [1, 0]
    assert list(Order.objects.exclude(released_at=None)) == [waiting]


# ---- completion ------------------------------------------------------------------------------------------------------


def test_the_last_sign_off_completes_the_order_and_moves_the_last_cooperation(
    customer, rep, django_capture_on_commit_callbacks
):
    order = released_order(customer=customer)
    first = make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4])
    last = make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[6])
    with django_capture_on_commit_callbacks(execute=True):
        sign_off(first, rep)
    order.refresh_from_db()
    assert order.status == Status.APPROVED
    with django_capture_on_commit_callbacks(execute=True):
        sign_off(last, rep)
    order.refresh_from_db()
    customer.refresh_from_db()
    assert (order.status, order.signed_off_on) == (Status.COMPLETED, timezone.localdate())
    assert customer.last_cooperation_on == timezone.localdate()
    assert Event.objects.get(verb="complete").actor is None


def test_the_sweep_completes_what_the_signal_missed(customer, rep):
    order = released_order(customer=customer)
    sign_off(make_shipment(order, status=ShipmentStatus.SHIPPED), rep)
    assert [complete_due(), complete_due()] == [1, 0]


def test_nothing_completes_without_the_signed_delivery_note(customer):
    order = released_order(customer=customer)
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF)
    assert complete_due() == 0


def test_a_shortage_keeps_the_order_open(customer):
    order = released_order(customer=customer)
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF, received=[8])
    assert complete_due() == 0
    assert Order.objects.get(pk=order.pk).delivery_status == "partly_signed"


def test_the_last_cooperation_never_moves_back(customer, rep):
    later = timezone.localdate() + timedelta(days=1)
    customer.last_cooperation_on = later
    customer.save()
    sign_off(make_shipment(released_order(customer=customer), status=ShipmentStatus.SHIPPED), rep)
    complete_due()
    customer.refresh_from_db()
    assert customer.last_cooperation_on == later


@pytest.mark.parametrize("who", ["rep", "manager", "finance", "operations", "admin"])
def test_nobody_completes_an_order_by_hand(customer, request, who):
    order = released_order(customer=customer)
    with pytest.raises(Refused) as caught:
        take(order, "complete", by=request.getfixturevalue(who))
    assert caught.value.kinds == {"role"}


# ---- cancelling ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "said"), [("packing", "cancel its shipments"), ("ready", "cancel its shipments"), ("shipped", "shipped")]
)
def test_an_order_with_goods_packed_or_gone_is_not_cancelled(customer, manager, status, said):
    order = released_order(customer=customer)
    make_shipment(order, status=status, parts=[1])
    assert said in refusal(order, "cancel", manager, note="客户取消")


def test_a_released_order_is_cancelled_before_anything_is_packed(customer, manager):
    order = released_order(customer=customer)
    make_shipment(order, status=ShipmentStatus.CANCELLED)
    take(order, "cancel", by=manager, note="客户取消")
    assert order.status == Status.CANCELLED


def test_a_corrected_sign_off_opens_a_completed_order_until_the_rest_has_arrived(
    customer, rep, django_capture_on_commit_callbacks
):
    order = released_order(customer=customer)
    shipment = make_shipment(order, status=ShipmentStatus.SHIPPED)
    with django_capture_on_commit_callbacks(execute=True):
        sign_off(shipment, rep)
    customer.refresh_from_db()
    assert (Order.objects.get().status, customer.last_cooperation_on) == (Status.COMPLETED, timezone.localdate())
    line, known = shipment.lines.get(), {"signed_on": timezone.localdate(), "signed_by": "周建", "by": rep}
    with django_capture_on_commit_callbacks(execute=True):
        short = {line.pk: Arrival(line.quantity - 2, "short")}
        correct_sign_off(shipment=shipment, arrivals=short, note="少点了两台", **known)
    order.refresh_from_db()
    customer.refresh_from_db()
    assert (order.status, order.delivery_status) == (Status.APPROVED, "partly_signed")
    assert customer.last_cooperation_on is None
    with django_capture_on_commit_callbacks(execute=True):
        whole = {line.pk: Arrival(line.quantity, "good")}
        correct_sign_off(shipment=shipment, arrivals=whole, note="其实都在", **known)
    customer.refresh_from_db()
    assert (Order.objects.get().status, customer.last_cooperation_on) == (Status.COMPLETED, timezone.localdate())
