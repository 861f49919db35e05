"""Amendments beside shipments and beside each other: on PostgreSQL, beside twins that must fail."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.roles import Role
from approvals.amendments import services as amending
from approvals.amendments.proposal import HEADER, input_of
from approvals.models import Amendment
from core.stale import Stale
from core.workflow import Refused, take
from fulfilment import services
from fulfilment.services import Part, plan_shipment
from fulfilment.statuses import OPEN
from tests.factories import CustomerFactory, UserFactory, make_amendment, released_order
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 15


@pytest.fixture
def packer():
    return UserFactory(role=Role.OPERATIONS)


def unlocked(model, pk):
    return model.objects.get(pk=pk)


def proposing(amendment):
    loaded = Amendment.objects.get(pk=amendment.pk)
    return lambda: take(loaded, "propose_to_manager", by=amendment.order.rep)


def planning(order, by):
    parts = {order.lines.get().pk: Part(Decimal(8))}
    return lambda: plan_shipment(order=order, parts=parts, transport={"method": "pickup"}, by=by)


def packed_and_waiting(order) -> bool:
    """Whether eight pieces stand packed of a line that would have four."""
    return order.lines.filter(waits=True).exists() and order.shipments.filter(status__in=OPEN).exists()


def test_what_would_change_is_not_packed_and_what_is_packed_does_not_change(packer):
    for _round in range(ROUNDS):
        order = released_order(customer=CustomerFactory())
        outcomes = at_once(proposing(make_amendment(order, quantity=4)), planning(order, packer))
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, (Refused, ValidationError))
        assert not packed_and_waiting(order)


def test_without_the_orders_lock_what_would_change_is_packed(packer, monkeypatch):
    """The broken twin: both look, and both find that they may."""
    monkeypatch.setattr(services, "lock_row", unlocked)
    failed = False
    for _round in range(ROUNDS):
        order = released_order(customer=CustomerFactory())
        at_once(proposing(make_amendment(order, quantity=4)), planning(order, packer))
        failed = failed or packed_and_waiting(order)
    assert failed


def writing(order, quantity):
    said = {field.name: getattr(order, field.name) for field in HEADER}
    lines = [replace(input_of(order.lines.get()), quantity=Decimal(quantity))]
    known = {"reason": "x", "at_customers_wish": False, "by": order.rep}
    return lambda: amending.save_amendment(order=order, header=said, lines=lines, **known)


def test_of_two_who_begin_an_amendment_the_second_sees_the_first():
    for _round in range(ROUNDS):
        order = released_order(customer=CustomerFactory())
        outcomes = at_once(writing(order, 8), writing(order, 9))
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, Stale)
        assert order.amendments.count() == 1


def test_without_the_orders_lock_the_second_stumbles(monkeypatch):
    """The broken twin: neither sees the other, and the database refuses one without a word for people."""
    monkeypatch.setattr(amending, "lock_row", unlocked)
    stumbled = False
    for _round in range(ROUNDS):
        order = released_order(customer=CustomerFactory())
        outcomes = at_once(writing(order, 8), writing(order, 9))
        stumbled = stumbled or any(not o.won and not isinstance(o.error, Stale) for o in outcomes)
    assert stumbled
