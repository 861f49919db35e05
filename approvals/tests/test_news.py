"""What reaches the bell of an order's rep: what others decided about it."""

import pytest
from django.utils import translation

from core.models import Message
from core.workflow import take
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def haiya(rep, manager):
    return CustomerFactory(owner=rep, short_name="海雅装备")


@pytest.fixture
def decide(django_capture_on_commit_callbacks):
    """A function: takes a verb, and lets everybody hear of it."""

    def taken(order: Order, verb: str, by, note: str = "") -> None:
        with django_capture_on_commit_callbacks(execute=True):
            take(order, verb, by=by, note=note)

    return taken


def test_a_send_back_reaches_the_rep_with_its_reason_in_the_language_of_the_reader(haiya, rep, manager, decide):
    order = make_order(customer=haiya, status=Status.MANAGER_REVIEW, number="202611海雅装备001")
    decide(order, "send_back", manager, "折扣太低")
    message = Message.objects.get()
    assert (message.user, message.url) == (rep, f"/orders/{order.pk}/")
    assert str(message) == "陈志远退回了 202611海雅装备001：折扣太低"
    with translation.override("en"):
        assert str(message) == "陈志远 sent 202611海雅装备001 back: 折扣太低"


def test_an_approval_reaches_the_rep(haiya, rep, manager, decide):
    order = make_order(customer=haiya, status=Status.MANAGER_REVIEW, number="202611海雅装备001")
    decide(order, "manager_approve", manager)
    assert str(Message.objects.get(user=rep)) == "陈志远 通过了 202611海雅装备001 的复审"


def test_nobody_is_told_what_they_did_themselves(haiya, rep, decide):
    decide(make_order(customer=haiya, status=Status.REP_REVIEW), "send_back", rep, "数量有误")
    decide(make_order(customer=haiya, status=Status.REP_REVIEW), "cancel", rep, "不要了")
    assert not Message.objects.exists()


def test_who_drafted_an_order_for_the_rep_hears_of_it_too(haiya, rep, manager, second_manager, decide):
    order = make_order(customer=haiya, status=Status.MANAGER_REVIEW, drafted_by=manager)
    decide(order, "send_back", second_manager, "折扣太低")
    assert {message.user for message in Message.objects.all()} == {rep, manager}


def test_a_withdrawal_by_the_manager_reaches_the_rep(haiya, rep, manager, decide):
    order = make_order(customer=haiya, status=Status.MANAGER_REVIEW, number="202611海雅装备001")
    decide(order, "withdraw", manager)
    assert str(Message.objects.get()) == "陈志远撤回了 202611海雅装备001 的审核"
