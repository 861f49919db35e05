"""Two reviewers in one instant: on PostgreSQL, each beside a broken twin that must fail."""

from decimal import Decimal

import pytest
from django.db.models import F

from approvals.models import Decision
from core import workflow
from core.locks import lock_row
from core.workflow import Refused, take
from orders import reservations
from orders.models import Order
from orders.statuses import Status
from products.models import Product
from tests.factories import CustomerFactory, ProductFactory, TeamFactory, UserFactory, confirmed, make_order, terms
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 20
# One order is 11,300.00 with tax: the limit has room for one, not for two.
LIMIT = Decimal("20000.00")


@pytest.fixture
def sales():
    """A team with one rep and two managers."""
    team = TeamFactory()
    return {
        "rep": UserFactory(team=team),
        "first": UserFactory(name="陈志远", role="manager", team=team),
        "second": UserFactory(name="孙静", role="manager", team=team),
    }


@pytest.fixture
def waiting(sales):
    """A function: an order of a new customer that waits for stage two, with every check passing."""

    def make(customer=None):
        customer = customer or new_customer(sales)
        return make_order(customer=customer, status=Status.MANAGER_REVIEW, payment_terms=terms("100%到货后30天"))

    return make


def new_customer(sales, **more):
    return CustomerFactory(owner=sales["rep"], team=sales["rep"].team, grade="A", **more)


def taking(order, verb, by, **more):
    """One browser: it has loaded the order, then presses the verb."""
    loaded = Order.objects.get(pk=order.pk)
    return lambda: take(loaded, verb, by=by, version=loaded.version, **more)


def without_locks(monkeypatch):
    """The engine as one writes it at first: read, check, save."""
    monkeypatch.setattr(workflow, "_lock", lambda machine, transition, obj: obj.refresh_from_db())
    monkeypatch.setattr(workflow, "_write_status", _write_blindly)


def _write_blindly(obj, target):
    rows = type(obj)._base_manager.filter(pk=obj.pk)
    rows.update(status=target, version=F("version") + 1)
    obj.refresh_from_db()


def without_the_customer_s_lock(monkeypatch):
    """Every order is locked, the credit that they share is not."""

    def lock_only_itself(machine, transition, obj):
        lock_row(type(obj), obj.pk)
        obj.refresh_from_db()

    monkeypatch.setattr(workflow, "_lock", lock_only_itself)


def refusals(outcomes):
    return [outcome.error for outcome in outcomes if not outcome.won]


# ---- two reviewers of one order --------------------------------------------------------------------------------------


def two_reviewers(order, sales):
    return at_once(taking(order, "manager_approve", sales["first"]), taking(order, "manager_approve", sales["second"]))


def test_of_two_reviewers_one_decides_and_the_other_is_told_who_did(sales, waiting):
    for _round in range(ROUNDS):
        order = waiting()
        outcomes = two_reviewers(order, sales)
        winner = Decision.objects.get(round__order=order).by
        (error,) = refusals(outcomes)
        assert isinstance(error, Refused)
        assert error.kinds == {"state"}
        assert str(winner) in str(error)


def test_without_locks_the_second_reviewer_meets_an_error(sales, waiting, monkeypatch):
    """The broken twin: only the database's last line of defence is left, and it speaks no sentence."""
    without_locks(monkeypatch)
    tries = (refusals(two_reviewers(waiting(), sales)) for _round in range(ROUNDS))
    assert any(not isinstance(error, Refused) for errors in tries for error in errors)


def approve_and_withdraw(order, sales):
    return at_once(taking(order, "manager_approve", sales["first"]), taking(order, "withdraw", sales["rep"]))


def test_an_order_is_either_approved_or_withdrawn(sales, waiting):
    for _round in range(ROUNDS):
        order = waiting()
        outcomes = approve_and_withdraw(order, sales)
        assert [outcome.won for outcome in outcomes].count(True) == 1, outcomes
        approved = Decision.objects.filter(round__order=order).exists()
        order.refresh_from_db()
        assert order.status == (Status.FINANCE_REVIEW if approved else Status.DRAFT)


def test_without_locks_an_order_is_approved_and_withdrawn(sales, waiting, monkeypatch):
    """The broken twin."""
    without_locks(monkeypatch)
    tries = (approve_and_withdraw(waiting(), sales) for _round in range(ROUNDS))
    assert any(all(outcome.won for outcome in outcomes) for outcomes in tries)


# ---- two orders of one customer --------------------------------------------------------------------------------------


def two_orders(sales, waiting):
    customer = new_customer(sales, credit_limit=LIMIT)
    one, other = waiting(customer), waiting(customer)
    outcomes = at_once(
        taking(one, "manager_approve", sales["first"]), taking(other, "manager_approve", sales["second"])
    )
    return customer, outcomes


def beyond_the_limit(customer):
    return customer.orders.filter(status=Status.FINANCE_REVIEW).count() > 1


def test_two_orders_do_not_use_the_same_credit(sales, waiting):
    for _round in range(ROUNDS):
        customer, outcomes = two_orders(sales, waiting)
        (error,) = refusals(outcomes)
        assert isinstance(error, Refused)
        assert error.kinds == {"input"}, "The second needs a manager's reason, not a new look."
        assert not beyond_the_limit(customer)


def test_without_the_customer_s_lock_two_orders_break_one_limit(sales, waiting, monkeypatch):
    """The broken twin."""
    without_the_customer_s_lock(monkeypatch)
    assert any(beyond_the_limit(two_orders(sales, waiting)[0]) for _round in range(ROUNDS))


# ---- finance ---------------------------------------------------------------------------------------------------------


def test_an_approval_and_a_cancellation_never_both_hold(sales, waiting):
    finance = UserFactory(role="finance")
    for _round in range(ROUNDS):
        order = waiting()
        take(order, "manager_approve", by=sales["first"])
        outcomes = at_once(
            taking(order, "finance_approve", finance), taking(order, "cancel", sales["rep"], note="客户取消")
        )
        assert [outcome.won for outcome in outcomes].count(True) == 1, outcomes
        order.refresh_from_db()
        assert (order.status == Status.APPROVED) == (order.approved_at is not None)


# ---- stock -----------------------------------------------------------------------------------------------------------


def releasing(orders):
    by = UserFactory(role="operations")
    return [taking(order, "release", by) for order in orders]


@pytest.fixture
def wanting_one_product():
    """A function: two approved orders, of four and of three pieces of one product, and the product."""

    def make():
        product = ProductFactory()
        lines = [[(product, 4, "10")], [(product, 3, "10")]]
        return [confirmed(make_order(status=Status.APPROVED, lines=line)) for line in lines], product

    return make


def test_two_releases_reserve_the_stock_of_both(wanting_one_product):
    for _round in range(ROUNDS):
        orders, product = wanting_one_product()
        assert all(outcome.won for outcome in at_once(*releasing(orders)))
        assert Product.objects.get(pk=product.pk).reserved == 7


def test_without_the_stock_s_lock_one_of_two_releases_reserves_nothing(wanting_one_product, monkeypatch):
    """The broken twin: each counts before the other has committed, and the later one writes over the earlier."""
    monkeypatch.setattr(reservations, "lock_rows", list)
    found = set()
    for _round in range(ROUNDS):
        orders, product = wanting_one_product()
        at_once(*releasing(orders))
        found.add(Product.objects.get(pk=product.pk).reserved)
    assert found - {7}
