"""Logging in again over an open page: the same person goes on with a fresh token, another one is told so."""

import pytest
from django.test import Client

from core.interrupted import Interrupted
from orders.statuses import Status
from orders.tests.entry_forms import form
from tests.browsers import browser_of
from tests.factories import PASSWORD, CustomerFactory, make_order, terms

pytestmark = pytest.mark.django_db
AGAIN, NEW = "/accounts/login-again/", "/orders/new/"
SCRIPT = {"HTTP_X_REQUESTED_WITH": "fetch"}


@pytest.fixture(autouse=True)
def _in_english(rep, other_rep):
    for person in (rep, other_rep):
        person.language = "en"
        person.set_password(PASSWORD)
        person.save()


@pytest.fixture
def strict():
    """A browser without a login, whose tokens are looked at."""
    return Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})


def log_in(browser, person, page_of, password=PASSWORD):
    token = browser.get(AGAIN).json()["token"]
    words = {"username": person.username, "password": password, "page_of": page_of.pk, "csrfmiddlewaretoken": token}
    return browser.post(AGAIN, words, **SCRIPT)


def test_the_same_person_goes_on_with_a_fresh_token(strict, rep):
    assert strict.get(AGAIN).json()["person"] == ""
    state = log_in(strict, rep, page_of=rep).json()
    assert state["person"] == str(rep.pk)
    assert strict.post("/messages/read/", {"csrfmiddlewaretoken": state["token"]}).status_code == 303


def test_another_person_is_told_so_and_not_logged_in(strict, rep, other_rep):
    answer = log_in(strict, other_rep, page_of=rep)
    assert answer.status_code == 422
    assert "somebody else's" in answer.json()["sentence"]
    assert strict.get(AGAIN).json()["person"] == ""


def test_a_wrong_password_counts_as_at_the_login(strict, rep, settings):
    settings.AXES_ENABLED = True
    for left in (4, 3, 2, 1):
        assert f"{left} more tr" in log_in(strict, rep, page_of=rep, password="wrong").json()["sentence"]
    assert log_in(strict, rep, page_of=rep, password="wrong").status_code == 429
    assert log_in(strict, rep, page_of=rep).status_code == 429


def test_a_script_without_a_login_or_with_an_old_token_is_told_so_and_stays_on_its_page(strict, rep):
    for headers in (SCRIPT, {"HTTP_HX_REQUEST": "true"}, {"HTTP_SEC_FETCH_MODE": "cors"}):
        assert strict.get("/fragments/navigation-counts/", **headers).status_code == 401
        assert strict.post("/orders/totals/", {"csrfmiddlewaretoken": "old"}, **headers).status_code == 401


def test_every_form_says_for_whom_its_page_was_made(rep):
    page = browser_of(rep).get(NEW).content.decode()
    assert page.count('name="csrfmiddlewaretoken"') == page.count(f'name="page_of" value="{rep.pk}"') > 1
    assert "page_of" not in Client().get("/accounts/login/").content.decode()


def test_what_one_person_typed_is_not_shown_to_another_who_logs_in(client, rep, other_rep):
    customer = CustomerFactory(owner=rep, payment_terms=terms())
    page = client.post(NEW, {**form(customer, remarks="秘密"), "page_of": rep.pk})
    sealed = page.context["typed"]
    answer = client.post("/accounts/login/", {"username": other_rep.username, "password": PASSWORD, "typed": sealed})
    assert answer.url == "/"
    assert "不会显示给您" in client.get("/").content.decode()
    assert "秘密" not in client.get(NEW).content.decode() + client.get("/typed-again/", follow=True).content.decode()


def test_the_person_who_typed_it_gets_it(client, rep):
    sealed = Interrupted(NEW, "", [("remarks", "急")], [], rep.pk).sealed()
    client.post("/accounts/login/", {"username": rep.username, "password": PASSWORD, "typed": sealed})
    assert "急" in client.get(NEW).content.decode()


def test_a_decision_leads_back_to_where_it_was_written(client, rep, manager):
    manager.set_password(PASSWORD)
    manager.save()
    customer = CustomerFactory(owner=rep, team=rep.team)
    order = make_order(customer=customer, rep=rep, status=Status.MANAGER_REVIEW)
    desk = f"/orders/{order.pk}/review/"
    page = client.post(f"/orders/{order.pk}/send_back/", {"note": "价格再谈", "back": desk, "page_of": manager.pk})
    login = {"username": manager.username, "password": PASSWORD, "typed": page.context["typed"]}
    assert client.post("/accounts/login/", login).url == desk
    assert "价格再谈" in client.get(desk).content.decode()
