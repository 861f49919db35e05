"""Guessing passwords, by name, by address, through a proxy; passwords that are too easy or known to everybody."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db.models import F
from django.urls import reverse

from accounts.guard import client_address
from accounts.people import PASSWORD as EVERYBODYS
from accounts.people import create_demo_people
from tests.factories import PASSWORD, UserFactory

LOGIN = reverse("login")
OWNER, ATTACKER, PROXY = "198.51.100.7", "203.0.113.9", "10.0.0.2"


@pytest.fixture(autouse=True)
def guarded(settings):
    settings.AXES_ENABLED = True


@pytest.fixture
def known(rep):
    rep.set_password(PASSWORD)
    rep.save()
    return rep


def attempt(client, password="wrong", username="rep", **headers):
    return client.post(LOGIN, {"username": username, "password": password}, **headers)


def time_passes(minutes):
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=minutes))


@pytest.mark.django_db
def test_who_tries_many_names_from_one_address_gets_no_further(client, known, settings):
    settings.LOGIN_FAILURES_AN_ADDRESS = 6
    answers = [attempt(client, username=f"somebody{n}").status_code for n in range(6)]
    assert answers == [422] * 6
    assert attempt(client, username="somebody7").status_code == 429
    assert attempt(client, PASSWORD).status_code == 429
    assert attempt(client, PASSWORD, REMOTE_ADDR=OWNER).status_code == 302


@pytest.mark.django_db
def test_the_administrations_login_has_the_same_limit(client, settings):
    settings.LOGIN_FAILURES_AN_ADDRESS = 3
    door = reverse("admin:login")
    for n in range(3):
        assert client.post(door, {"username": f"somebody{n}", "password": "wrong"}).status_code == 200
    assert client.post(door, {"username": "somebody4", "password": "wrong"}).status_code == 429


@pytest.mark.django_db
def test_tries_while_a_login_is_locked_do_not_make_the_lock_longer(client, known):
    for _n in range(5):
        attempt(client)
    time_passes(10)
    assert attempt(client).status_code == 429
    time_passes(6)
    assert attempt(client, PASSWORD).status_code == 302


@pytest.mark.django_db
def test_behind_a_proxy_nobody_locks_a_name_for_its_owner(client, known, settings):
    settings.TRUSTED_PROXIES = [PROXY]
    for _n in range(5):
        attempt(client, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=ATTACKER)
    assert attempt(client, PASSWORD, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=ATTACKER).status_code == 429
    assert attempt(client, PASSWORD, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=OWNER).status_code == 302


@pytest.mark.django_db
def test_an_invented_address_before_the_true_one_does_not_help_who_guesses(client, known, settings):
    settings.TRUSTED_PROXIES = [PROXY]
    for n in range(5):
        attempt(client, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=f"192.0.2.{n}, {ATTACKER}")
    said = f"192.0.2.99, {ATTACKER}"
    assert attempt(client, PASSWORD, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=said).status_code == 429


@pytest.mark.parametrize(
    ("trusted", "connected", "header", "address"),
    [
        ([], PROXY, ATTACKER, PROXY),
        ([PROXY], ATTACKER, OWNER, ATTACKER),
        ([PROXY], PROXY, "", PROXY),
        ([PROXY], PROXY, ATTACKER, ATTACKER),
        ([PROXY], PROXY, f"{OWNER}, {ATTACKER}", ATTACKER),
        (["10.0.0.0/8"], PROXY, f"{OWNER}, {ATTACKER}, 10.9.9.9", ATTACKER),
        ([PROXY], PROXY, "no address", PROXY),
        ([PROXY], PROXY, "2001:db8::1", "2001:db8::1"),
        ([PROXY], "", ATTACKER, ATTACKER),
        ([], "", ATTACKER, None),
    ],
)
def test_whose_word_about_an_address_counts(rf, settings, trusted, connected, header, address):
    settings.TRUSTED_PROXIES = trusted
    assert client_address(rf.get("/", REMOTE_ADDR=connected, HTTP_X_FORWARDED_FOR=header)) == address


@pytest.mark.parametrize(
    "password",
    [
        "rep12345",
        "REP-rep-2026",
        "wangli2026!",
        "王丽王丽王丽20",
        "1ilgnaw!!",
        "li.wang@example.cn",
        "ｒｅｐ１２３４５",
    ],
)
def test_a_password_made_of_the_person_is_refused(password):
    person = UserFactory.build(username="rep", name="王丽", email="li.wang@example.cn")
    with pytest.raises(ValidationError):
        validate_password(password, person)


@pytest.mark.parametrize("password", ["correct horse battery", "rep likes green tea a lot", "七月流火九月授衣一二"])
def test_a_long_password_may_name_its_person(password):
    validate_password(password, UserFactory.build(username="rep", name="王丽", email="li.wang@example.cn"))


@pytest.mark.django_db
def test_nobody_chooses_a_password_too_close_to_the_login(as_rep, known, browser_of):
    posted = {"old_password": PASSWORD, "new_password1": "rep-12345", "new_password2": "rep-12345"}
    answer = browser_of(known).post(reverse("password-change"), posted)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"new_password2"})


@pytest.mark.django_db
def test_the_administration_gives_nobody_such_a_password(as_admin):
    posted = {"username": "newcomer", "name": "赵敏", "role": "finance", "usable_password": "true"}
    posted |= {"password1": "newcomer1", "password2": "newcomer1"}
    answer = as_admin.post(reverse("admin:accounts_user_add"), posted)
    assert "password2" in answer.context["adminform"].form.errors


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["login", "admin:login"])
def test_demo_logins_work_in_development_only(client, settings, door):
    settings.DEBUG = True
    create_demo_people()
    credentials = {"username": "admin", "password": EVERYBODYS}
    settings.DEBUG = False
    client.post(reverse(door), credentials)
    assert client.session.get("_auth_user_id") is None
    settings.DEBUG = True
    client.post(reverse(door), credentials)
    assert client.session["_auth_user_id"]


@pytest.mark.django_db
def test_the_deployment_check_names_demo_logins(settings):
    settings.DEBUG = True
    people = create_demo_people()
    with pytest.raises(SystemCheckError, match=r"accounts.E001.*admin.*rep1"):
        call_command("check", deploy=True, tags=["logins"], databases=["default"])
    for person in people.values():
        person.set_password(PASSWORD)
        person.save()
    call_command("check", deploy=True, tags=["logins"], databases=["default"])


def test_the_deployment_check_asks_for_the_proxy(capsys, settings):
    call_command("check", deploy=True, tags=["logins"])
    assert "accounts.W001" in capsys.readouterr().err
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    call_command("check", deploy=True, tags=["logins"])
    assert "accounts.W001" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("trusted", "connected", "secure"),
    [([PROXY], PROXY, True), (["10.0.0.0/8"], PROXY, True), ([PROXY], ATTACKER, False), ([], PROXY, False),
     ([PROXY], "", True), ([], "", False)],
)  # fmt: skip
def test_whose_word_about_https_counts(client, settings, trusted, connected, secure):
    settings.TRUSTED_PROXIES, settings.SECURE_SSL_REDIRECT = trusted, True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    answer = client.get("/static/none.css", REMOTE_ADDR=connected, HTTP_X_FORWARDED_PROTO="https")
    assert answer.status_code == (404 if secure else 301)
