"""Two files become one while somebody works on them: on PostgreSQL, each beside a broken twin that must fail."""

import time
from datetime import timedelta
from threading import Event

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.workflow import take
from customers import merge as merging
from customers.merge import merge_customers
from customers.models import Customer
from customers.moving import Mover
from orders.entry.draft import DraftRefused, save_draft
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, UserFactory, make_order, terms
from tests.processes import PATIENCE
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MOMENT = 3  # seconds that somebody's transaction stays open: enough for another one's, if nothing holds it


@pytest.fixture
def rep(manager):
    return UserFactory(team=manager.team)


@pytest.fixture
def files(rep):
    return [CustomerFactory(owner=rep, short_name=name) for name in ("海雅杭州", "海雅装备")]


BEGUN = Event()


@pytest.fixture(autouse=True)
def nobody_has_begun():
    BEGUN.clear()


def afterwards(do):
    """Does it once the other one is in the middle of its own transaction."""

    def run():
        assert BEGUN.wait(PATIENCE)
        return do()

    return run


def staying_open(do):
    """Does it in a transaction that stays open for a moment."""

    def run():
        with transaction.atomic():
            done = do()
            BEGUN.set()
            time.sleep(MOMENT)
        return done

    return run


def merging_of(old, new, manager):
    return lambda: merge_customers(merged=old, into=new, by=manager)


def drafting(customer, rep):
    day = timezone.localdate()
    header = {"customer": customer, "order_date": day, "promised_date": day + timedelta(days=60)}
    return lambda: save_draft(order=None, header=header | {"payment_terms": terms()}, lines=[], by=rep)


def test_an_order_that_is_being_written_moves_along(files, rep, manager):
    outcomes = at_once(staying_open(drafting(files[0], rep)), afterwards(merging_of(*files, manager)))
    assert all(outcome.won for outcome in outcomes), outcomes
    assert Order.objects.get().customer == files[1]


def test_an_order_after_the_merge_is_refused_with_the_new_number(files, rep, manager):
    outcomes = at_once(staying_open(merging_of(*files, manager)), afterwards(drafting(files[0], rep)))
    assert isinstance(outcomes[1].error, DraftRefused), outcomes
    assert files[1].number in outcomes[1].error.header["customer"]
    assert not Order.objects.exists()


def test_an_order_that_does_not_hold_its_customer_stays_behind(files, rep, manager, monkeypatch):
    """The broken twin."""
    monkeypatch.setattr("orders.entry.draft.lock_rows", list)
    at_once(staying_open(drafting(files[0], rep)), afterwards(merging_of(*files, manager)))
    assert Order.objects.get().customer == files[0]


def submitted_during_a_merge(files, rep, manager) -> Order:
    order = make_order(customer=files[0], rep=rep)
    submitting = staying_open(lambda: take(order, "submit", by=rep))
    outcomes = at_once(submitting, afterwards(merging_of(*files, manager)))
    assert all(outcome.won for outcome in outcomes), outcomes
    return Order.objects.get()


def test_an_order_that_is_being_submitted_moves_under_the_name_of_its_number(files, rep, manager):
    order = submitted_during_a_merge(files, rep, manager)
    assert (order.customer, order.customer_name, order.status) == (files[1], "海雅杭州", Status.REP_REVIEW)


def test_an_order_that_was_read_without_its_lock_loses_its_name(files, rep, manager, monkeypatch):
    """The broken twin."""

    def unlocked(mover, joining):
        mover.move(mover.rows(joining.merged), joining)
        mover.rows(joining.merged).update(**{mover.field: joining.into})

    monkeypatch.setattr(Mover, "run", unlocked)
    monkeypatch.setattr("approvals.locks.lock_customer_of", lambda order: None)
    assert submitted_during_a_merge(files, rep, manager).customer_name == "海雅装备"


def test_an_order_submitted_after_a_merge_is_judged_by_the_file_that_stays(files, rep, manager):
    order = make_order(customer=files[0], rep=rep)
    submitting = afterwards(lambda: take(order, "submit", by=rep))
    outcomes = at_once(staying_open(merging_of(*files, manager)), submitting)
    assert all(outcome.won for outcome in outcomes), outcomes
    order = Order.objects.get()
    assert order.customer == files[1]
    assert "海雅装备" in order.number


def crossing(files, manager):
    return at_once(merging_of(*files, manager), merging_of(*reversed(files), manager))


def test_of_two_merges_that_cross_one_is_done_and_the_other_is_told(files, manager):
    outcomes = crossing(files, manager)
    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    assert any(isinstance(outcome.error, ValidationError) for outcome in outcomes)
    assert Customer.objects.filter(merged_into=None).count() == 1


def test_without_the_locks_of_both_files_crossing_merges_trip_over_each_other(files, manager, monkeypatch):
    """The broken twin."""
    recorded = merging._recorded

    def hesitating(*args):
        time.sleep(MOMENT)
        return recorded(*args)

    monkeypatch.setattr("customers.merge.lock_rows", list)
    monkeypatch.setattr("customers.merge._recorded", hesitating)
    assert not any(isinstance(outcome.error, ValidationError) for outcome in crossing(files, manager))
