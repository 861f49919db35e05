"""A customer of the rep, and a way to pay its orders."""

from datetime import date
from decimal import Decimal

import pytest

from billing.receipts import record_receipt
from customers.models import Grade
from tests.factories import CustomerFactory


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team, grade=Grade.A)


@pytest.fixture
def pay(finance):
    """A function: order, amount → a receipt recorded by finance."""

    def receive(order, amount):
        return record_receipt(
            order=order, amount=Decimal(amount), received_on=date(2026, 1, 2), method="transfer", by=finance
        )

    return receive
