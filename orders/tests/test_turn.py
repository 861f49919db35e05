"""Whose turn an order is: every combination that can occur, against a table written by hand."""

import datetime

import pytest
from django.utils import timezone

from core.events import record
from core.models import PolicyValue
from customers.models import PaymentTerms, TermsInstalment
from orders.models import Drafter, Instalment, Order, OrderLine
from orders.statuses import Status
from orders.turn import Task, deadline_of, turn_of, with_turn
from tests.factories import CustomerFactory, UserFactory, confirmed, make_order, terms

pytestmark = pytest.mark.django_db

RELEASED = timezone.make_aware(datetime.datetime(2026, 11, 20, 9))
REP, MANAGER, FINANCE, OPERATIONS = "王丽", "陈志远", "财务", "运营"


@pytest.fixture
def haiya(rep, manager):
    return CustomerFactory(owner=rep, short_name="海雅装备")


def fresh() -> Order:
    return with_turn(Order.objects.all()).get()


def before_production(days: int = 0) -> PaymentTerms:
    """Half before production, half on arrival."""
    half = PaymentTerms.objects.create(name="50%投产前，50%到货款")
    TermsInstalment.objects.create(terms=half, position=1, percent=50, trigger="before_production", days=days)
    TermsInstalment.objects.create(terms=half, position=2, percent=50, trigger="arrival")
    return half


# Status, then what is true of it → whose turn, and why. Read it as sentences.
TABLE = [
    ("draft", "", REP, "write"),
    ("draft", "sent_back", REP, "correct"),
    ("rep_review", "", REP, "rep_review"),
    ("manager_review", "", MANAGER, "manager_review"),
    ("finance_review", "", FINANCE, "finance_review"),
    ("cancelled", "", "", ""),
    ("cancelled", "sent_back", "", ""),
    # Approved and not released.
    ("approved", "", OPERATIONS, "release"),
    ("approved", "confirmation_asked", REP, "confirm"),
    ("approved", "confirmation_asked confirmed", OPERATIONS, "release"),
    ("approved", "before_production", FINANCE, "pay_production"),
    ("approved", "before_production paid", OPERATIONS, "release"),
    ("approved", "confirmation_asked before_production", REP, "confirm"),
    ("approved", "confirmation_asked confirmed before_production", FINANCE, "pay_production"),
    ("approved", "confirmation_asked confirmed before_production paid", OPERATIONS, "release"),
    ("approved", "confirmation_asked before_production paid", REP, "confirm"),
    # Released: whether it is paid does not matter until it has arrived.
    ("approved", "released preparing rest", OPERATIONS, "ship"),
    ("approved", "released preparing rest paid", OPERATIONS, "ship"),
    ("approved", "released preparing rest confirmation_asked", OPERATIONS, "ship"),
    ("approved", "released partly_shipped rest", OPERATIONS, "ship_rest"),
    ("approved", "released partly_shipped rest paid", OPERATIONS, "ship_rest"),
    ("approved", "released shipped", REP, "sign_off"),
    ("approved", "released shipped paid", REP, "sign_off"),
    ("approved", "released partly_signed rest", OPERATIONS, "ship_rest"),
    ("approved", "released partly_signed rest paid", OPERATIONS, "ship_rest"),
    ("approved", "released partly_signed", REP, "sign_off"),
    ("approved", "released partly_signed paid", REP, "sign_off"),
    ("approved", "released signed", FINANCE, "collect"),
    ("approved", "released signed partly_paid", FINANCE, "collect"),
    ("approved", "released signed paid", "", ""),
    # An imported order may be on its way without ever having been released here.
    ("approved", "shipped", REP, "sign_off"),
    ("approved", "partly_signed rest", OPERATIONS, "ship_rest"),
    ("completed", "released signed", FINANCE, "collect"),
    ("completed", "released signed partly_paid", FINANCE, "collect"),
    ("completed", "released signed paid", "", ""),
    ("completed", "", FINANCE, "collect"),
    ("completed", "paid", "", ""),
]


