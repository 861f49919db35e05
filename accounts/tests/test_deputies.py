"""Standing in: who may name whom for which days, what is refused, and the page on which it is done."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.deputies import change_deputyship, end_deputyship, name_deputy
from accounts.models import Deputyship, User
from accounts.rights import one_with, people_of, teams_of
from core.events import timeline_of

pytestmark = pytest.mark.django_db


def days(first: int, last: int) -> dict:
    """From so many days after today to so many."""
    today = timezone.localdate()
    return {"first_day": today + timedelta(days=first), "last_day": today + timedelta(days=last)}


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def refused(person, deputy, by=None, **when) -> dict:
    with pytest.raises(ValidationError) as caught:
        name_deputy(person=person, deputy=deputy, by=by or person, **(when or days(0, 3)))
    return {field: " ".join(sentences) for field, sentences in caught.value.message_dict.items()}


def test_a_deputy_has_the_person_s_people_and_teams_for_these_days_and_no_longer(
    manager, other_manager, rep, other_rep, monkeypatch
):
    name_deputy(person=manager, deputy=other_manager, by=manager, **days(0, 2))
    name_deputy(person=rep, deputy=other_rep, by=rep, **days(1, 2))
    assert teams_of(fresh(other_manager)) == [other_manager.team_id, manager.team_id]
    assert people_of(fresh(other_rep)) == [other_rep.pk]
    tomorrow, day_after = days(1, 3).values()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *about: tomorrow)
    assert people_of(fresh(other_rep)) == [other_rep.pk, rep.pk]
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *about: day_after)
    assert teams_of(fresh(other_manager)) == [other_manager.team_id]
    assert people_of(fresh(other_rep)) == [other_rep.pk]


def test_whoever_has_no_deputyship_asks_for_none(manager, other_manager, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert one_with(manager) == [manager.pk]
    name_deputy(person=manager, deputy=other_manager, by=manager, **days(0, 2))
    deputy = fresh(other_manager)
    with django_assert_num_queries(1):
        assert teams_of(deputy)
        assert people_of(deputy)
        assert one_with(deputy) == [deputy.pk, manager.pk]


def test_another_role_does_not_stand_in(manager, rep, admin):
    assert "同一角色" in refused(manager, rep)["deputy"]
    assert "deputy" in refused(manager, manager)
    assert "deputy" in refused(admin, admin)


def test_who_takes_another_role_stands_in_no_longer(manager, other_manager):
    name_deputy(person=manager, deputy=other_manager, by=manager, **days(0, 2))
    User.objects.filter(pk=other_manager.pk).update(role="finance")
    assert fresh(other_manager).stands_in_for == []


def test_nobody_has_two_deputies_on_a_day(manager, other_manager, second_manager):
    name_deputy(person=manager, deputy=other_manager, by=manager, **days(2, 5))
    sentence = refused(manager, second_manager, **days(5, 6))["first_day"]
    assert "何勇" in sentence
    assert days(2, 5)["first_day"].isoformat() in sentence
    name_deputy(person=manager, deputy=second_manager, by=manager, **days(6, 7))


def test_there_are_no_deputies_of_deputies(manager, other_manager, second_manager):
    name_deputy(person=manager, deputy=other_manager, by=manager, **days(2, 5))
    assert "陈志远" in refused(other_manager, second_manager, **days(4, 9))["first_day"]
    assert "陈志远" in refused(second_manager, manager, **days(1, 2))["deputy"]
    made = name_deputy(person=second_manager, deputy=manager, by=second_manager, **days(6, 9))
    with pytest.raises(DatabaseError), transaction.atomic():
        Deputyship.objects.filter(pk=made.pk).update(**days(3, 9))


def test_days_that_are_over_or_turned_round_are_refused(manager, other_manager):
    assert "first_day" in refused(manager, other_manager, **days(-1, 3))
    assert "last_day" in refused(manager, other_manager, **days(3, 2))


def test_only_the_person_and_an_administrator_settle_it(manager, other_manager, admin):
    with pytest.raises(PermissionDenied):
        name_deputy(person=manager, deputy=other_manager, by=other_manager, **days(0, 1))
    made = name_deputy(person=manager, deputy=other_manager, by=admin, **days(0, 1))
    with pytest.raises(PermissionDenied):
        end_deputyship(deputyship=made, by=other_manager)


def test_it_is_moved_and_ended_early(manager, other_manager):
    made = name_deputy(person=manager, deputy=other_manager, by=manager, **days(0, 5))
    change_deputyship(deputyship=made, by=manager, **days(0, 9))
    assert fresh(manager).deputies_until == days(0, 9)["last_day"]
    with pytest.raises(ValidationError) as caught:
        change_deputyship(deputyship=made, by=manager, **days(1, 9))
    assert "first_day" in caught.value.message_dict
    end_deputyship(deputyship=made, by=manager)
    assert fresh(other_manager).stands_in_for == []
    assert fresh(manager).deputies_until is None
    with pytest.raises(ValidationError):
        end_deputyship(deputyship=made, by=manager)
    told = [entry.sentence for entry in timeline_of(manager)]
    assert all("已" in sentence for sentence in told)
    assert len(told) == 3
    name_deputy(person=manager, deputy=other_manager, by=manager, **days(0, 5))


def test_the_database_keeps_deputyships_apart(manager, other_manager, second_manager):
    name_deputy(person=manager, deputy=other_manager, by=manager, **days(0, 5))
    with pytest.raises(DatabaseError), transaction.atomic():
        Deputyship.objects.create(person=manager, deputy=second_manager, made_by=manager, **days(5, 6))


# ---- the page --------------------------------------------------------------------------------------------------------


def posted(deputy, first: int, last: int, **more) -> dict:
    return {"deputy": deputy.pk, **{name: day.isoformat() for name, day in days(first, last).items()}, **more}


def test_a_person_names_changes_and_ends_on_the_page(as_manager, manager, other_manager):
    answer = as_manager.post(reverse("deputies"), posted(other_manager, 1, 3, person=manager.pk))
    assert (answer.status_code, answer.url) == (303, reverse("deputies"))
    made = Deputyship.objects.get()
    page = as_manager.get(reverse("deputies")).content.decode()
    assert "何勇 代 陈志远" in page
    answer = as_manager.post(reverse("deputyship", args=[made.pk]), posted(other_manager, 2, 8))
    assert answer.status_code == 303
    as_manager.post(reverse("end-deputyship", args=[made.pk]))
    made.refresh_from_db()
    assert made.was_withdrawn


def test_what_is_refused_stays_with_its_sentence_beside_the_field(as_manager, manager, other_manager, second_manager):
    name_deputy(person=manager, deputy=other_manager, by=manager, **days(0, 5))
    answer = as_manager.post(reverse("deputies"), posted(second_manager, 3, 8, person=manager.pk))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "err_first_day" in page
    assert days(3, 8)["last_day"].isoformat() in page


def test_the_frame_says_for_whom_one_stands_in(browser_of, manager, other_manager):
    name_deputy(person=manager, deputy=other_manager, by=manager, **days(0, 5))
    assert "代 陈志远" in browser_of(other_manager).get("/").content.decode()
