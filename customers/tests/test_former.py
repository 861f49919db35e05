"""What a customer was on a day gone by is known, whoever changed it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.services import move_to_team
from customers.former import standing_on
from customers.models import Customer, FormerStanding, Grade
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team, grade=Grade.B)


def days_ago(days):
    return timezone.localdate() - timedelta(days=days)


def test_a_customer_that_never_changed_is_what_it_was(customer, rep):
    found = standing_on(customer, days_ago(400))
    assert (found.grade, found.province, found.owner, found.team) == ("B", "云汀省", rep, rep.team)


def test_a_change_counts_from_its_day_on(customer, rep, other_rep):
    today = timezone.localdate()
    Customer.objects.filter(pk=customer.pk).update(grade=Grade.A, owner=other_rep, team=other_rep.team, province="别省")
    customer.refresh_from_db()
    before, since = standing_on(customer, days_ago(1)), standing_on(customer, today)
    assert (before.grade, before.province, before.owner, before.team) == ("B", "云汀省", rep, rep.team)
    assert (since.grade, since.province, since.owner, since.team) == ("A", "别省", other_rep, other_rep.team)


def test_of_several_changes_each_day_has_its_own(customer):
    FormerStanding.objects.create(customer=customer, until=days_ago(20), grade="C", province="甲")
    FormerStanding.objects.create(customer=customer, until=days_ago(10), grade="A", province="乙")
    assert [standing_on(customer, days_ago(n)).grade for n in (30, 21, 20, 11, 10, 0)] == ["C", "C", "A", "A", "B", "B"]


def test_the_first_change_of_a_day_keeps_how_the_day_began(customer):
    for grade in (Grade.A, Grade.C):
        Customer.objects.filter(pk=customer.pk).update(grade=grade)
    assert list(FormerStanding.objects.values_list("grade", flat=True)) == ["B"]


def test_what_figures_do_not_count_by_keeps_nothing(customer):
    Customer.objects.filter(pk=customer.pk).update(industry="别的", city="别处")
    assert not FormerStanding.objects.exists()


def test_a_person_who_changes_to_another_team_takes_no_past_along(customer, rep, team, other_team, admin):
    move_to_team(user=rep, team=other_team, by=admin)
    customer.refresh_from_db()
    assert (standing_on(customer, days_ago(1)).team, customer.team) == (team, other_team)


def test_a_former_standing_never_changes(customer):
    Customer.objects.filter(pk=customer.pk).update(grade=Grade.A)
    with pytest.raises(DatabaseError), transaction.atomic():
        FormerStanding.objects.update(grade="C")
