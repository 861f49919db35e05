"""Who gets in, who is kept out and for how long, and in which language."""

import pytest
from django.urls import reverse

from accounts.people import create_demo_people
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = reverse("login")


@pytest.fixture
def guarded(settings):
    settings.AXES_ENABLED = True


@pytest.fixture
def known(rep):
    rep.set_password(PASSWORD)
    rep.save()
    return rep


def attempt(client, password="wrong", username="rep", **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def test_the_right_password_leads_to_where_one_wanted_to_go(client, known):
    wanted = reverse("products:list")
    assert attempt(client, PASSWORD, next=wanted).url == wanted
    assert client.get(wanted).status_code == 200


def test_a_foreign_address_is_not_followed_after_the_login(client, known, settings):
    settings.LOGIN_REDIRECT_URL = reverse("products:list")
    assert attempt(client, PASSWORD, next="https://evil.example/").url == settings.LOGIN_REDIRECT_URL


def test_a_wrong_password_says_how_many_tries_remain(client, known, guarded):
    answer = attempt(client)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "4" in answer.context["form"].non_field_errors()[0]
    assert "15" in answer.context["form"].non_field_errors()[0]
    assert 'value="rep"' in page
    assert "wrong" not in page
    assert "3" in attempt(client).context["form"].non_field_errors()[0]


def test_five_wrong_passwords_lock_the_login_even_for_the_right_one(client, known, guarded):
    for _n in range(4):
        assert attempt(client).status_code == 422
    fifth = attempt(client)
    assert fifth.status_code == 429
    assert "registration/locked.html" in [t.name for t in fifth.templates]
    assert attempt(client, PASSWORD).status_code == 429
    assert client.get(reverse("products:list")).status_code == 302


def test_the_lock_holds_for_one_name_only(client, known, guarded, manager):
    manager.set_password(PASSWORD)
    manager.save()
    for _n in range(5):
        attempt(client)
    assert attempt(client, PASSWORD, username="manager").status_code == 302


def test_a_login_that_worked_forgets_the_failures_before(client, known, guarded):
    for _n in range(4):
        attempt(client)
    assert attempt(client, PASSWORD).status_code == 302
    client.logout()
    assert "4" in attempt(client).context["form"].non_field_errors()[0]


def test_the_administrator_can_unlock_a_login(client, known, guarded, as_admin):
    for _n in range(5):
        attempt(client)
    chosen = as_admin.get(reverse("admin:axes_accessattempt_changelist")).context["cl"].queryset
    action = {"action": "delete_selected", "_selected_action": [row.pk for row in chosen], "post": "yes"}
    as_admin.post(reverse("admin:axes_accessattempt_changelist"), action)
    assert attempt(client, PASSWORD).status_code == 302


def test_who_left_gets_no_further(client, known):
    known.is_active = False
    known.save()
    assert attempt(client, PASSWORD).status_code == 422


def test_without_name_and_password_each_field_says_so(client):
    answer = client.post(LOGIN, {})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"username", "password"}


def test_demo_logins_are_offered_in_development_only(client, settings):
    settings.DEBUG = True
    assert client.get(LOGIN).context["demo_logins"] == []
    create_demo_people()
    assert "rep1" in client.get(LOGIN).context["demo_logins"]
    settings.DEBUG = False
    assert client.get(LOGIN).context["demo_logins"] == []


def test_logging_out_is_a_post(as_rep):
    assert as_rep.get(reverse("logout")).status_code == 405
    assert as_rep.post(reverse("logout")).url == LOGIN
    assert as_rep.get(reverse("products:list")).status_code == 302


def test_the_language_is_kept_with_the_person(as_rep, rep, browser_of):
    answer = as_rep.post(reverse("set_language"), {"language": "en", "next": reverse("products:list")})
    assert (answer.status_code, answer.url) == (303, reverse("products:list"))
    rep.refresh_from_db()
    assert rep.language == "en"
    assert b'lang="en"' in browser_of(rep).get(reverse("products:list")).content


def test_the_language_can_be_chosen_before_the_login(client):
    assert client.post(reverse("set_language"), {"language": "en", "next": LOGIN}).status_code == 303
    assert "Log in" in client.get(LOGIN).content.decode()


@pytest.mark.parametrize("posted", [{"language": "xx"}, {}, {"language": "en", "next": "https://evil.example/"}])
def test_an_unknown_language_or_foreign_address_is_ignored(as_rep, rep, settings, posted):
    settings.LOGIN_REDIRECT_URL = reverse("products:list")
    assert as_rep.post(reverse("set_language"), posted).url == reverse("products:list")
    rep.refresh_from_db()
    assert rep.language in ("zh-hans", "en")
    assert as_rep.get(reverse("set_language")).status_code == 405


def test_one_changes_ones_own_password_and_stays_logged_in(client, known, settings):
    client.force_login(known, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("password-change")
    new = "another horse battery"
    assert client.get(page).status_code == 200
    wrong = client.post(page, {"old_password": "wrong", "new_password1": new, "new_password2": new})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"old_password"})
    right = client.post(page, {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert right.status_code == 303
    assert client.get(page).status_code == 200
    known.refresh_from_db()
    assert known.check_password(new)
