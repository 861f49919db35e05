"""Invariants while people work: on PostgreSQL, beside a broken twin that must raise a false alarm."""

from contextlib import nullcontext

import pytest

from analytics import invariants as of_figures
from core import invariants
from core.invariants import examine
from core.workflow import take
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, UserFactory, make_order, terms
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _approved_meanwhile(monkeypatch):
    """While the figures are counted from the orders, another order is approved."""
    finance, count_anew = UserFactory(role="finance"), of_figures.differences
    customer = CustomerFactory(grade="A")
    status, after = Status.FINANCE_REVIEW, terms("100%到货后30天")
    waiting = [make_order(customer=customer, status=status, payment_terms=after).pk for _each in range(2)]
    take(Order.objects.get(pk=waiting.pop()), "finance_approve", by=finance)

    def approve_and_count(*what):
        if waiting:
            (outcome,) = at_once(lambda: take(Order.objects.get(pk=waiting.pop()), "finance_approve", by=finance))
            assert outcome.won, outcome
        return count_anew(*what)

    monkeypatch.setattr(of_figures, "differences", approve_and_count)
    yield
    assert not waiting


def alarms_about_figures():
    # The orders here have skipped stages one and two, which another rule minds.
    (found,) = [finding for finding in examine() if finding.invariant.name == "roll-ups"]
    return found.examples


def test_what_is_done_meanwhile_breaks_no_rule():
    assert alarms_about_figures() == []


def test_read_one_after_the_other_the_figures_seem_wrong(monkeypatch):
    """The broken twin: each rule reads what is there at its own moment."""
    monkeypatch.setattr(invariants, "steady", nullcontext)
    assert alarms_about_figures() != []
