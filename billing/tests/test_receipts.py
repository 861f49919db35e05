"""Recording money received, what it pays, and undoing a mistake."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.utils import timezone

from billing.entries import refresh_received
from billing.models import Receipt, ReceiptAllocation
from billing.receipts import record_receipt, reverse_receipt, why_no_receipt
from core.events import timeline_of
from core.models import Event
from orders.instalments import next_unpaid, standings
from orders.statuses import Status
from tests.factories import make_order

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 24)


@pytest.fixture
def order(rep):
    """11,300.00 with tax: 3,390.00 prepayment and 7,910.00 on arrival."""
    return make_order(status=Status.FINANCE_REVIEW, number="202611海雅装备001")


@pytest.fixture
def pay(order, finance):
    """A function: amount → the receipt recorded for the order."""

    def record(amount, by=finance, of=order, **more):
        values = {"received_on": timezone.localdate(), "method": "transfer", **more}
        return record_receipt(order=of, amount=Decimal(amount), by=by, **values)

    return record


def refusal(action) -> dict:
    """The sentences of a refusal by field; nothing may have been recorded."""
    before = Receipt.objects.count(), ReceiptAllocation.objects.count(), Event.objects.count()
    with pytest.raises(ValidationError) as caught:
        action()
    assert (Receipt.objects.count(), ReceiptAllocation.objects.count(), Event.objects.count()) == before
    return caught.value.message_dict


def received(order) -> Decimal:
    order.refresh_from_db()
    return order.received_total


def paid(order) -> list[Decimal]:
    return [instalment.received for instalment in order.current_instalments()]


def test_a_receipt_pays_the_first_instalment(order, pay):
    receipt = pay("3390.00", bank_reference="HX-1", payer="海雅装备", note="预付款")
    assert paid(order) == [Decimal("3390.00"), Decimal("0.00")]
    assert received(order) == Decimal("3390.00")
    assert receipt.customer == order.customer
    assert [a.amount for a in receipt.allocations.all()] == [Decimal("3390.00")]


def test_more_than_the_first_instalment_flows_into_the_next(order, pay):
    receipt = pay("4000")
    assert paid(order) == [Decimal("3390.00"), Decimal("610.00")]
    assert sum(a.amount for a in receipt.allocations.all()) == receipt.amount


def test_a_second_receipt_goes_on_where_the_first_stopped(order, pay):
    pay("1000.01")
    pay("3000.02")
    assert paid(order) == [Decimal("3390.00"), Decimal("610.03")]
    assert received(order) == Decimal("4000.03")


def test_the_last_cent_can_be_received(order, pay):
    pay("11299.99")
    pay("0.01")
    assert received(order) == order.gross_total
    assert refusal(lambda: pay("0.01")) == {NON_FIELD_ERRORS: [why_no_receipt(order)]}


def test_more_than_the_order_is_refused_with_what_is_open(order, pay):
    pay("1300")
    assert "10,000.00" in refusal(lambda: pay("10000.01"))["amount"][0]


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_only_money_that_came_is_a_receipt(pay, amount):
    assert "amount" in refusal(lambda: pay(amount))


def test_tomorrow_has_not_come_yet(pay):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    assert "received_on" in refusal(lambda: pay("1", received_on=tomorrow))


def test_a_bank_reference_counts_once_and_the_refusal_names_the_other(pay):
    pay("100", bank_reference="HX-1", received_on=TODAY - datetime.timedelta(days=900))
    sentence = refusal(lambda: pay("200", bank_reference="HX-1"))["bank_reference"][0]
    assert "100.00" in sentence
    assert (TODAY - datetime.timedelta(days=900)).isoformat() in sentence


def test_receipts_without_a_bank_reference_do_not_collide(order, pay):
    pay("100")
    pay("100")
    assert received(order) == Decimal("200.00")


def test_everything_wrong_is_said_at_once(pay):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    assert set(refusal(lambda: pay("99999", received_on=tomorrow))) == {"amount", "received_on"}


def test_the_second_click_finds_the_first_receipt(order, pay):
    token = uuid.uuid4()
    assert pay("100", token=token) == pay("100", token=token)
    assert received(order) == Decimal("100.00")


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.DRAFT, Status.CANCELLED)])
def test_money_can_come_from_the_first_submission_on(pay, status):
    order = make_order(status=status)
    pay("100", of=order)
    assert received(order) == Decimal("100.00")


def test_money_can_come_while_the_order_is_sent_back(pay):
    order = make_order(number="202611海雅装备009")
    pay("100", of=order)
    assert received(order) == Decimal("100.00")


@pytest.mark.parametrize("number", [None, "202611海雅装备009"])
def test_no_money_for_a_cancelled_order(pay, number):
    order = make_order(status=Status.CANCELLED, number=number)
    assert NON_FIELD_ERRORS in refusal(lambda: pay("100", of=order))


def test_no_money_for_a_draft_that_was_never_submitted(pay):
    assert NON_FIELD_ERRORS in refusal(lambda: pay("100", of=make_order()))


@pytest.mark.parametrize("person", ["rep", "manager", "operations", "service", "admin"])
def test_only_finance_records_and_reverses(request, order, pay, person):
    somebody = request.getfixturevalue(person)
    with pytest.raises(PermissionDenied):
        pay("100", by=somebody)
    receipt = pay("100")
    with pytest.raises(PermissionDenied):
        reverse_receipt(receipt=receipt, by=somebody, reason="错")
    assert received(order) == Decimal("100.00")


def test_a_reversal_is_an_opposite_receipt(order, pay, finance):
    receipt = pay("4000", bank_reference="HX-1")
    opposite = reverse_receipt(receipt=receipt, by=finance, reason=" 记错客户 ")
    receipt.refresh_from_db()
    assert (opposite.amount, opposite.reverses, opposite.note) == (Decimal("-4000.00"), receipt, "记错客户")
    assert receipt.is_reversed
    assert paid(order) == [Decimal("0.00"), Decimal("0.00")]
    assert received(order) == Decimal("0.00")


def test_after_a_reversal_the_bank_reference_can_be_recorded_rightly(order, pay, finance):
    reverse_receipt(receipt=pay("400", bank_reference="HX-1"), by=finance, reason="金额错")
    pay("4000", bank_reference="HX-1")
    assert received(order) == Decimal("4000.00")


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reversal_needs_a_reason(pay, finance, reason):
    receipt = pay("100")
    assert "reason" in refusal(lambda: reverse_receipt(receipt=receipt, by=finance, reason=reason))


def test_a_receipt_is_reversed_once_and_a_reversal_never(pay, finance):
    receipt = pay("100")
    opposite = reverse_receipt(receipt=receipt, by=finance, reason="错")
    assert refusal(lambda: reverse_receipt(receipt=receipt, by=finance, reason="错"))
    assert refusal(lambda: reverse_receipt(receipt=opposite, by=finance, reason="错"))


def test_receipts_stand_in_the_orders_timeline(order, pay, finance):
    reverse_receipt(receipt=pay("4000", note="预付款"), by=finance, reason="记错客户")
    last, first = timeline_of(order)[:2]
    assert "4,000.00" in first.sentence
    assert (first.note, first.tone, first.actor_name) == ("预付款", "good", "周敏")
    assert (last.note, last.tone) == ("记错客户", "bad")


def test_what_was_received_is_recomputed_from_the_allocations(order, pay):
    pay("4000")
    type(order).objects.filter(pk=order.pk).update(received_total=0)
    assert refresh_received(order) == Decimal("4000.00")
    assert received(order) == Decimal("4000.00")


def test_a_receipt_does_not_make_a_reviewers_page_stale(order, pay):
    version = order.version
    pay("4000")
    order.refresh_from_db()
    assert order.version == version


# ---- how instalments stand -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid_part", "due", "family"),
    [
        ("0", None, "idle"),
        ("1", None, "wait"),
        ("0", TODAY + datetime.timedelta(days=3), "wait"),
        ("0", TODAY, "wait"),
        ("0", TODAY - datetime.timedelta(days=1), "bad"),
        ("1", TODAY - datetime.timedelta(days=1), "bad"),
        ("3390", TODAY - datetime.timedelta(days=1), "good"),
    ],
)
def test_how_an_instalment_stands(order, paid_part, due, family):
    instalment = order.current_instalments()[0]
    instalment.due_date, instalment.received = due, Decimal(paid_part)
    (standing,) = standings([instalment], TODAY)
    assert standing.family == family
    assert instalment.unpaid == Decimal("3390.00") - Decimal(paid_part)


def test_the_next_amount_to_come_is_the_open_part_of_the_first_unpaid_instalment(order, pay):
    def proposed():
        return next_unpaid(standings(order.current_instalments(), TODAY))

    assert proposed() == Decimal("3390.00")
    pay("3400")
    assert proposed() == Decimal("7900.00")
    pay("7900")
    assert proposed() is None
