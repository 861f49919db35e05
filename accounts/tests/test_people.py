"""Role, rights and team of a person never disagree, whoever changes them and wherever."""

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.urls import reverse

from accounts.models import User
from accounts.ownership import Owned, in_lock_order
from accounts.people import DEMO_PEOPLE, create_demo_people
from accounts.roles import Role
from accounts.services import create_person, move_to_team, update_person
from core.events import timeline_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def moves(monkeypatch):
    """What is told to those who move along when a person changes team."""
    told = []
    monkeypatch.setattr(Owned, "follow_person", lambda rows, user, team: told.append((rows, user, team)))
    return told


def test_only_the_administrators_role_carries_djangos_rights(admin, rep):
    rep.role = Role.ADMIN
    update_person(person=rep, by=admin)
    assert User.objects.get(pk=rep.pk).is_superuser
    rep.role = Role.REP
    update_person(person=rep, by=admin)
    assert not User.objects.get(pk=rep.pk).is_staff


def test_rights_cannot_be_given_apart_from_the_role(admin, team):
    person = User(username="sly", name="某", role=Role.REP, team=team, is_superuser=True, password="!")
    assert not create_person(person=person, by=admin).is_superuser


def test_customers_and_orders_move_along_with_their_person(admin, rep, other_team, moves):
    move_to_team(user=rep, team=other_team, by=admin)
    assert moves == [(rows, rep, other_team) for rows in in_lock_order()]
    assert timeline_of(rep)[0].changes[0][1:] == ("华东组", "华南组")


def test_nothing_moves_when_the_team_stays(admin, rep, moves):
    rep.name = "王莉"
    update_person(person=rep, by=admin)
    assert moves == []


def test_a_sales_person_needs_a_team(admin, rep):
    with pytest.raises(ValidationError):
        move_to_team(user=rep, team=None, by=admin)
    assert User.objects.get(pk=rep.pk).team is not None


def test_an_administrator_cannot_lock_himself_out(admin):
    admin.role = Role.FINANCE
    with pytest.raises(ValidationError):
        update_person(person=admin, by=admin)
    assert User.objects.get(pk=admin.pk).role == Role.ADMIN


def test_demo_people_exist_in_development_only(settings):
    with pytest.raises(ImproperlyConfigured):
        create_demo_people()
    settings.DEBUG = True
    create_demo_people()
    assert len(create_demo_people()) == len(DEMO_PEOPLE) == User.objects.count() == 10
    assert User.objects.get(username="rep1").check_password("demo")


def facts_of(person, **changed):
    facts = {"username": person.username, "name": person.name, "role": person.role, "is_active": "on"}
    return facts | {"team": person.team_id or "", "language": ""} | changed


def test_a_person_is_added_in_the_administration(as_admin, team):
    facts = {"username": "new1", "name": "新人", "role": "manager", "team": team.pk, "language": "zh-hans"}
    words = {"password1": "correct horse", "password2": "correct horse"}
    assert as_admin.get(reverse("admin:accounts_user_add")).status_code == 200
    assert as_admin.post(reverse("admin:accounts_user_add"), facts | words).status_code == 302
    person = User.objects.get(username="new1")
    assert person.check_password("correct horse")
    assert not person.is_staff
    assert len(timeline_of(person)) == 1


def test_a_change_of_team_in_the_administration_moves_all_along(as_admin, rep, other_team, moves):
    change = reverse("admin:accounts_user_change", args=[rep.pk])
    assert as_admin.get(change).status_code == 200
    assert as_admin.post(change, facts_of(rep, team=other_team.pk)).status_code == 302
    assert moves == [(rows, rep, other_team) for rows in in_lock_order()]


def test_a_sales_person_without_team_is_refused_in_the_administration(as_admin, rep):
    answer = as_admin.post(reverse("admin:accounts_user_change", args=[rep.pk]), facts_of(rep, team=""))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors


def test_making_an_administrator_in_the_administration_gives_the_rights(as_admin, finance):
    as_admin.post(reverse("admin:accounts_user_change", args=[finance.pk]), facts_of(finance, role="admin"))
    assert User.objects.get(pk=finance.pk).is_superuser


def test_a_crafted_form_gives_no_rights(as_admin, admin, finance):
    sly = facts_of(finance, is_superuser="on", is_staff="on")
    as_admin.post(reverse("admin:accounts_user_change", args=[finance.pk]), sly)
    as_admin.post(reverse("admin:accounts_user_change", args=[admin.pk]), facts_of(admin, role="rep"))
    assert not User.objects.get(pk=finance.pk).is_staff
    assert User.objects.get(pk=admin.pk).role == Role.ADMIN


def test_nobody_is_deleted(as_admin, rep):
    assert as_admin.post(reverse("admin:accounts_user_delete", args=[rep.pk])).status_code == 403


@pytest.mark.parametrize("name", ["user_changelist", "team_changelist", "team_add"])
def test_every_page_of_people_opens(as_admin, rep, name):
    assert as_admin.get(reverse(f"admin:accounts_{name}")).status_code == 200
