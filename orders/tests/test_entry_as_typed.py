"""A draft with cells that cannot be read, and a form that arrives twice or too late: what was typed is kept."""

import re
from decimal import Decimal

import pytest

from core.models import Autosave, Event
from orders.entry.draft import missing_for_submission
from orders.models import Order
from orders.statuses import Status
from orders.tests.entry_forms import form, row, sentences, values
from tests.factories import CustomerFactory, ProductFactory, make_order, terms

pytestmark = pytest.mark.django_db
NEW = "/orders/new/"


@pytest.fixture(autouse=True)
def _in_english(rep):
    rep.language = "en"
    rep.save()


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, short_name="海雅装备", payment_terms=terms())


@pytest.fixture
def cabinet():
    return ProductFactory(code="KX-200", name="控制柜", list_price=Decimal("8600"))


@pytest.mark.parametrize(
    ("cell", "text"),
    [("quantity", "12O"), ("unit_price", "八千"), ("discount", "101"), ("name", ""), ("unit", "长" * 30)],
)
def test_a_draft_with_a_wrong_cell_is_saved_as_typed_and_not_submitted(as_rep, customer, cell, text):
    wrong = row(specification="KX", special_demand="红色", **{cell: text})
    answer = as_rep.post(NEW, form(customer, row("变频器", quantity="1", unit_price="10"), wrong))
    order = Order.objects.get()
    assert answer.url == f"/orders/{order.pk}/edit/"
    assert "1 cell must be mended" in sentences(answer)[-1]
    assert order.gross_total == Decimal("11.30")
    page = as_rep.get(answer.url)
    assert [values(page, name)[1] for name in (cell, "specification", "special_demand")] == [text, "KX", "红色"]
    assert page.content.decode().count('aria-invalid="true"') == 1
    again = form(customer, row("变频器", quantity="1", unit_price="10"), wrong, version=order.version)
    as_rep.post(f"/orders/{order.pk}/submit/", {"version": order.version})
    assert as_rep.post(answer.url, {**again, "submit": "1", "save": ""}).status_code in (303, 422)
    order.refresh_from_db()
    assert order.status == Status.DRAFT
    assert "Line 2 cannot be read" in dict(missing_for_submission(order))["lines-1-name"]
    mended = form(customer, row("变频器", quantity="1", unit_price="10"), row(), version=order.version, verb="submit")
    as_rep.post(answer.url, mended)
    order.refresh_from_db()
    assert order.status != Status.DRAFT
    assert order.lines.get(position=2).as_typed == {}


BAD = [
    ("promised_date", "31.2."),
    ("order_date", "0026-11-30"),
    ("payment_terms", "987654"),
    ("customer_reference", "长" * 70),
]


@pytest.mark.parametrize(("field", "text"), BAD, ids=[field for field, _text in BAD])
def test_a_draft_with_a_field_that_cannot_be_read_is_saved_as_typed_and_not_submitted(as_rep, customer, field, text):
    answer = as_rep.post(NEW, form(customer, row(), **{field: text}))
    order = Order.objects.get()
    assert answer.url == f"/orders/{order.pk}/edit/"
    assert "1 cell must be mended" in sentences(answer)[-1]
    assert order.as_typed == {field: text}
    page = as_rep.get(answer.url)
    assert page.context["form"][field].value() == text
    assert list(page.context["form"].errors) == [field]
    assert page.content.decode().count('aria-invalid="true"') == 1
    assert field in dict(missing_for_submission(order))
    as_rep.post(f"/orders/{order.pk}/submit/", {"version": order.version})
    refused = as_rep.post(answer.url, form(customer, row(), version=order.version, verb="submit", **{field: text}))
    assert refused.status_code == 422
    order.refresh_from_db()
    assert order.status == Status.DRAFT
    as_rep.post(answer.url, form(customer, row(), version=order.version, verb="submit"))
    order.refresh_from_db()
    assert (order.status == Status.DRAFT, order.as_typed) == (False, {})


def test_a_date_that_is_none_stands_where_it_can_be_seen_and_its_change_is_told(as_rep, customer, cabinet):
    order = make_order(customer=customer, rep=customer.owner, lines=[(cabinet, "1", "80")])
    as_rep.post(f"/orders/{order.pk}/edit/", form(customer, row(), version=order.version, promised_date="31.2."))
    page = as_rep.get(f"/orders/{order.pk}/edit/").content.decode()
    assert re.search(r'<input type="text" name="promised_date" value="31.2."', page)
    changes = Event.objects.get(verb="draft_changed").data["changes"]
    assert ["promised_date", "", "31.2."] in changes


def test_without_a_customer_or_a_day_nothing_can_be_kept(as_rep, customer):
    for field in ("customer", "order_date"):
        assert as_rep.post(NEW, form(customer, row()) | {field: ""}).status_code == 422
    assert not Order.objects.exists()


def test_ctrl_s_says_how_many_cells_are_to_be_mended(as_rep, customer):
    lines = [row(quantity="12O", unit_price="八千"), row(discount="x")]
    answer = as_rep.post(NEW, {**form(customer, *lines), "stay": "1"}).json()
    assert "3 cells must be mended" in answer["sentence"]


def test_the_same_edit_sent_twice_is_no_conflict(as_rep, customer, cabinet):
    order = make_order(customer=customer, rep=customer.owner, lines=[(cabinet, "1", "80")])
    data = form(customer, row("变频器"), version=order.version)
    for _each in range(2):
        assert as_rep.post(f"/orders/{order.pk}/edit/", data).status_code == 303
    assert Event.objects.filter(verb="draft_changed").count() == 1
    other = as_rep.post(f"/orders/{order.pk}/edit/", {**data, "remarks": "急"})
    assert (other.status_code, "while you were writing" in other.content.decode()) == (422, True)


def test_the_same_edit_submitted_twice_is_submitted_once(as_rep, customer, cabinet):
    order = make_order(customer=customer, rep=customer.owner, lines=[(cabinet, "1", "80")])
    data = form(customer, row("变频器"), version=order.version, verb="submit")
    answers = [as_rep.post(f"/orders/{order.pk}/edit/", data) for _each in range(2)]
    assert [answer.url for answer in answers] == [order.get_absolute_url()] * 2
    assert "no longer a draft" not in sentences(answers[1])[-1]
    assert Event.objects.filter(verb="submit").count() == 1


def test_what_comes_too_late_is_kept_until_the_order_is_a_draft_again(as_rep, customer):
    order = make_order(customer=customer, rep=customer.owner, status=Status.REP_REVIEW)
    answer = as_rep.post(f"/orders/{order.pk}/edit/", form(customer, row("太晚")))
    assert "What you typed is kept" in sentences(answer)[-1]
    kept = Autosave.objects.get()
    assert (kept.page, dict(kept.entries)["lines-0-name"]) == (f"/orders/{order.pk}/edit/", "太晚")
