"""What the database itself refuses about receipts, tried with plain SQL updates past every rule in Python."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from billing import protections
from billing.customer_receipts import receive
from billing.models import Receipt, ReceiptAllocation, Refund, RefundPart
from billing.refunds import record_refund
from orders.statuses import Status
from tests.factories import make_order

pytestmark = pytest.mark.django_db

TOMORROW = timezone.localdate() + datetime.timedelta(days=1)


def refused(action, sentence="guard"):
    """The database refuses the action, and says why."""
    with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
        action()


def update(row, **values):
    return type(row)._base_manager.filter(pk=row.pk).update(**values)


@pytest.fixture
def allocation(finance):
    order = make_order(status=Status.APPROVED)
    receipt = Receipt.objects.create(
        customer=order.customer, received_on=timezone.localdate(), amount=Decimal("100"), recorded_by=finance
    )
    return ReceiptAllocation.objects.create(receipt=receipt, instalment=order.instalments.first(), amount=100)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("customer_id", -1),
        ("received_on", TOMORROW),
        ("amount", Decimal("1")),
        ("method", "cash"),
        ("bank_reference", "X"),
        ("payer", "别人"),
        ("reverses_id", -1),
        ("recorded_by_id", -1),
        ("recorded_at", timezone.now()),
    ],
)
def test_a_receipt_is_never_changed(allocation, field, value):
    refused(lambda: update(allocation.receipt, **{field: value}), "never changed")


def test_every_fact_of_a_receipt_is_tried():
    tried = {"customer_id", "received_on", "amount", "method", "bank_reference", "payer", "reverses_id"}
    # Its customer becomes another only where two files are merged.
    assert tried | {"recorded_by_id", "recorded_at"} == {*protections._RECORDED, "customer_id"}


@pytest.fixture
def refund(finance):
    customer = make_order(status=Status.APPROVED).customer
    known = {"customer": customer, "amount": Decimal("100"), "method": "transfer", "by": finance}
    receive(**known, received_on=timezone.localdate(), shares={})
    return record_refund(**known, refunded_on=timezone.localdate())


@pytest.mark.parametrize("field", protections._REFUNDED)
def test_a_refund_and_its_parts_are_never_changed_or_deleted(refund, field):
    value = {"refunded_on": TOMORROW, "amount": Decimal("1"), "recorded_at": timezone.now()}.get(field, -1)
    refused(lambda: update(refund, **{field: value}), "never changed")
    refused(lambda: Refund.objects.filter(pk=refund.pk)._raw_delete("default"), "reversed, never deleted")
    refused(lambda: update(refund.parts.get(), amount=Decimal("1")))


def test_no_more_is_given_back_than_a_receipt_is(refund):
    receipt = refund.parts.get().receipt
    refused(lambda: RefundPart.objects.create(refund=refund, receipt=receipt, amount=1), "no more than it is")


def test_a_receipt_can_be_marked_as_reversed(allocation):
    assert update(allocation.receipt, is_reversed=True) == 1


def test_a_receipt_is_never_deleted(allocation):
    refused(lambda: Receipt.objects.filter(pk=allocation.receipt_id)._raw_delete("default"), "reversed, never deleted")


def test_an_allocation_is_never_changed_or_deleted(allocation):
    refused(lambda: update(allocation, amount=Decimal("1")))
    refused(lambda: ReceiptAllocation.objects.filter(pk=allocation.pk)._raw_delete("default"))