@pytest.mark.parametrize(("status", "truths", "who", "task"), TABLE)
def test_whose_turn_it_is_and_why(haiya, status, truths, who, task):
    true = set(truths.split())
    agreed = before_production() if "before_production" in true else terms()
    words = {"number": "202611海雅装备001", "sent_back": "sent_back" in true, "payment_terms": agreed}
    order = make_order(customer=haiya, status=Status(status), **words)
    stored = Order.objects.filter(pk=order.pk)
    # Set past the rows and their protections, the way no verb could combine them by mistake.
    order.released_at = RELEASED if "released" in true else None
    for delivery in true & {"preparing", "partly_shipped", "shipped", "partly_signed", "signed"}:
        order.delivery_status = delivery
    stored.update(delivery_status=order.delivery_status, released_at=order.released_at)
    if order.delivery_status != "not_started" and "rest" not in true:
        OrderLine.objects.update(shipped_quantity=order.lines.get().quantity)
    asked = str("confirmation_asked" in true).lower()
    PolicyValue.objects.create(key="release_needs_confirmation", value=asked)
    if "confirmed" in true:
        confirmed(order)
    if "paid" in true:
        stored.update(received_total=order.gross_total, payment_status="paid")
        for part in Instalment.objects.all():
            Instalment.objects.filter(pk=part.pk).update(received=part.amount)
    if "partly_paid" in true:
        stored.update(received_total=1, payment_status="partly_paid")
    turn = turn_of(fresh())
    assert (turn.who, turn.task or "") == (who, task)
    assert bool(turn.since) == bool(who)


def test_the_table_names_every_status_and_every_task():
    assert {status for status, *_others in TABLE} == set(Status)
    assert {task for *_others, task in TABLE} == {"", *Task}


def test_without_a_word_of_the_administrator_the_customer_confirms(haiya, rep):
    make_order(customer=haiya, status=Status.APPROVED)
    order = fresh()
    assert turn_of(order).task == Task.CONFIRM
    assert turn_of(order).is_of(rep, order)


def test_what_is_due_some_days_later_keeps_no_order_from_its_release(haiya):
    confirmed(make_order(customer=haiya, status=Status.APPROVED, payment_terms=before_production(days=30)))
    assert turn_of(fresh()).task == Task.RELEASE


def test_a_released_order_waits_since_its_release_and_is_due_as_promised(haiya):
    order = make_order(customer=haiya, status=Status.APPROVED)
    Order.objects.update(released_at=RELEASED, delivery_status="preparing")
    found = fresh()
    assert turn_of(found).since == RELEASED
    assert deadline_of(found).counted.day == order.promised_date
    assert deadline_of(found).pressing(RELEASED + datetime.timedelta(days=365)) == "late"


def test_goods_on_their_way_wait_for_the_sign_off_since_the_last_of_them_left(haiya):
    order = make_order(customer=haiya, status=Status.APPROVED)
    Order.objects.update(released_at=RELEASED, delivery_status="shipped")
    event = record(order, "shipment_sent", by=None)
    assert turn_of(fresh()).since == event.at
    assert deadline_of(fresh()) is None


def test_outstanding_money_is_due_with_the_first_unpaid_instalment(haiya):
    make_order(customer=haiya, status=Status.COMPLETED)
    Instalment.objects.filter(position=1).update(due_date=datetime.date(2026, 3, 2))
    Instalment.objects.filter(position=2).update(due_date=datetime.date(2026, 2, 2))
    assert deadline_of(fresh()).counted.day == datetime.date(2026, 2, 2)


def test_the_turn_is_the_reps_own_and_that_of_everybody_in_the_other_roles(haiya, rep, other_rep, finance, operations):
    confirmed(make_order(customer=haiya, status=Status.APPROVED))
    order = fresh()
    assert turn_of(order).is_of(operations, order)
    assert not turn_of(order).is_of(finance, order)
    Order.objects.update(delivery_status="shipped")
    order = fresh()
    assert turn_of(order).is_of(rep, order)
    assert not turn_of(order).is_of(other_rep, order)


def test_an_order_waits_for_those_managers_alone_who_did_not_write_in_it(haiya, manager, second_manager):
    order = make_order(customer=haiya, status=Status.MANAGER_REVIEW)
    assert turn_of(fresh()).who == "陈志远 / 孙静"
    Drafter.objects.create(order=order, revision=1, person=manager)
    assert turn_of(fresh()).who == "孙静"
    Drafter.objects.create(order=order, revision=1, person=second_manager)
    assert turn_of(fresh()).who == "销售主管"
    Drafter.objects.update(replaced_at=timezone.now())
    assert turn_of(fresh()).who == "陈志远 / 孙静"


@pytest.mark.parametrize(("role", "who"), [("finance", FINANCE), ("operations", ""), ("service", "")])
def test_who_sees_no_prices_is_not_told_that_money_is_still_to_come(role, who):
    order = make_order(status=Status.COMPLETED, delivery_status="signed")
    assert order.unpaid_total > 0
    assert turn_of(with_turn(Order.objects.all(), UserFactory(role=role)).get()).who == who
