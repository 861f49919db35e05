"""Customers of grade A are visited by a plan; visits are written down as they were."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from care.models import CarePlan, Visit
from care.plans import change_plan, follow_grade, running_plan
from care.sweeps import follow_grades
from care.visits import record_visit
from core.files import files_of
from core.models import Event
from core.stale import Stale
from core.submitted import SentOtherwise, scoped
from core.worklist import items_for
from customers.models import Customer, GradePolicy
from customers.services import change_owner
from tests.browsers import browser_of
from tests.factories import CustomerFactory, UserFactory
from tests.sample_files import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team, grade="A")


@pytest.fixture
def plan(customer):
    return follow_grade(customer, by=None)


@pytest.fixture
def visited(customer, rep):
    """A function: a visit as the rep writes it down; ``ago`` in days."""

    def make(ago=0, **more) -> Visit:
        day = timezone.localdate() - timedelta(days=ago)
        words = {
            "visited_on": day,
            "way": "on_site",
            "visitor": rep,
            "met": "李强",
            "said": "二厂三月投产",
            "next_on": None,
        }
        given = {"token": more.pop("token", None), "files": more.pop("files", ()), "by": more.pop("by", rep)}
        return record_visit(customer=customer, values={**words, **more}, **given)

    return make


def ago(plan, days):
    """The plan as if it had begun earlier."""
    began = timezone.localdate() - timedelta(days=days)
    CarePlan.objects.filter(pk=plan.pk).update(started_on=began, next_visit_on=began + timedelta(days=plan.interval))
    plan.refresh_from_db()


def regrade(customer, grade):
    Customer.objects.filter(pk=customer.pk).update(grade=grade)
    return follow_grade(customer, by=None)


# ---- plans -----------------------------------------------------------------------------------------------------------


def test_coming_to_a_begins_a_plan_by_the_interval_of_the_policy(customer):
    GradePolicy.objects.filter(grade="A").update(visit_interval=21)
    plan = follow_grade(customer, by=None)
    assert (plan.interval, plan.contact, plan.priority_supply) == (21, customer.primary_contact, True)
    assert plan.next_visit_on == plan.started_on + timedelta(days=21)


def test_leaving_a_ends_the_plan_and_coming_back_begins_another(customer, plan):
    assert regrade(customer, "B") is None
    assert CarePlan.objects.get(pk=plan.pk).ended_on == timezone.localdate()
    assert regrade(customer, "A").pk != plan.pk


def test_a_second_call_changes_nothing(customer, plan):
    events = Event.objects.count()
    assert follow_grade(customer, by=None) == plan
    assert Event.objects.count() == events


def test_the_sweep_follows_grades_that_something_else_changed(customer):
    fallen = CustomerFactory(grade="A")
    follow_grade(fallen, by=None)
    Customer.objects.filter(pk=fallen.pk).update(grade="B")
    assert follow_grades() == 2
    assert running_plan(customer)
    assert running_plan(fallen) is None
    assert follow_grades() == 0


def test_the_database_keeps_one_running_plan_a_customer(plan):
    with pytest.raises(IntegrityError), transaction.atomic():
        CarePlan.objects.create(customer=plan.customer, next_visit_on=plan.next_visit_on)


def test_a_shorter_interval_brings_the_next_visit_forward(plan, rep):
    values = {"interval": 7, "priority_supply": False, "contact": None, "notes": "季末对账"}
    changed = change_plan(plan=plan, values=values, by=rep, version=plan.version)
    assert changed.next_visit_on == plan.started_on + timedelta(days=7)
    with pytest.raises(Stale):
        change_plan(plan=plan, values=values | {"interval": 9}, by=rep, version=plan.version)


def test_a_plan_names_no_contact_of_another_customer(plan, rep):
    values = {"interval": 7, "priority_supply": True, "contact": CustomerFactory().primary_contact, "notes": ""}
    with pytest.raises(ValidationError):
        change_plan(plan=plan, values=values, by=rep)


def test_an_ended_plan_is_not_changed(customer, plan, rep):
    regrade(customer, "C")
    with pytest.raises(ValidationError):
        change_plan(plan=plan, values={"interval": 7, "priority_supply": True, "contact": None, "notes": ""}, by=rep)


# ---- visits ----------------------------------------------------------------------------------------------------------


def test_a_visit_moves_the_next_one_by_the_interval(plan, visited):
    ago(plan, 40)
    visit = visited(ago=2)
    plan.refresh_from_db()
    assert plan.next_visit_on == visit.visited_on + timedelta(days=plan.interval)
    assert visit.in_time is False  # due ten days ago, made two days ago


def test_what_was_arranged_wins_over_the_interval(plan, visited):
    day = timezone.localdate() + timedelta(days=3)
    assert visited(next_on=day).in_time is True
    assert running_plan(plan.customer).next_visit_on == day


def test_a_visit_written_down_late_moves_nothing_back(plan, visited):
    ago(plan, 40)
    visited(ago=1)
    before = running_plan(plan.customer).next_visit_on
    assert visited(ago=20).in_time is None
    assert running_plan(plan.customer).next_visit_on == before


def test_a_visit_in_the_future_is_refused_with_a_sentence(visited):
    with pytest.raises(ValidationError) as refused:
        visited(ago=-1)
    assert "visited_on" in refused.value.message_dict
    assert not Visit.objects.exists()


def test_the_next_visit_comes_after_this_one(visited):
    with pytest.raises(ValidationError):
        visited(next_on=timezone.localdate())


def test_a_double_click_writes_one_visit_and_other_words_are_refused(customer, rep, visited):
    token = scoped(uuid4(), rep, customer)
    assert visited(token=token) == visited(token=token)
    with pytest.raises(SentOtherwise):
        visited(token=token, said="另一件事")


def test_files_come_with_the_visit(visited):
    visit = visited(files=[picture()])
    assert [file.purpose for file in files_of(visit)] == ["visit"]


def test_a_file_that_cannot_be_taken_leaves_no_visit(visited):
    upload = picture()
    upload.name = "合同.pdf"
    with pytest.raises(ValidationError):
        visited(files=[upload])
    assert not Visit.objects.exists()


@pytest.mark.parametrize("role", ["finance", "service", "operations"])
def test_only_sales_people_record_visits(visited, role):
    with pytest.raises(PermissionDenied):
        visited(by=UserFactory(role=role, team=None))


def test_nobody_writes_a_visit_of_another_team(visited):
    with pytest.raises(PermissionDenied):
        visited(visitor=UserFactory())


def test_a_visit_stands_as_it_was_written(visited):
    visit = visited()
    with pytest.raises(DatabaseError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(said="没说过")
    with pytest.raises(DatabaseError), transaction.atomic():
        visit.delete()


def test_visits_are_seen_with_the_customer_but_not_by_the_service(visited, rep, manager, other_rep):
    visited()
    seen = {who: Visit.objects.visible_to(who).count() for who in (rep, manager, other_rep)}
    assert list(seen.values()) == [1, 1, 0]
    assert not Visit.objects.visible_to(UserFactory(role="service", team=None)).exists()


# ---- worklist and page -----------------------------------------------------------------------------------------------


def due_visits(person):
    return [item for item in items_for(person) if item.kind == "visits"]


def test_a_due_visit_waits_for_the_owner_until_it_is_recorded(plan, rep, manager, visited):
    assert not due_visits(rep)
    ago(plan, 40)
    (item,) = due_visits(rep)
    assert item.url == f"/customers/{plan.customer_id}/visits/"
    assert not due_visits(manager)
    visited()
    assert not due_visits(rep)


def test_the_due_visit_moves_with_the_customer(plan, rep, manager):
    ago(plan, 40)
    heir = UserFactory(team=manager.team)
    change_owner(customer=plan.customer, owner=heir, by=manager)
    assert not due_visits(rep)
    assert len(due_visits(heir)) == 1


def test_the_page_records_a_visit_with_its_file(plan, rep):
    client = browser_of(rep)
    today = timezone.localdate().isoformat()
    words = {
        "visited_on": today,
        "way": "call",
        "visitor": rep.pk,
        "met": "吕海波",
        "said": "年度协议价",
        "next_on": "",
    }
    url = f"/customers/{plan.customer_id}/visits/"
    assert client.post(url, {**words, "submit_token": str(uuid4()), "enclosed": [picture()]}).status_code == 303
    page = client.get(url).content.decode()
    assert "年度协议价" in page
    assert "/files/" in page


def test_a_refused_visit_keeps_what_was_typed(plan, rep):
    client = browser_of(rep)
    later = (timezone.localdate() + timedelta(days=1)).isoformat()
    words = {"visited_on": later, "way": "call", "visitor": rep.pk, "met": "吕海波", "said": "年度协议价"}
    answer = client.post(f"/customers/{plan.customer_id}/visits/", words)
    assert answer.status_code == 422
    assert "年度协议价" in answer.content.decode()
