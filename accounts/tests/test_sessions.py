"""How a session begins and ends, and what its cookie and every answer carry."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests.factories import PASSWORD

LOGIN, PAGE = reverse("login"), reverse("products:list")


@pytest.fixture
def known(rep):
    rep.set_password(PASSWORD)
    rep.save()
    return rep


def log_in(client):
    return client.post(LOGIN, {"username": "rep", "password": PASSWORD})


@pytest.mark.django_db
def test_a_login_begins_a_new_session(client, known):
    client.session.save()
    client.cookies["sessionid"] = planted = client.session.session_key
    log_in(client)
    assert client.session.session_key != planted
    assert len(client.session.session_key) == 32


@pytest.mark.django_db
def test_after_the_logout_the_old_cookie_opens_nothing(client, known):
    log_in(client)
    stolen = client.cookies["sessionid"].value
    client.post(reverse("logout"))
    client.cookies["sessionid"] = stolen
    assert client.get(PAGE).status_code == 302


@pytest.mark.django_db
def test_who_is_set_inactive_is_out_at_once(client, known):
    log_in(client)
    known.is_active = False
    known.save()
    assert client.get(PAGE).status_code == 302


@pytest.mark.django_db
def test_a_new_password_ends_every_other_session(client, known, browser_of):
    log_in(client)
    new = "another horse battery"
    posted = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert browser_of(known).post(reverse("password-change"), posted).status_code == 303
    assert client.get(PAGE).status_code == 302


@pytest.mark.django_db
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client, known):
    cookie = log_in(client).cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.django_db
def test_every_page_carries_its_headers(client):
    answer = client.get(LOGIN)
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.django_db
def test_a_post_without_its_token_does_nothing(client, known):
    client.handler.enforce_csrf_checks = True
    assert log_in(client).status_code == 403


@pytest.mark.parametrize("password", ["short7!", "12345678901", "password1", "qwertyuiop"])
def test_short_numeric_and_common_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


def test_a_long_password_of_any_characters_is_taken():
    validate_password("七 月 流 火 " * 12)


def test_production_insists_on_https():
    names = "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT SECURE_HSTS_INCLUDE_SUBDOMAINS".split()  # noqa: SIM905
    ask = f"from django.conf import settings as s; print(s.SECURE_HSTS_SECONDS, *(getattr(s, n) for n in {names}))"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SECURE_")}
    environment |= {"DEBUG": "0", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "orders.example"}
    environment |= {"DJANGO_SETTINGS_MODULE": "ordersys.settings"}
    asked = subprocess.run(
        [sys.executable, "-c", ask], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    assert asked.stdout.split() == ["31536000", "True", "True", "True", "True"]
