"""Whatever follows its owner is locked and written in the order in which everybody locks."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.ownership import hand_over, in_lock_order, move_along
from accounts.services import move_to_team
from core import registries
from core.locks import rank
from customers.models import Customer
from customers.services import change_owner
from fulfilment.models import Shipment
from orders.models import Order
from tests.factories import CustomerFactory, UserFactory, make_shipment, released_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def haiya(rep):
    """A customer with an order under delivery and a shipment that has not left."""
    customer = CustomerFactory(owner=rep)
    make_shipment(released_order(customer=customer))
    return customer


def written_locks(statements) -> list[str]:
    """The locks of the owned rows that were written, in the order of the statements."""
    locks = {rows.model._meta.db_table: rows.lock for rows in registries.owned}
    tables = [re.match(r'UPDATE "(\w+)"', query["sql"]) for query in statements]
    return [locks[table[1]] for table in tables if table and table[1] in locks]


def test_everything_that_follows_an_owner_has_its_place_among_the_locks():
    assert {rows.lock for rows in registries.owned} <= set(settings.LOCK_ORDER)
    assert {rows.model for rows in registries.owned} >= {Customer, Order, Shipment}
    places = [rank(rows.lock) for rows in in_lock_order()]
    assert places == sorted(places)


def test_a_hand_over_writes_in_the_order_of_the_locks(haiya, manager):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        change_owner(customer=haiya, owner=UserFactory(team=manager.team), by=manager)
    written = written_locks(asked)
    assert {"customer", "order", "shipment"} <= set(written)
    assert written == sorted(written, key=rank)


def test_a_move_to_another_team_writes_in_the_order_of_the_locks(haiya, rep, admin, other_team):
    with CaptureQueriesContext(connection) as asked:
        move_to_team(user=rep, team=other_team, by=admin)
    written = written_locks(asked)
    assert {"customer", "order", "shipment"} <= set(written)
    assert written == sorted(written, key=rank)
    assert {model.objects.get().team for model in (Customer, Order, Shipment)} == {other_team}


def test_rows_are_locked_before_they_are_written(haiya, rep, other_rep):
    """SQLite has no row locks; there the transaction is the lock."""
    if connection.vendor != "postgresql":
        pytest.skip("needs row locks")
    haiya.owner = other_rep
    with CaptureQueriesContext(connection) as asked:
        hand_over(haiya)
        move_along(other_rep)
    kinds = ["lock" if "FOR NO KEY UPDATE" in query["sql"] else "write" for query in asked]
    assert kinds == ["lock", "write"] * (len(kinds) // 2)
