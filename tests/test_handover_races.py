"""A customer changes hands while its orders are written: on PostgreSQL, beside a broken twin that must fail."""

import time
import uuid
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import cycle

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.utils import timezone

from accounts import ownership
from accounts.models import User
from accounts.ownership import Owned
from accounts.roles import Role
from accounts.services import move_to_team
from billing.receipts import record_receipt
from core.locks import lock_row
from core.stale import Stale
from core.workflow import Refused, take
from customers.services import change_owner
from fulfilment.models import Shipment
from fulfilment.services import Part, plan_shipment
from fulfilment.statuses import OPEN
from orders.entry.draft import NotADraft, save_and_submit
from orders.lines import LineInput
from orders.models import Order
from tests.factories import (
    CustomerFactory,
    ProductFactory,
    UserFactory,
    make_order,
    make_shipment,
    released_order,
    terms,
)
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 12
MOMENT = 0.3  # seconds between two locks, in which the other one takes its own
REFUSALS = Refused | ValidationError | PermissionDenied | Stale | NotADraft


@pytest.fixture
def reps(manager):
    return [UserFactory(team=manager.team) for _n in range(2)]


@pytest.fixture
def haiya(reps):
    return CustomerFactory(owner=reps[0], team=reps[0].team)


@pytest.fixture
def hesitant(monkeypatch):
    """Everything that follows an owner waits a moment before it is written."""
    follow = Owned.follow_parent

    def hesitate(rows, record):
        time.sleep(MOMENT)
        follow(rows, record)

    monkeypatch.setattr(Owned, "follow_parent", hesitate)


def a_sign_off(shipment):
    """As every verb of a shipment locks: its order, then itself."""
    with transaction.atomic():
        lock_row(Order, shipment.order_id)
        time.sleep(1.5 * MOMENT)
        lock_row(Shipment, shipment.pk)


def handed_over_during_a_sign_off(haiya, reps, manager):
    shipment = make_shipment(released_order(customer=haiya))
    handing = lambda: change_owner(customer=haiya, owner=reps[1], by=manager)  # noqa: E731
    return at_once(handing, lambda: a_sign_off(shipment))


def test_a_hand_over_waits_for_whoever_writes_a_shipment(haiya, reps, manager, hesitant):
    outcomes = handed_over_during_a_sign_off(haiya, reps, manager)
    assert all(outcome.won for outcome in outcomes), outcomes
    assert Shipment.objects.get().rep == Order.objects.get().rep == reps[1]


def test_shipments_before_their_orders_are_a_deadlock(haiya, reps, manager, hesitant, monkeypatch):
    """The broken twin."""
    ordered = ownership.in_lock_order()
    monkeypatch.setattr(ownership, "in_lock_order", lambda: ordered[::-1])
    outcomes = handed_over_during_a_sign_off(haiya, reps, manager)
    (failed,) = [outcome.error for outcome in outcomes if not outcome.won]
    assert isinstance(failed, OperationalError)
    assert "deadlock" in str(failed)


def all_who_write(haiya, next_owner, manager, operations):
    """What people do at one moment with a customer that changes hands, its drafts, orders and shipments."""
    product, day, owner = ProductFactory(), timezone.localdate(), haiya.owner
    line = LineInput(product_id=product.pk, name=product.name, quantity=Decimal(1), unit_price=Decimal(10))
    later = day + timedelta(days=60)
    header = {"customer": haiya, "order_date": day, "promised_date": later, "payment_terms": terms()}
    order, draft, finance = released_order(customer=haiya), make_order(customer=haiya), UserFactory(role=Role.FINANCE)
    packing, ready = (make_shipment(order, status=status, parts=[1]) for status in OPEN)
    parts, transport = {order.lines.get().pk: Part(Decimal(1))}, {"method": "pickup"}
    return [
        lambda: change_owner(customer=haiya, owner=next_owner, by=manager),
        lambda: save_and_submit(order=None, header=header, lines=[line], by=owner, token=uuid.uuid4()),
        lambda: take(draft, "submit", by=owner),
        lambda: plan_shipment(order=order, parts=parts, transport=transport, by=operations),
        lambda: record_receipt(order=order, amount=Decimal(1), received_on=day, method="transfer", by=finance),
        lambda: take(packing, "cancel", by=operations, note="改期"),
        lambda: take(ready, "cancel", by=operations, note="改期"),
    ]


def test_an_owner_changes_while_everybody_writes_orders_of_that_customer(haiya, reps, manager, admin, other_team):
    operations = UserFactory(role=Role.OPERATIONS)
    moves = cycle([other_team, manager.team])
    for _round in range(ROUNDS):
        haiya.refresh_from_db()
        mover, move_by, to = User.objects.get(pk=reps[0].pk), User.objects.get(pk=admin.pk), next(moves)
        next_owner = reps[0] if haiya.owner == reps[1] else reps[1]
        writers = all_who_write(haiya, next_owner, manager, operations)
        outcomes = at_once(*writers, partial(move_to_team, user=mover, team=to, by=move_by))
        unexpected = [outcome.error for outcome in outcomes if not isinstance(outcome.error, REFUSALS | None)]
        assert not unexpected, unexpected
        assert sum(outcome.won for outcome in outcomes) > len(outcomes) / 2, outcomes
