"""A form that meets no login, or a token of an earlier one: what was typed comes back behind the login."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from core.interrupted import Interrupted, unsealed
from customers.models import Customer
from orders.models import Order
from orders.statuses import Status
from orders.tests.entry_forms import form, row
from tests.browsers import session_of
from tests.factories import PASSWORD, CustomerFactory, make_order, terms

pytestmark = pytest.mark.django_db
HOST = {"HTTP_ORIGIN": "http://testserver", "HTTP_ACCEPT_LANGUAGE": "en"}
NEW = "/orders/new/"


@pytest.fixture(autouse=True)
def _in_english(rep):
    rep.language = "en"
    rep.set_password(PASSWORD)
    rep.save()


@pytest.fixture
def client():
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, payment_terms=terms())


def log_in(browser, page, person):
    """Through the login form that the page shows, with everything that it carries."""
    sealed = re.search(r'name="typed" value="([^"]+)"', page.content.decode())[1]
    return browser.post("/accounts/login/", {"username": person.username, "password": PASSWORD, "typed": sealed})


def test_an_order_that_meets_no_login_stands_on_its_page_after_it(client, rep, customer):
    lines = (row(f"零件 {n}", quantity="12O") for n in range(8))
    page = client.post(NEW, form(customer, *lines, remarks="到货前 <b>电话</b> 通知"))
    assert page.status_code == 422
    assert "What you typed is kept" in page.content.decode()
    answer = log_in(client, page, rep)
    assert (answer.status_code, answer.url) == (303, NEW)
    back = client.get(NEW).content.decode()
    assert "到货前 &lt;b&gt;电话&lt;/b&gt; 通知" in back
    assert all(f"零件 {n}" in back for n in range(8))
    assert back.count('value="12O"') == 8
    assert "nothing of it is saved yet" in back
    assert not Order.objects.exists()
    assert "零件 7" not in client.get(NEW).content.decode()


def test_a_draft_that_meets_no_login_stands_on_its_page_after_it(client, rep, customer):
    order = make_order(customer=customer, rep=rep, status=Status.DRAFT)
    path = f"/orders/{order.pk}/edit/"
    assert log_in(client, client.post(path, form(customer, remarks="急")), rep).url == path
    assert "急" in client.get(path).content.decode()


def test_a_mistyped_password_keeps_it_too(client, rep, customer):
    page = client.post(NEW, form(customer, remarks="急"))
    sealed = re.search(r'name="typed" value="([^"]+)"', page.content.decode())[1]
    again = client.post("/accounts/login/", {"username": rep.username, "password": "wrong", "typed": sealed})
    assert sealed in again.content.decode()
    log_in(client, again, rep)
    assert "急" in client.get(NEW).content.decode()


def test_a_verb_leads_to_its_record_with_the_reason(client, rep, customer):
    order = make_order(customer=customer, rep=rep, status=Status.MANAGER_REVIEW)
    page = client.post(f"/orders/{order.pk}/cancel/", {"note": "客户改了数量", "version": order.version})
    answer = log_in(client, page, rep)
    assert (answer.status_code, answer.url) == (303, order.get_absolute_url())
    assert "客户改了数量" in client.get(answer.url).content.decode()
    order.refresh_from_db()
    assert order.status == Status.MANAGER_REVIEW


def test_a_foreign_record_says_nothing_after_the_login(client, other_rep, customer):
    other_rep.set_password(PASSWORD)
    other_rep.save()
    order = make_order(customer=customer, status=Status.MANAGER_REVIEW)
    page = client.post(f"/orders/{order.pk}/cancel/", {"note": "x"})
    assert log_in(client, page, other_rep).url == "/typed-again/"
    assert client.post(f"/orders/{order.pk}/cancel/", {"note": "x"}).status_code == 404


def test_a_customer_that_meets_no_login_stands_on_its_page_after_it(client, rep):
    page = client.post("/customers/new/", {"name": "新客户 <甲>", "remarks": "急"})
    assert log_in(client, page, rep).url == "/customers/new/"
    assert "新客户 &lt;甲&gt;" in client.get("/customers/new/").content.decode()
    assert not Customer.objects.filter(name__startswith="新客户").exists()


def test_any_other_form_can_be_sent_again(client, rep, customer):
    path = "/customers/transfer/"
    page = client.post(
        path, {"customer": customer.pk, "note": "\n第一行 <甲>"}, HTTP_REFERER=f"http://testserver{path}"
    )
    assert log_in(client, page, rep).url == "/typed-again/"
    again = client.get("/typed-again/").content.decode()
    assert "第一行 &lt;甲&gt;" in again
    assert f'action="{path}"' in again
    assert Customer.objects.get(pk=customer.pk).owner == customer.owner


def test_an_empty_post_leads_to_the_page_it_came_from_and_never_to_a_blank_one(client):
    answer = client.post("/messages/read/", HTTP_REFERER="http://testserver/messages/")
    assert answer.url == "/accounts/login/?next=/messages/"
    assert client.post("/messages/read/", HTTP_REFERER="http://evil/messages/").url == "/accounts/login/?next=/"


def test_passwords_are_never_kept(client):
    secret = {"old_password": "geheim-1", "new_password1": "geheim-2", "note": "x"}
    assert client.post("/accounts/password/", secret).status_code == 302
    assert not Session.objects.exists()


def test_files_are_said_to_be_lost(client, rep):
    sent = Interrupted("/customers/new/", "", [("name", "甲")], ["照片.jpg"])
    client.post("/accounts/login/", {"username": rep.username, "password": PASSWORD, "typed": sent.sealed()})
    assert "please choose 照片.jpg again" in client.get("/customers/new/").content.decode()


def test_nobody_else_can_seal_something(client, rep):
    assert unsealed("x" + Interrupted("/", "", [("a", "b")], []).sealed()) is None


# ---- a token of an earlier login ------------------------------------------------------------------------------------


@pytest.fixture
def strict(rep):
    """A browser in which somebody has logged in again since the page was opened."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = session_of(rep)
    return client


def test_an_order_with_an_old_token_stands_on_its_page_again(strict, customer):
    answer = strict.post(NEW, form(customer, row("零件 1"), csrfmiddlewaretoken="old"), **HOST)
    assert (answer.status_code, answer.url) == (303, NEW)
    assert "零件 1" in strict.get(NEW).content.decode()
    assert not Order.objects.exists()


def test_what_another_site_sent_is_not_offered(strict, customer):
    for headers in ({}, {"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_ORIGIN": "null"}):
        assert strict.post(NEW, form(customer, row("零件 1")), **headers).status_code == 403
    assert "零件 1" not in strict.get(NEW).content.decode()


def test_a_login_form_with_an_old_token_goes_on_when_somebody_is_logged_in_already(strict, customer):
    sealed = Interrupted(NEW, "", [("customer", customer.number), ("remarks", "急")], []).sealed()
    assert strict.post("/accounts/login/", {"typed": sealed, "password": "x"}, **HOST).url == NEW
    assert "急" in strict.get(NEW).content.decode()
    assert strict.post("/accounts/login/", {"password": "x"}, **HOST).url == "/"


def test_an_old_token_without_a_login_shows_the_login_with_what_was_typed(customer, rep):
    browser = Client(enforce_csrf_checks=True)
    page = browser.post(NEW, form(customer, remarks="急"), **HOST)
    assert page.status_code == 422
    assert "What you typed is kept" in page.content.decode()
