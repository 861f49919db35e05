"""A form that meets a fault, a lost right or a lost record: what was typed stands on the page that says so."""

import pytest
from django.test import Client

from core.http import in_rows
from core.unanswered import UnansweredMiddleware
from orders.tests.entry_forms import form, row
from tests.browsers import session_of
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db

#: What is typed into every kind of form that there is.
FORMS = {
    "/orders/new/": {"remarks": "急 <1>", "lines-0-name": "零件", "lines-0-quantity": "12O"},
    "/customers/new/": {"name": "新客户 <1>", "contacts-0-name": "王丽"},
    "/orders/1/receipts/": {"payer": "付款方 <1>", "amount": "12,00"},
    "/orders/1/delivery/": {"tracking_number": "YS <1>", "line-1-quantity": "3"},
    "/shipments/1/transport/": {"tracking_number": "YS <1>"},
    "/shipments/1/sign-off/": {"signed_by": "李四 <1>", "note": "一箱破损"},
    "/orders/1/manager_approve/": {"note": "首单 <1>", "answer-margin": "老板同意"},
    "/orders/1/cancel/": {"note": "客户改了 <1>"},
}


@pytest.fixture
def browser(rep):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = session_of(rep)
    return client


def escaped(text):
    return text.replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(("path", "typed"), FORMS.items(), ids=FORMS)
def test_a_fault_of_ours_keeps_every_kind_of_form_to_be_sent_again(browser, monkeypatch, path, typed):
    def fail(*_args):
        raise RuntimeError("a fault")

    monkeypatch.setattr(UnansweredMiddleware, "process_view", fail)
    answer = browser.post(path, {**typed, "page_of": "1", "csrfmiddlewaretoken": "old"})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert f'action="{path}"' in page
    for name, text in typed.items():
        assert f'<textarea name="{name}" hidden>\n{escaped(text)}</textarea>' in page
    assert page.count('name="csrfmiddlewaretoken"') == 1
    assert "old" not in page


def test_a_fault_keeps_no_password_and_asks_nothing_of_who_only_looked(browser, monkeypatch):
    def fail(*_args):
        raise RuntimeError("a fault")

    monkeypatch.setattr(UnansweredMiddleware, "process_view", fail)
    assert "geheim" not in browser.post("/accounts/password/", {"old_password": "geheim"}).content.decode()
    assert "<form" not in browser.get("/").content.decode()


def test_a_right_that_is_gone_leaves_what_was_typed_to_be_copied(as_operations):
    page = as_operations.post("/customers/new/", {"name": "新客户 <1>", "submit_token": "x", "page_of": "1"})
    assert page.status_code == 403
    assert ">\n新客户 &lt;1&gt;</textarea>" in page.content.decode()


def test_a_record_that_is_gone_leaves_the_rows_to_be_pasted_again(as_rep, other_rep):
    order = make_order(customer=CustomerFactory(owner=other_rep, team=other_rep.team))
    lines = [row("零件 1", quantity="1", unit_price="10"), row("零件 2", quantity="2", unit_price="20")]
    page = as_rep.post(f"/orders/{order.pk}/edit/", form(order.customer, *lines))
    assert page.status_code == 404
    assert "零件 1\t1\t10\n零件 2\t2\t20" in page.content.decode()


def test_a_page_that_is_only_looked_for_shows_nothing(as_rep):
    assert "<textarea" not in as_rep.get("/nowhere/").content.decode()


def test_ids_and_tokens_are_nothing_that_somebody_typed():
    pairs = [
        ("version", "3"),
        ("lines-0-product", "17"),
        ("lines-0-name", "甲"),
        ("note", "急"),
        ("lines-0-quantity", "2"),
    ]
    assert in_rows(pairs) == "甲\t2\n急"
