"""Which limit is a customer's."""

from datetime import date, timedelta

import pytest

from approvals.credit_limit import limit_of
from customers.models import Customer, GradePolicy

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("own", "granted", "amount", "is_own"),
    [(None, 500, 500, False), (100, 500, 100, True), (0, 500, 0, True), (None, None, None, False)],
)
def test_the_own_limit_wins_and_none_set_stays_none(own, granted, amount, is_own):
    limit = limit_of(Customer(credit_limit=own), GradePolicy(grade="A", credit_limit=granted), TODAY)
    assert (limit.amount, limit.is_own) == (amount, is_own)
    assert limit_of(Customer(credit_limit=None), None, TODAY).amount is None


def test_the_own_limit_is_in_force_on_its_last_day_and_the_grades_from_the_next():
    customer = Customer(credit_limit=100, credit_limit_until=TODAY)
    policy = GradePolicy(grade="A", credit_limit=500)
    assert limit_of(customer, policy, TODAY).amount == 100
    assert limit_of(customer, policy, TODAY + timedelta(days=1)).amount == 500
