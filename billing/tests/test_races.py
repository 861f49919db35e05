"""Two people with the same money in one instant: on PostgreSQL, each beside a broken twin that must fail."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.db.models import Sum
from django.utils import timezone

from accounts.roles import Role
from billing import balance, receipts
from billing.balance import allocate_rest, use_balance
from billing.customer_receipts import receive
from billing.models import Receipt, ReceiptAllocation
from billing.receipts import reverse_receipt
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, UserFactory, make_order
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


@pytest.fixture
def clerks():
    return [UserFactory(role=Role.FINANCE) for _n in range(2)]


@pytest.fixture
def paid(clerks):
    """A function: a receipt of 4,000 that pays nothing, and two orders of its customer."""

    def make() -> tuple[Receipt, list[Order]]:
        customer = CustomerFactory()
        orders = [make_order(customer=customer, status=Status.APPROVED) for _each in range(2)]
        known = {"received_on": timezone.localdate(), "method": "transfer", "shares": {}, "by": clerks[0]}
        return receive(customer=customer, amount=Decimal(4000), **known), orders

    return make


def without_locks(monkeypatch):
    """The same code without its locks: rows are read as they are."""
    for module in (balance, receipts):
        monkeypatch.setattr(module, "lock_row", lambda model, pk: model._base_manager.get(pk=pk))
        monkeypatch.setattr(module, "lock_rows", list)
    monkeypatch.setattr("customers.moving.lock_row", lambda model, pk: model._base_manager.get(pk=pk))


def allocated(receipt: Receipt) -> Decimal:
    sums = ReceiptAllocation.objects.filter(receipt=receipt, amount__gt=0).aggregate(sum=Sum("amount"))
    return sums["sum"] or Decimal(0)


def sharing(receipt, order, by):
    part = order.current_instalments()[1]
    return lambda: allocate_rest(receipt=receipt, shares={part.pk: Decimal(3000)}, by=by)


def using(order, by):
    return lambda: use_balance(order=order, by=by)


def both_share(paid, clerks):
    receipt, orders = paid()
    pairs = zip(orders, clerks, strict=True)
    return receipt, at_once(*(sharing(receipt, order, by) for order, by in pairs))


def both_use(paid, clerks):
    receipt, orders = paid()
    return receipt, at_once(*(using(order, by) for order, by in zip(orders, clerks, strict=True)))


def one_uses_and_one_reverses(paid, clerks):
    receipt, orders = paid()
    undo = lambda: reverse_receipt(receipt=receipt, by=clerks[1], reason="退票")  # noqa: E731
    return receipt, at_once(using(orders[0], clerks[0]), undo)


@pytest.mark.parametrize("race", [both_share, both_use])
def test_a_receipt_is_never_given_twice(race, paid, clerks):
    for _round in range(ROUNDS):
        receipt, outcomes = race(paid, clerks)
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, ValidationError)
        assert allocated(receipt) <= 4000


@pytest.mark.parametrize("race", [both_share, both_use])
def test_without_the_customer_s_lock_it_is_given_twice(race, paid, clerks, monkeypatch):
    """The broken twin: more is paid than came in, or the database refuses wordlessly."""
    without_locks(monkeypatch)
    failed = False
    for _round in range(ROUNDS):
        receipt, outcomes = race(paid, clerks)
        failed |= allocated(receipt) > 4000 or any(isinstance(each.error, DatabaseError) for each in outcomes)
    assert failed


def pays_though_reversed(receipt: Receipt) -> bool:
    """Whether something of a reversed receipt still pays an instalment."""
    of_both = ReceiptAllocation.objects.filter(receipt__in=[receipt, *Receipt.objects.filter(reverses=receipt)])
    return bool(of_both.aggregate(sum=Sum("amount"))["sum"])


def test_what_is_reversed_pays_nothing(paid, clerks):
    for _round in range(ROUNDS):
        receipt, _outcomes = one_uses_and_one_reverses(paid, clerks)
        assert Receipt.objects.filter(reverses=receipt).exists()
        assert not pays_though_reversed(receipt)


def test_without_the_locks_a_reversed_receipt_pays(paid, clerks, monkeypatch):
    """The broken twin."""
    without_locks(monkeypatch)
    assert any(pays_though_reversed(one_uses_and_one_reverses(paid, clerks)[0]) for _round in range(ROUNDS))
