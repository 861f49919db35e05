"""Two clicks on the reminder at one instant: on PostgreSQL, beside the twin without the constraint."""

import pytest
from django.db import connection

from core.models import Message
from orders.models import Nudge
from orders.nudges import nudge
from orders.statuses import Status
from tests.factories import CustomerFactory, UserFactory, make_order
from tests.races import at_once
from tests.roles import as_owner

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 20


@pytest.fixture
def clicks():
    """Two clicks of the rep on an order that waits for the one person in finance."""
    seller = UserFactory()
    UserFactory(role="finance", team=None)
    order = make_order(customer=CustomerFactory(owner=seller), status=Status.COMPLETED)
    return [lambda: nudge(order=order, by=seller)] * 2


def test_a_double_click_reminds_once(clicks):
    for round_ in range(1, ROUNDS + 1):
        outcomes = at_once(*clicks)
        assert [outcome.won for outcome in outcomes].count(True) == 1, outcomes
        assert Message.objects.count() == round_
        Nudge.objects.all().delete()


def test_without_constraint_and_lock_a_double_click_reminds_twice(clicks, monkeypatch):
    """The broken twin."""
    monkeypatch.setattr("orders.nudges.lock_row", lambda model, pk: None)
    (constraint,) = Nudge._meta.constraints
    with as_owner(), connection.schema_editor() as editor:
        editor.remove_constraint(Nudge, constraint)
    try:
        doubled = 0
        for _round in range(ROUNDS):
            at_once(*clicks)
            doubled += Nudge.objects.count() > 1
            Nudge.objects.all().delete()
        assert doubled
    finally:
        with as_owner(), connection.schema_editor() as editor:
            editor.add_constraint(Nudge, constraint)
