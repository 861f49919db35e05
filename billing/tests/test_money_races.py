"""Money that two people decide about in one instant: on PostgreSQL, each beside a broken twin that must fail."""

import time
from decimal import Decimal

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from billing import balance, customer_receipts, links, receipts, refunds
from billing.bank import services as bank
from billing.bank.services import accept_line, set_aside
from billing.customer_receipts import receive
from billing.links import STATEMENT
from billing.models import BankLine, Receipt, Refund
from billing.receipts import record_receipt
from billing.refunds import record_refund
from billing.statements import give_statement, last_month
from core.links import views as link_views
from core.links.services import make_link, revoke_link
from core.models import Event
from core.workflow import take
from customers.models import Customer
from orders.models import Order
from orders.statuses import Status
from tests.breakers.kit import sound
from tests.factories import BankLineFactory, CustomerFactory, TeamFactory, UserFactory, make_order
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 8
TODAY = timezone.localdate()


@pytest.fixture
def clerks():
    return [UserFactory(role=Role.FINANCE) for _n in range(2)]


def unlocked(model, pk):
    return model._base_manager.get(pk=pk)


def without_locks(monkeypatch, *modules):
    """The same code without its locks: rows are read as they are."""
    instead = {"lock_row": unlocked, "lock_rows": list, "lock_customer_of": lambda record: record.customer_id}
    for module in modules:
        for name, reading in instead.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, reading)


def verbs_of(record, *verbs: str) -> list[str]:
    """Those of these steps that were taken, in the order of the history."""
    kind = ContentType.objects.get_for_model(record)
    told = Event.objects.filter(subject_type=kind, subject_id=record.pk, verb__in=verbs)
    return list(told.order_by("pk").values_list("verb", flat=True))


# ---- a receipt of an order that is cancelled -------------------------------------------------------------------------


def paid_and_cancelled(clerk) -> list[str]:
    """What the order's history says of both, first things first."""
    manager = UserFactory(role=Role.MANAGER, team=TeamFactory())
    rep = UserFactory(team=manager.team)
    order = make_order(customer=CustomerFactory(owner=rep, team=rep.team), rep=rep, status=Status.APPROVED)
    seen = Order.objects.get(pk=order.pk)
    known = {"received_on": TODAY, "method": "transfer", "by": clerk}
    outcomes = at_once(
        lambda: record_receipt(order=order, amount=Decimal(3000), **known),
        lambda: take(seen, "cancel", by=manager, note="客户不要了"),
    )
    assert outcomes[1].won
    return verbs_of(order, "receipt_recorded", "cancel")


def test_nothing_is_received_for_an_order_once_it_is_cancelled(clerks):
    told = [paid_and_cancelled(clerks[0]) for _round in range(ROUNDS)]
    assert {each[-1] for each in told} == {"cancel"}
    assert sound("received", "instalments paid", "customer facts")


def test_without_the_locks_a_cancelled_order_is_paid(clerks, monkeypatch):
    """The broken twin: who records it has seen the order before."""
    without_locks(monkeypatch, receipts, balance)
    told = [paid_and_cancelled(clerks[0]) for _round in range(ROUNDS)]
    assert "receipt_recorded" in {each[-1] for each in told}


# ---- the same money given back twice ---------------------------------------------------------------------------------


def given_back_twice(clerks):
    customer = CustomerFactory()
    receive(customer=customer, amount=Decimal(1000), received_on=TODAY, method="transfer", shares={}, by=clerks[0])
    known = {"customer": customer, "amount": Decimal(800), "refunded_on": TODAY, "method": "transfer"}
    outcomes = at_once(*(lambda by=by: record_refund(**known, by=by) for by in clerks))
    back = Refund.objects.filter(customer=customer).aggregate(sum=Sum("amount"))["sum"] or 0
    return outcomes, back


def test_money_is_given_back_once(clerks):
    for _round in range(ROUNDS):
        outcomes, back = given_back_twice(clerks)
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, ValidationError)
        assert back == 800
    assert sound("balances", "refunds", "customer facts")


