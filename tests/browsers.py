"""Browsers of people who are logged in, as logging in leaves them, for the price of one statement."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils.crypto import get_random_string

from accounts.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


def session_of(person: User) -> str:
    """The key of a new session in which the person is logged in."""
    store = SessionStore()
    logged_in = {
        SESSION_KEY: str(person.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: person.get_session_auth_hash(),
    }
    session = store.model(
        session_key=get_random_string(32), session_data=store.encode(logged_in), expire_date=store.get_expiry_date()
    )
    session.save(force_insert=True)
    return session.session_key


def browser_with(session: str) -> Client:
    """A test client that carries a session."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def browser_of(person: User) -> Client:
    """A test client that is logged in as the person."""
    return browser_with(session_of(person))
