"""Money rounds half up; serials are gapless."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from core.money import round_money, share, total
from core.numbers import next_serial


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.005", "0.01"), ("0.004", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01")]
)
def test_money_rounds_half_up(value, rounded):
    assert round_money(Decimal(value)) == Decimal(rounded)


def test_a_sum_has_two_digits():
    assert str(total([Decimal("1"), Decimal("2.5")])) == "3.50"
    assert str(total([])) == "0.00"


def test_a_share_is_rounded_to_cents():
    assert share(Decimal("100.01"), Decimal("30")) == Decimal("30.00")
    assert share(Decimal("0.05"), Decimal("30")) == Decimal("0.02")


@pytest.mark.django_db
def test_serials_count_from_one_per_series():
    assert [next_serial("a"), next_serial("a"), next_serial("b"), next_serial("a")] == [1, 2, 1, 3]


@pytest.mark.django_db
def test_a_rolled_back_serial_is_given_again():
    next_serial("a")
    sid = transaction.savepoint()
    assert next_serial("a") == 2
    transaction.savepoint_rollback(sid)
    assert next_serial("a") == 2


@pytest.mark.django_db(transaction=True)
def test_a_serial_outside_a_transaction_is_refused():
    with pytest.raises(TransactionManagementError):
        next_serial("a")
