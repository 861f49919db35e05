"""A database that stays locked, undoes a deadlock or loses the connection: a page that keeps what was typed."""

import psycopg
import pytest
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from billing import receipts
from billing.models import Receipt
from core.unanswered import UnansweredMiddleware
from tests.factories import UserFactory, released_order
from tests.roles import as_owner

LOCKED = OperationalError("database is locked")


def of_postgresql(cause, kind=OperationalError):
    """What Django raises for a problem of the driver."""
    problem = kind(str(cause))
    problem.__cause__ = cause
    return problem


UNDONE = [
    LOCKED,
    of_postgresql(psycopg.errors.DeadlockDetected("deadlock detected")),
    of_postgresql(psycopg.errors.SerializationFailure("could not serialize access")),
    of_postgresql(psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")),
]
LOST = [
    of_postgresql(psycopg.OperationalError("server closed the connection unexpectedly")),
    of_postgresql(psycopg.errors.AdminShutdown("terminating connection due to administrator command")),
    of_postgresql(psycopg.errors.CannotConnectNow("the database system is starting up")),
    of_postgresql(psycopg.errors.TooManyConnections("sorry, too many clients already")),
    of_postgresql(psycopg.InterfaceError("the connection is closed"), InterfaceError),
]
OTHERS = [
    OperationalError("no such table"),
    ValueError("database is locked"),
    of_postgresql(psycopg.errors.DiskFull("no space left")),
    of_postgresql(psycopg.errors.QueryCanceled("canceling statement due to statement timeout")),
]


def answer_to(request, problem):
    request.user, request.session = AnonymousUser(), {}
    return UnansweredMiddleware(lambda request: None).process_exception(request, problem)


@pytest.mark.parametrize("problem", [*UNDONE, *LOST], ids=str)
def test_what_was_typed_is_kept_on_a_page_that_asks_to_try_again(rf, problem):
    typed = {"name": "<海雅>", "csrfmiddlewaretoken": "secret"}
    response = answer_to(rf.post("/customers/new/?from=list", typed), problem)
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "&lt;海雅&gt;" in page
    assert 'action="/customers/new/?from=list"' in page
    assert '"secret"' not in page


@pytest.mark.parametrize("problem", UNDONE, ids=str)
def test_only_what_was_surely_undone_is_said_not_to_be_saved(rf, problem):
    assert "还没有保存。" in answer_to(rf.post("/", {"a": "1"}), problem).content.decode()


@pytest.mark.parametrize("problem", LOST, ids=str)
def test_a_broken_connection_promises_nothing(rf, problem):
    page = answer_to(rf.post("/", {"a": "1"}), problem).content.decode()
    assert "是否已保存还不能确定" in page
    assert "还没有保存。" not in page


@pytest.mark.parametrize("problem", OTHERS, ids=str)
def test_other_problems_are_not_hidden(rf, problem):
    assert answer_to(rf.get("/"), problem) is None


def test_files_are_named_that_have_to_be_chosen_again(rf):
    request = rf.post("/", {"note": "到货", "photo": SimpleUploadedFile("签收单.jpg", b"x")})
    assert "只有文件需要重新选择：签收单.jpg" in answer_to(request, LOCKED).content.decode()


@pytest.fixture
def nobody_is_known(monkeypatch):
    """The database is away already when it is asked who the person is."""

    def away(request):
        raise LOST[0]

    monkeypatch.setattr(auth, "get_user", away)


@pytest.mark.django_db
def test_a_database_that_is_away_from_the_start_loses_nothing(nobody_is_known):
    response = Client().post("/customers/new/", {"name": "海雅"})
    assert response.status_code == 503
    assert "海雅" in response.content.decode()
    assert Client().get("/").status_code == 503


@pytest.mark.django_db
def test_what_another_site_sent_is_not_offered_to_be_sent_again(nobody_is_known):
    response = Client(enforce_csrf_checks=True).post("/customers/new/", {"name": "海雅"})
    assert response.status_code == 403
    assert "海雅" not in response.content.decode()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_breaks_in_the_middle_keeps_the_receipt_that_was_typed(monkeypatch, browser_of):
    order, finance = released_order(), UserFactory(role=Role.FINANCE)
    browser = browser_of(finance)
    address = reverse("billing:receipts", args=[order.pk])
    token = browser.get(address).context["form"].initial["token"]
    typed = {"amount": "1", "received_on": "2026-11-20", "method": "transfer", "token": token, "note": "尾款"}

    def break_connection(receipt, order, by):
        # The session is its owner's, and no other role may end it.
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as broken:
        broken.setattr(receipts, "enter_in_place_of_import", break_connection)
        response = browser.post(address, typed)
    assert response.status_code == 503
    assert "尾款" in response.content.decode()
    assert not Receipt.objects.exists()
    assert browser.post(address, typed).status_code == 303
    assert Receipt.objects.get().note == "尾款"
