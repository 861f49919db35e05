"""Two clicks, two people, one instant: on PostgreSQL, each beside a broken twin that must fail."""

import random
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from core.submitted import scoped
from core.workflow import take
from orders.entry.draft import save_and_submit
from orders.lines import LineInput
from orders.models import Order
from tests.factories import CustomerFactory, ProductFactory, UserFactory, make_order, terms
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 20


@pytest.fixture
def seller():
    return UserFactory()


@pytest.fixture
def customer(seller):
    return CustomerFactory(owner=seller, team=seller.team)


def header(customer):
    day = date(2026, 11, 20)
    return {
        "customer": customer,
        "order_date": day,
        "promised_date": day + timedelta(days=60),
        "payment_terms": terms(),
    }


def line(product):
    return LineInput(product_id=product.pk, name=product.name, quantity=Decimal(1), unit_price=Decimal(10))


def clicks(customer, seller, product, token, count=2):
    def click():
        return save_and_submit(order=None, header=header(customer), lines=[line(product)], by=seller, token=token).pk

    return [click] * count


def test_a_double_click_on_submit_makes_one_order(customer, seller):
    product = ProductFactory()
    for _round in range(ROUNDS):
        token = uuid.uuid4()
        outcomes = at_once(*clicks(customer, seller, product, token))
        assert all(o.won for o in outcomes), outcomes
        assert len({o.result for o in outcomes}) == 1
        assert Order.objects.filter(submit_token=scoped(token, seller)).count() == 1
    assert Order.objects.count() == ROUNDS


def test_without_the_token_a_double_click_makes_two_orders(customer, seller):
    """The broken twin."""
    at_once(*clicks(customer, seller, ProductFactory(), None))
    assert Order.objects.count() == 2


class Cancelled(Exception):
    """The person closed the page, the network broke: the transaction ends without a commit."""


def submissions(orders, chance):
    def submitter(order):
        def submit():
            with transaction.atomic():
                take(order, "submit", by=order.rep)
                if chance.random() < 0.4:
                    raise Cancelled
            return order.number

        return submit

    return [submitter(order) for order in orders]


def serials():
    return sorted(int(number[-3:]) for number in Order.objects.exclude(number=None).values_list("number", flat=True))


def test_a_series_has_no_gap_however_many_submit_and_fail_at_once(customer, seller):
    chance = random.Random(7)
    for _round in range(6):
        orders = [make_order(customer=customer) for _ in range(8)]
        outcomes = at_once(*submissions(orders, chance))
        assert all(o.won or isinstance(o.error, Cancelled) for o in outcomes), outcomes
    assert len(serials()) > 10
    assert serials() == list(range(1, len(serials()) + 1))


def test_a_counter_outside_the_transaction_leaves_gaps(customer, seller, monkeypatch):
    """The broken twin: a serial that is not given back on rollback."""
    given = iter(range(1, 1000))
    monkeypatch.setattr("orders.numbering.next_serial", lambda series: next(given))
    chance = random.Random(7)
    orders = [make_order(customer=customer) for _ in range(8)]
    at_once(*submissions(orders, chance))
    assert serials() != list(range(1, len(serials()) + 1))


def test_a_serial_read_without_a_lock_is_given_twice(customer, seller, monkeypatch):
    """The other broken twin: read the last serial, add one; two submissions then collide."""
    collisions = 0

    def last_plus_one(series):
        return Order.objects.filter(number__isnull=False, customer=customer).count() + 1

    monkeypatch.setattr("orders.numbering.next_serial", last_plus_one)
    monkeypatch.setattr("orders.numbering.Order", _NoLook)
    for _round in range(ROUNDS):
        orders = [make_order(customer=customer) for _ in range(2)]
        outcomes = at_once(*submissions(orders, random.Random(1000)))
        collisions += sum(1 for o in outcomes if o.error and not isinstance(o.error, Cancelled))
    assert collisions


class _NoLook:
    """Stands in for the look at numbers that an import brought."""

    class objects:
        @staticmethod
        def filter(**words):
            return Order.objects.none()
