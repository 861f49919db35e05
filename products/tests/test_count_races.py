"""Stock counts beside what happens in the same instant: on PostgreSQL, each beside a broken twin that must fail."""

from decimal import Decimal

import pytest

from accounts.roles import Role
from core.workflow import Refused, machine_of, take
from products.counting import Counted, open_count, write_down
from products.invariants import wrong_counts, wrong_stock
from products.models import StockCount
from products.services import record_stock_move
from tests.factories import ProductFactory, UserFactory
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 20


@pytest.fixture
def keeper():
    return UserFactory(role=Role.OPERATIONS)


@pytest.fixture
def counted(keeper):
    """A function: a sheet of the one product, ready to be posted."""
    product = ProductFactory()
    record_stock_move(product=product, quantity=Decimal(1000), reason="opening", by=keeper)

    def make():
        count = open_count(category=None, note="", by=keeper)
        line = count.lines.get()
        write_down(count=count, said={line.pk: Counted(line.book - 2)}, by=keeper)
        return count

    return make


def posting(count, by):
    loaded = StockCount.objects.get(pk=count.pk)
    return lambda: take(loaded, "post", by=by, version=loaded.version)


def leaving(count, by):
    product = count.lines.get().product
    return lambda: record_stock_move(product=product, quantity=Decimal(-5), reason="scrap", by=by)


def test_a_count_is_posted_once_however_many_press(counted, keeper):
    for _round in range(ROUNDS):
        count = counted()
        outcomes = at_once(posting(count, keeper), posting(count, keeper))
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, Refused)
        assert list(wrong_stock()) == list(wrong_counts()) == []


def test_goods_that_leave_while_a_count_is_posted_are_in_the_stock_or_asked_about(counted, keeper):
    for _round in range(ROUNDS):
        count = counted()
        posted, left = at_once(posting(count, keeper), leaving(count, keeper))
        assert left.won
        assert posted.won or isinstance(posted.error, Refused)
        assert list(wrong_stock()) == list(wrong_counts()) == []


def test_without_the_stock_s_lock_the_one_writes_over_the_other(counted, keeper, monkeypatch):
    """The broken twin."""
    monkeypatch.setitem(machine_of(StockCount).locks, "stock", lambda count: None)
    monkeypatch.setattr("products.services.lock_row", lambda model, pk: model.objects.get(pk=pk))
    wrong = False
    for _round in range(ROUNDS):
        count = counted()
        at_once(posting(count, keeper), leaving(count, keeper))
        wrong = wrong or bool(list(wrong_stock()))
    assert wrong
