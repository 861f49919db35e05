"""An order of the rep's customer in which every check passes, at any stage, and a way to take verbs in a row."""

from datetime import date
from decimal import Decimal

import pytest

from billing.receipts import record_receipt
from core.workflow import take
from customers.models import Grade
from tests.factories import CustomerFactory, make_order, terms

NO_PREPAYMENT = "100%到货后30天"


@pytest.fixture
def customer(rep):
    """Grade A: limit 500,000, cap 300,000, discount up to 10 %, every terms allowed."""
    return CustomerFactory(owner=rep, team=rep.team, grade=Grade.A)


@pytest.fixture
def order_at(customer):
    """A function: status → an order (11,300.00 with tax) without prepayment, in which nothing stands in the way."""

    def make(status="draft", **more):
        more.setdefault("payment_terms", terms(NO_PREPAYMENT))
        return make_order(customer=more.pop("customer", customer), status=status, **more)

    return make


@pytest.fixture
def steps(rep, manager, finance):
    """A function that takes verbs one after the other, each by the person whose verb it is."""
    whose = {"submit": rep, "rep_approve": rep, "manager_approve": manager, "finance_approve": finance}

    def go(order, *verbs, **answers):
        for verb in verbs:
            take(order, verb, by=whose[verb], answers=answers)
        return order

    return go


@pytest.fixture
def pay(finance):
    """A function: order, amount → a receipt recorded by finance today."""

    def receive(order, amount):
        return record_receipt(
            order=order, amount=Decimal(amount), received_on=date(2026, 1, 2), method="transfer", by=finance
        )

    return receive
