"""A deputy's queue, worklist and sight, decisions for whom, and four eyes that count for both."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.deputies import end_deputyship, name_deputy
from accounts.models import User
from accounts.roles import Role
from accounts.services import update_person
from approvals.models import Decision
from approvals.queue import waiting_for
from core.events import timeline_of
from core.workflow import Refused, take
from core.worklist import items_for
from customers.models import Customer
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]


@pytest.fixture
def stand_in():
    """A function: person, deputy → the deputy, standing in from today on."""

    def name(person, deputy) -> User:
        today = timezone.localdate()
        name_deputy(person=person, deputy=deputy, first_day=today, last_day=today + timedelta(days=3), by=person)
        return User.objects.get(pk=deputy.pk)

    return name


def refusal(order, verb, by, **more) -> str:
    with pytest.raises(Refused) as caught:
        take(order, verb, by=by, **more)
    return str(caught.value)


def test_a_deputy_has_queue_worklist_and_sight_until_it_is_ended(order_at, stand_in, manager, other_manager):
    order = order_at(Status.MANAGER_REVIEW)
    assert order not in waiting_for(other_manager)
    deputy = stand_in(manager, other_manager)
    assert order in waiting_for(deputy)
    assert any(str(order) in item.what for item in items_for(deputy))
    assert Customer.objects.visible_to(deputy).filter(pk=order.customer_id).exists()
    end_deputyship(deputyship=deputy.deputyships()[0], by=manager)
    deputy = User.objects.get(pk=deputy.pk)
    assert order not in waiting_for(deputy)
    assert not Order.objects.visible_to(deputy).filter(pk=order.pk).exists()


def test_a_rep_s_deputy_passes_stage_one_for_the_rep(order_at, steps, stand_in, rep, other_rep):
    order = order_at()
    take(order, "submit", by=rep)
    deputy = stand_in(rep, other_rep)
    assert order in waiting_for(deputy)
    take(order, "rep_approve", by=deputy)
    decision = Decision.objects.get()
    assert (decision.by, decision.on_behalf_of) == (deputy, rep)


def test_a_decision_as_deputy_says_for_whom_on_every_page(
    order_at, steps, stand_in, manager, other_manager, as_manager
):
    order = steps(order_at(), "submit", "rep_approve")
    take(order, "manager_approve", by=stand_in(manager, other_manager))
    assert Decision.objects.get(stage="manager_review").on_behalf_of == manager
    assert timeline_of(order)[0].actor_name == "何勇（代 陈志远）"
    for page in (order.get_absolute_url(), reverse("approvals:review", args=[order.pk])):
        assert "何勇（代 陈志远）" in as_manager.get(page).content.decode()


def test_what_one_could_do_oneself_is_done_for_nobody(order_at, steps, stand_in, manager, second_manager):
    order = steps(order_at(), "submit", "rep_approve")
    take(order, "manager_approve", by=stand_in(manager, second_manager))
    assert Decision.objects.get(stage="manager_review").on_behalf_of is None


def test_a_deputy_does_not_approve_what_the_person_drafted(order_at, stand_in, manager, second_manager, other_manager):
    order = order_at(Status.MANAGER_REVIEW, drafted_by=manager)
    deputy = stand_in(manager, second_manager)
    assert order not in waiting_for(deputy)
    assert "陈志远" in refusal(order, "manager_approve", deputy)
    assert "陈志远" in refusal(order, "send_back", deputy, note="重谈")


def test_nor_the_person_what_the_deputy_drafted(order_at, stand_in, manager, second_manager):
    order = order_at(Status.MANAGER_REVIEW, drafted_by=second_manager)
    stand_in(manager, second_manager)
    person = User.objects.get(pk=manager.pk)
    assert order not in waiting_for(person)
    assert "孙静" in refusal(order, "manager_approve", person)


def test_a_deputy_decides_no_two_stages_where_the_person_could_not(
    order_at, steps, stand_in, manager, other_manager, admin
):
    order = steps(order_at(), "submit", "rep_approve")
    take(order, "manager_approve", by=stand_in(manager, other_manager))
    # One person has one role at a time: only who changed it meanwhile could come to decide both.
    for person in (manager, other_manager):
        person.role = Role.FINANCE
        update_person(person=person, by=admin)
        assert "本轮复审由您决定" in refusal(order, "finance_approve", User.objects.get(pk=person.pk))


def test_the_page_says_who_decides_where_the_only_manager_drafted(
    order_at, as_manager, manager, other_manager, stand_in
):
    order = order_at(drafted_by=manager)
    assert "没有人能做复审了" in as_manager.get(order.get_absolute_url()).content.decode()
    other_manager.decides_also_for = manager.team
    other_manager.save()
    page = as_manager.get(order.get_absolute_url()).content.decode()
    assert "没有人能做复审了" not in page
    assert "复审由何勇" in page
    stand_in(manager, other_manager)
    assert "没有人能做复审了" in as_manager.get(order.get_absolute_url()).content.decode()


def test_the_sight_costs_the_same_however_much_there_is(stand_in, rep, other_rep, django_assert_num_queries):
    deputy = stand_in(rep, other_rep)
    CustomerFactory.create_batch(3, owner=rep, team=rep.team)
    with django_assert_num_queries(2):
        assert Customer.objects.visible_to(deputy).count() == 3
