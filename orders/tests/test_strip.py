"""The ten stages of an order: what is done, who holds it now, until when."""

import datetime

import pytest
from django.utils import timezone

from core.deadlines import how_long
from core.events import record
from core.models import PolicyValue
from orders.models import Order
from orders.statuses import Status
from orders.strip import STAGES, decided_in, events_of_stages, present_and_next, steps_of
from orders.turn import turn_of, with_turn
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db

KEYS = [key for key, _label in STAGES]
# A Monday with four working days behind it.
MONDAY = datetime.datetime(2026, 11, 23, 17, 5, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def haiya(rep):
    return CustomerFactory(owner=rep, short_name="海雅装备")


@pytest.fixture
def strip(haiya, manager):
    """A function: an order in this status → its steps by key, an hour after the status was reached."""

    def steps(status, history=(), at=MONDAY, now=MONDAY + datetime.timedelta(hours=1), **more):
        order = make_order(customer=haiya, status=status, **more)
        for verb, by in history:
            record(order, verb, by=by)
        Order.objects.filter(pk=order.pk).update(status_since=at)
        order = with_turn(Order.objects.all()).get(pk=order.pk)
        return {step.key: step for step in steps_of(order, decided_in(events_of_stages(order)), now)}

    return steps


def states(steps) -> str:
    """The ten states as letters: d(one), n(ow), - (to come)."""
    return "".join({"done": "d", "now": "n", "": "-"}[steps[key].state] for key in KEYS)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.DRAFT, "-n--------"),
        (Status.REP_REVIEW, "-dn-------"),
        (Status.MANAGER_REVIEW, "-ddn------"),
        (Status.FINANCE_REVIEW, "-dddn-----"),
        (Status.APPROVED, "-dddd-----"),
        (Status.COMPLETED, "-ddddddd--"),
        (Status.CANCELLED, "----------"),
    ],
)
def test_each_status_has_its_place_in_the_strip(strip, status, expected):
    assert states(strip(status)) == expected


def test_there_are_ten_stages_in_the_order_of_an_orders_life(strip):
    labels = [str(step.label) for step in strip(Status.DRAFT).values()]
    assert len(labels) == len(set(labels)) == 10
    assert KEYS[:5] == ["requirement", "order", "first", "second", "final"]


def test_who_decided_what_comes_from_the_history(strip, rep, manager):
    steps = strip(Status.FINANCE_REVIEW, [("submit", rep), ("rep_approve", rep), ("manager_approve", manager)])
    assert [steps[key].who for key in ("order", "first", "second")] == ["王丽", "王丽", "陈志远"]
    assert all(steps[key].at for key in ("order", "first", "second"))


def test_only_decisions_of_the_present_round_count(strip, rep, manager, second_manager):
    history = [("submit", rep), ("rep_approve", rep), ("manager_approve", manager), ("send_back", manager)]
    again = [("submit", rep), ("rep_approve", second_manager)]
    steps = strip(Status.MANAGER_REVIEW, history + again)
    assert steps["first"].who == "孙静"
    assert steps["second"].state == "now"


def test_an_order_sent_back_starts_anew(strip, rep, manager):
    history = [("submit", rep), ("rep_approve", rep), ("send_back", manager)]
    steps = strip(Status.DRAFT, history, number="202611海雅装备001", sent_back=True)
    assert states(steps) == "-n--------"
    assert steps["order"].deadline.at == MONDAY + datetime.timedelta(days=1)


def test_what_waits_for_days_says_so_in_the_unit_of_every_other_page():
    assert how_long(MONDAY - datetime.timedelta(days=5, hours=2), MONDAY) == "5 天"
    assert "2" in how_long(MONDAY - datetime.timedelta(hours=2), MONDAY)


def test_the_present_stage_says_who_since_when_and_until_when(strip):
    step = strip(Status.MANAGER_REVIEW)["second"]
    assert step.who == "陈志远"
    assert step.at == MONDAY
    assert "1" in step.waited
    assert step.deadline.at == MONDAY + datetime.timedelta(days=1)
    assert step.pressing == "soon"


def test_a_stage_past_its_time_is_late(strip):
    assert strip(Status.MANAGER_REVIEW, now=MONDAY + datetime.timedelta(days=2))["second"].pressing == "late"


def test_a_stage_is_due_in_working_days(strip):
    friday = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=timezone.get_default_timezone())
    assert strip(Status.REP_REVIEW, at=friday)["first"].deadline.at == friday + datetime.timedelta(days=3)


def test_the_administrator_may_give_a_stage_more_days(strip):
    PolicyValue.objects.create(key="stage_days", value="3")
    assert strip(Status.REP_REVIEW)["first"].deadline.at == MONDAY + datetime.timedelta(days=3)


def test_a_draft_and_an_approved_order_have_no_deadline(strip):
    assert strip(Status.DRAFT)["order"].deadline is None
    assert not any(step.deadline for step in strip(Status.APPROVED).values())


def test_a_cancelled_order_keeps_what_was_done_and_has_nothing_ahead(strip, rep):
    steps = strip(Status.CANCELLED, [("submit", rep), ("rep_approve", rep)], number="202611海雅装备001")
    assert states(steps) == "-dd-------"
    assert steps["second"].who == ""


def test_an_order_that_came_with_its_history_shows_what_it_knows(strip):
    steps = strip(Status.COMPLETED)
    assert steps["final"].who == ""
    assert steps["final"].at
    assert steps["sign_off"].at is None


@pytest.mark.parametrize(
    ("status", "present", "following"),
    [
        (Status.DRAFT, "order", "first"),
        (Status.FINANCE_REVIEW, "final", "production"),
        (Status.APPROVED, None, "production"),
        (Status.COMPLETED, None, "callback"),
        (Status.CANCELLED, None, None),
    ],
)
def test_the_phone_shows_the_present_stage_and_the_next(strip, status, present, following):
    found = present_and_next(list(strip(status).values()))
    assert tuple(step and step.key for step in found) == (present, following)


# ---- whose turn ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "who"),
    [
        (Status.DRAFT, "王丽"),
        (Status.REP_REVIEW, "王丽"),
        (Status.MANAGER_REVIEW, "陈志远"),
        (Status.COMPLETED, "财务"),  # it is not paid yet
        (Status.CANCELLED, ""),
    ],
)
def test_whose_turn_it_is(haiya, manager, status, who):
    make_order(customer=haiya, status=status)
    turn = turn_of(with_turn(Order.objects.all()).get())
    assert turn.who == who
    assert bool(turn.since) == bool(who)


def test_every_manager_of_the_team_is_named_who_still_works_here(haiya, manager, second_manager, other_manager):
    make_order(customer=haiya, status=Status.MANAGER_REVIEW)
    assert turn_of(with_turn(Order.objects.all()).get()).who == "陈志远 / 孙静"
    second_manager.is_active = False
    second_manager.save(update_fields=["is_active"])
    assert turn_of(with_turn(Order.objects.all()).get()).who == "陈志远"


def test_people_of_many_orders_cost_as_many_queries_as_of_one(haiya, manager, django_assert_num_queries):
    for _each in range(4):
        make_order(customer=haiya, status=Status.MANAGER_REVIEW)
    with django_assert_num_queries(4):
        assert len([turn_of(order) for order in with_turn(Order.objects.all())]) == 4
