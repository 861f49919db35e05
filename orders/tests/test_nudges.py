"""Reminding whoever's turn an order is."""

import datetime

import pytest
from django.utils import translation

from core.events import record
from core.models import Event, Message
from core.sentences import translated
from orders.models import Nudge
from orders.statuses import Status
from tests.factories import CustomerFactory, UserFactory, make_order

pytestmark = pytest.mark.django_db

NUMBER = "202611海雅装备001"


@pytest.fixture
def haiya(rep, manager):
    return CustomerFactory(owner=rep, short_name="海雅装备")


@pytest.fixture
def unpaid(haiya):
    return make_order(customer=haiya, status=Status.COMPLETED, number=NUMBER)


def remind(client, order) -> str:
    """What the sender reads after the click."""
    page = client.post(f"/orders/{order.pk}/nudge/", follow=True)
    return " ".join(str(message) for message in page.context["messages"])


def told() -> set[str]:
    return {str(message.user) for message in Message.objects.all()}


def test_everybody_whose_turn_it_is_reads_who_reminds_them_of_what(as_rep, finance, unpaid):
    UserFactory(role="finance", name="郑凯", team=None)
    UserFactory(role="finance", name="离职的人", team=None, is_active=False)
    assert "财务" in remind(as_rep, unpaid)
    assert told() == {str(finance), "郑凯"}
    message = Message.objects.first()
    assert str(message) == f"王丽 提醒您处理 {NUMBER}：收取未付的货款"
    with translation.override("en"):
        assert translated(message.sentence) == f"王丽 reminds you of {NUMBER}: receive the outstanding payment"
    assert message.url == f"/orders/{unpaid.pk}/"


def test_the_history_keeps_it_and_names_no_amount(as_rep, finance, unpaid, as_operations):
    remind(as_rep, unpaid)
    event = Event.objects.get(verb="nudged")
    assert (event.actor.name, event.data) == ("王丽", {"whom": str(finance)})
    page = as_operations.get(f"/orders/{unpaid.pk}/timeline/").content.decode()
    assert f"已提醒 {finance}" in page


def test_a_second_time_on_the_same_day_is_refused_with_the_hour_of_the_first(as_rep, finance, unpaid):
    remind(as_rep, unpaid)
    assert "今天" in remind(as_rep, unpaid)
    assert (Nudge.objects.count(), Message.objects.count()) == (1, 1)
    bar = as_rep.get(f"/orders/{unpaid.pk}/").context["next_step"]
    assert not bar.nudge_url
    assert "今天" in bar.nudged


def test_the_next_day_and_somebody_else_may_remind_again(as_rep, as_manager, finance, unpaid):
    remind(as_rep, unpaid)
    Nudge.objects.update(day=Nudge.objects.get().day - datetime.timedelta(days=1))
    remind(as_rep, unpaid)
    remind(as_manager, unpaid)
    assert Message.objects.count() == 3


def test_whose_turn_it_is_cannot_remind_anybody(as_finance, unpaid):
    bar = as_finance.get(f"/orders/{unpaid.pk}/").context["next_step"]
    assert not bar.nudge_url
    assert "没有" in remind(as_finance, unpaid)
    assert not Nudge.objects.exists()


def test_nobody_is_reminded_of_an_order_that_waits_for_nothing(as_rep, haiya):
    order = make_order(customer=haiya, status=Status.CANCELLED, number=NUMBER)
    assert "没有" in remind(as_rep, order)


def test_when_the_rep_has_left_the_sender_is_told_so(as_manager, haiya, rep):
    order = make_order(customer=haiya, sent_back=True, number=NUMBER)
    record(order, "send_back", by=None, note="…")
    type(rep).objects.filter(pk=rep.pk).update(is_active=False)
    assert "不在" in remind(as_manager, order)
    assert not Event.objects.filter(verb="nudged").exists()


def test_a_manager_who_drafted_the_order_reminds_those_who_may_decide_it(browser_of, haiya, manager, second_manager):
    order = make_order(customer=haiya, status=Status.MANAGER_REVIEW, drafted_by=manager)
    remind(browser_of(manager), order)
    assert told() == {str(second_manager)}


def test_when_every_manager_wrote_in_the_order_the_sender_reads_that_nobody_is_left(as_rep, haiya, manager):
    order = make_order(customer=haiya, status=Status.MANAGER_REVIEW, drafted_by=manager)
    assert "陈志远" in remind(as_rep, order)
    assert not Message.objects.exists()


def test_a_manager_of_another_team_who_stands_in_is_reminded_too(as_rep, haiya, manager, other_manager):
    other_manager.decides_also_for = manager.team
    other_manager.save()
    page = remind(as_rep, make_order(customer=haiya, status=Status.MANAGER_REVIEW))
    assert told() == {str(manager), str(other_manager)}
    assert f"{manager} / {other_manager}" in page


def test_an_order_that_somebody_cannot_see_is_not_theirs_to_ask_for(as_other_rep, unpaid):
    assert as_other_rep.post(f"/orders/{unpaid.pk}/nudge/").status_code == 404
    assert not Nudge.objects.exists()