def test_without_the_locks_it_is_given_back_twice_or_the_database_refuses_wordlessly(clerks, monkeypatch):
    """The broken twin."""
    without_locks(monkeypatch, refunds)
    failed = False
    for _round in range(ROUNDS):
        outcomes, back = given_back_twice(clerks)
        failed |= back > 800 or any(isinstance(outcome.error, DatabaseError) for outcome in outcomes)
    assert failed


# ---- a line of the bank's list ---------------------------------------------------------------------------------------


def accepted_twice(clerks):
    """Each clerk takes it for another customer's money."""
    line = BankLineFactory()
    customers = [CustomerFactory() for _each in clerks]
    pairs = zip(customers, clerks, strict=True)
    accept = [
        lambda whose=whose, by=by: accept_line(line=line, customer=whose, shares={}, by=by) for whose, by in pairs
    ]
    return line, at_once(*accept)


def accepted_and_set_aside(clerks):
    line, customer = BankLineFactory(), CustomerFactory()
    accept = lambda: accept_line(line=line, customer=customer, shares={}, by=clerks[0])  # noqa: E731
    return line, at_once(accept, lambda: set_aside(line=line, reason="利息", by=clerks[1]))


def says_who(error, line: BankLine) -> bool:
    """Whether whoever came second is told what was decided."""
    line.refresh_from_db()
    decided = line.receipt.customer.short_name if line.receipt else "非客户款"
    return isinstance(error, ValidationError) and decided in str(error)


@pytest.mark.parametrize("race", [accepted_twice, accepted_and_set_aside])
def test_a_bank_line_is_decided_once_and_the_second_hears_how(race, clerks):
    for _round in range(ROUNDS):
        line, outcomes = race(clerks)
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert says_who(error, line)
        assert Receipt.objects.filter(bank_reference=line.bank_reference).count() == (1 if line.receipt else 0)
    assert sound("bank lines", "balances", "customer facts")


@pytest.mark.parametrize("race", [accepted_twice, accepted_and_set_aside])
def test_without_the_line_s_lock_the_second_runs_into_the_database(race, clerks, monkeypatch):
    """The broken twin: the reference and a constraint are all that is left, and they know nobody."""
    without_locks(monkeypatch, bank, customer_receipts)
    failed = False
    for _round in range(ROUNDS):
        line, outcomes = race(clerks)
        failed |= not all(outcome.won or says_who(outcome.error, line) for outcome in outcomes)
        failed |= all(outcome.won for outcome in outcomes)
    assert failed


# ---- the customer's answer beside the end of its link ----------------------------------------------------------------


@pytest.fixture
def slow_answer(monkeypatch):
    """The answer takes a moment after the link was looked at."""
    answer = links.answer_statement

    def slowly(**given):
        time.sleep(0.2)
        return answer(**given)

    monkeypatch.setattr(links, "answer_statement", slowly)


def confirmed_and_revoked(clerk) -> list[str]:
    """What the customer's history says of both, first things first."""
    first, last = last_month(TODAY)
    customer: Customer = CustomerFactory()
    statement = give_statement(customer=customer, first=first, last=last, by=clerk)
    link, token = make_link(purpose=STATEMENT, record=statement, by=clerk)
    answer = {"name": "周建", "job_title": "会计", "confirm": "1"}

    def revoke():
        time.sleep(0.05)
        return revoke_link(link=link, by=clerk)

    outcomes = at_once(lambda: Client().post(f"/c/{token}/", answer), revoke)
    assert all(outcome.won for outcome in outcomes), outcomes
    return verbs_of(customer, "statement_confirmed", "link_revoked")


@pytest.mark.usefixtures("slow_answer")
def test_nothing_comes_in_by_a_revoked_link(clerks):
    told = [confirmed_and_revoked(clerks[0]) for _round in range(ROUNDS)]
    assert {each[-1] for each in told} == {"link_revoked"}
    assert ["statement_confirmed", "link_revoked"] in told


@pytest.mark.usefixtures("slow_answer")
def test_without_the_link_s_lock_an_answer_comes_in_behind_its_end(clerks, monkeypatch):
    """The broken twin."""
    without_locks(monkeypatch, link_views)
    told = [confirmed_and_revoked(clerks[0]) for _round in range(ROUNDS)]
    assert "statement_confirmed" in {each[-1] for each in told}
