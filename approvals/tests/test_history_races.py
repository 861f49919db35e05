"""A customer is given away while its past orders come in: on PostgreSQL, beside a broken twin that must fail."""

import pytest
from django.db import transaction

from approvals.imports import records
from approvals.tests.past_orders import OPEN, sheet
from core import registries
from core.imports.kinds import Overtaken, Source
from core.imports.work import get_ready, write
from customers.models import Customer
from customers.services import change_owner
from orders.models import Order
from tests.factories import CustomerFactory, ProductFactory, TeamFactory, UserFactory
from tests.races import at_once
from tests.workbooks import examined

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 15


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def bring_and_give_away(tmp_path, team):
    """A function: one order is checked for import, then written while a manager hands its customer to somebody else."""
    ProductFactory(code="KX-200")
    manager = UserFactory(role="manager", team=team)

    def race(n: int):
        customer = CustomerFactory(number=f"K{n}", owner=UserFactory(team=team))
        found = examined("orders", sheet(tmp_path, {**OPEN, "订单编号": f"H{n}", "客户编号": f"K{n}"}))
        kind = registries.import_kinds["orders"]
        ready, other = get_ready(kind, found, Source("file.xlsx", None)), UserFactory(team=team)
        loaded = Customer.objects.get(pk=customer.pk)
        outcomes = at_once(
            lambda: transaction.atomic(write)(kind, ready),
            lambda: change_owner(customer=loaded, owner=other, by=manager),
        )
        return outcomes, Order.objects.filter(number=f"H{n}").select_related("customer").first()

    return race


def test_an_order_comes_in_for_whoever_owns_its_customer(bring_and_give_away):
    for n in range(ROUNDS):
        (brought, given), order = bring_and_give_away(n)
        assert given.won
        assert brought.won == (order is not None)
        assert order.rep_id == order.customer.owner_id if order else isinstance(brought.error, Overtaken)


def test_without_the_customer_s_lock_an_order_stays_with_the_rep_of_before(bring_and_give_away, monkeypatch):
    monkeypatch.setattr(records, "_hold_customers", lambda owners: None)
    orders = [bring_and_give_away(n)[1] for n in range(ROUNDS)]
    assert any(order and order.rep_id != order.customer.owner_id for order in orders)
