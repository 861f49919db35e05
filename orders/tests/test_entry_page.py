"""The order entry page: what it fills in, what it keeps when it refuses, and who may open it."""

import re
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Event
from orders.models import Order
from orders.statuses import Status
from orders.tests.entry_forms import DATE, EARLIER, form, row, sentences, values
from tests.factories import ContactFactory, CustomerFactory, ProductFactory, make_order, terms

pytestmark = pytest.mark.django_db

NEW = "/orders/new/"
TOTALS = "/orders/totals/"


@pytest.fixture(autouse=True)
def _in_english(rep, manager):
    """Sentences are checked in their source language."""
    for person in (rep, manager):
        person.language = "en"
        person.save()


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, short_name="海雅装备", payment_terms=terms())


@pytest.fixture
def cabinet():
    return ProductFactory(code="KX-200", name="控制柜", list_price=Decimal("8600"), lead_time=12)


# ---- opening ---------------------------------------------------------------------------------------------------------


def test_a_new_order_for_a_customer_starts_with_what_the_file_says(as_rep, customer):
    page = as_rep.get(NEW, {"customer": customer.pk})
    contact = customer.contacts.get()
    assert f'<option value="{contact.pk}" selected>' in page.content.decode()
    assert f'<option value="{terms().pk}" selected>' in page.content.decode()
    assert customer.full_address in page.content.decode()
    assert customer.number in page.content.decode()


def test_a_new_order_without_customer_asks_for_one(as_rep):
    assert b"Choose the customer first" in as_rep.get(NEW).content


@pytest.mark.parametrize("who", ["finance", "operations", "service", "admin"])
def test_only_sales_people_write_orders(who, browser_of, request, customer, cabinet):
    browser, order = browser_of(request.getfixturevalue(who)), make_order(customer=customer)
    assert browser.get(NEW).status_code == 403
    assert browser.post(NEW, form(customer)).status_code == 403
    assert browser.get(f"/orders/{order.pk}/edit/").status_code == 403
    assert browser.get("/orders/suggest-products/", {"q": "kx"}).status_code == 403
    assert browser.post(TOTALS).status_code == 403


def test_what_is_foreign_does_not_exist(as_rep, other_rep, customer):
    foreign = CustomerFactory(owner=other_rep)
    order = make_order(customer=foreign)
    assert as_rep.get(NEW, {"customer": foreign.pk}).status_code == 404
    assert as_rep.get(NEW, {"customer": customer.pk, "like": order.pk}).status_code == 404
    assert as_rep.get(f"/orders/{order.pk}/edit/").status_code == 404
    assert as_rep.post(f"/orders/{order.pk}/edit/", form(customer)).status_code == 404
    assert as_rep.get("/orders/suggest-products/", {"customer": foreign.pk}).status_code == 404
    assert as_rep.post(NEW, form(foreign)).status_code == 422
    assert not Order.objects.exclude(pk=order.pk).exists()


@pytest.mark.parametrize("status", [Status.REP_REVIEW, Status.APPROVED, Status.CANCELLED])
def test_an_order_that_is_no_draft_leads_back_to_itself(as_rep, customer, status):
    order = make_order(customer=customer, status=status)
    for response in (as_rep.get(f"/orders/{order.pk}/edit/"), as_rep.post(f"/orders/{order.pk}/edit/", form(customer))):
        assert (response.status_code, response.url) == (303, order.get_absolute_url())
        assert "no longer a draft" in sentences(response)[-1]


def test_a_draft_opens_as_it_was_kept(as_rep, customer, cabinet):
    order = make_order(customer=customer, lines=[(cabinet, "12.5", "8600.125")])
    page = as_rep.get(f"/orders/{order.pk}/edit/")
    assert values(page, "quantity")[0] == "12.5"
    assert values(page, "unit_price")[0] == "8,600.125"
    assert values(page, "product")[0] == str(cabinet.pk)


def test_opening_costs_the_same_with_one_line_and_with_fifty(as_rep, customer):
    products = [ProductFactory() for _ in range(50)]

    def queries(count):
        order = make_order(customer=customer, lines=[(product, 1, "10") for product in products[:count]])
        with CaptureQueriesContext(connection) as captured:
            assert as_rep.get(f"/orders/{order.pk}/edit/").status_code == 200
        return len(captured)

    assert queries(50) == queries(1) <= 20


# ---- saving ----------------------------------------------------------------------------------------------------------


def test_saving_leads_to_the_draft(as_rep, customer):
    response = as_rep.post(NEW, form(customer))
    order = Order.objects.get()
    assert (response.status_code, response.url) == (303, order.get_absolute_url())
    assert (order.net_total, order.gross_total) == (Decimal("103200.00"), Decimal("116616.00"))


def test_a_draft_may_be_incomplete(as_rep, customer):
    nothing_yet = form(customer, row(quantity="", unit_price=""), promised_date="", payment_terms="")
    assert as_rep.post(NEW, nothing_yet).status_code == 303
    assert Order.objects.get().lines.get().quantity is None


def test_rows_keep_the_posted_order_and_empty_or_ticked_ones_do_not_count(as_rep, customer):
    rows = {
        **{f"lines-7-{cell}": value for cell, value in row("先").items()},
        "lines-3-name": "",
        **{f"lines-2-{cell}": value for cell, value in row("后").items()},
        **{f"lines-9-{cell}": value for cell, value in row("删", delete="1").items()},
    }
    data = {key: value for key, value in form(customer).items() if not key.startswith("lines-")} | rows
    assert as_rep.post(NEW, data).status_code == 303
    assert list(Order.objects.get().current_lines().values_list("position", "name")) == [(1, "先"), (2, "后")]


def test_a_typed_number_brings_the_product_with_it(as_rep, customer, cabinet):
    as_rep.post(NEW, form(customer, {"name": "kx-200", "quantity": "2"}))
    line = Order.objects.get().lines.get()
    assert (line.product, line.name, line.specification) == (cabinet, "控制柜", "KX-200")
    assert (line.unit_price, line.unit, line.tax_rate) == (Decimal("8600"), "台", Decimal("13"))


@pytest.mark.parametrize(
    "typed", ["控制柜(防爆型)", "控制柜（防爆型）", " 控制柜 （ 防爆型 ） ", "ＫＸ－２０１", "kx—201"]
)
def test_a_product_typed_in_another_form_is_the_product_with_its_list_price(as_rep, customer, typed):
    product = ProductFactory(code="KX-201", name="控制柜（防爆型）", list_price=Decimal("9000"))
    as_rep.post(NEW, form(customer, row(name=typed, specification="", quantity="1", unit_price="4500")))
    line = Order.objects.get().lines.get()
    assert (line.product, line.list_price) == (product, Decimal("9000"))


def test_a_name_that_several_products_have_needs_the_specification(as_rep, customer, cabinet):
    other = ProductFactory(code="KX-300", name="控制柜")
    as_rep.post(NEW, form(customer, row(), row(specification="KX-300")))
    assert list(Order.objects.get().current_lines().values_list("product", flat=True)) == [None, other.pk]


def test_an_unknown_name_is_a_free_text_line(as_rep, customer, cabinet):
    as_rep.post(NEW, form(customer, row("旧柜拆除", product=str(cabinet.pk))))
    line = Order.objects.get().lines.get()
    assert (line.product, line.name) == (None, "旧柜拆除")


def test_a_renamed_product_stays_on_the_line_that_was_kept(as_rep, customer, cabinet):
    order = make_order(customer=customer, lines=[(cabinet, 1, "10")])
    cabinet.name = "智能控制柜"
    cabinet.save()
    data = form(customer, row(product=str(cabinet.pk)), version="0")
    assert as_rep.post(f"/orders/{order.pk}/edit/", data).status_code == 303
    assert order.lines.get().product == cabinet


def test_figures_are_taken_as_people_write_them(as_rep, customer):
    as_rep.post(NEW, form(customer, row(quantity="１２。5", unit_price="¥8,600.00", discount="5%", tax_rate="6 %")))
    line = Order.objects.get().lines.get()
    assert (line.quantity, line.unit_price, line.discount, line.tax_rate) == (Decimal("12.5"), 8600, 5, 6)


def test_two_hundred_lines_are_kept(as_rep, customer):
    every_cell = dict.fromkeys(("product", "specification", "unit", "discount", "tax_rate", "special_demand"), "")
    rows = (row(f"零件 {n}", **every_cell) for n in range(200))
    assert as_rep.post(NEW, form(customer, *rows)).status_code == 303
    assert Order.objects.get().lines.count() == 200


@pytest.mark.parametrize("count", [501, 700])
def test_any_number_of_rows_gets_the_sentence_with_everything_still_there(as_rep, customer, count):
    data = form(customer, *(row(f"零件 {n}", quantity="12O") for n in range(count)))
    page = as_rep.post(NEW, data)
    assert page.status_code == 422
    assert "An order has at most 500 lines." in page.content.decode()
    assert f"零件 {count - 1}" in page.content.decode()
    assert as_rep.post(TOTALS, data).json()["left_out"] == "An order has at most 500 lines."
    assert not Order.objects.exists()


@pytest.mark.parametrize("path", [NEW, TOTALS])
def test_more_than_any_form_holds_gets_a_sentence_too(as_rep, customer, path):
    page = as_rep.post(path, form(customer, *(row(f"零件 {n}") for n in range(4100))))
    assert page.status_code == 413
    assert "An order has at most 500 lines" in page.content.decode()
    assert as_rep.post(path, {"remarks": "长" * 3_000_000}).status_code == 413


# ---- refusing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text", "sentence"),
    [
        ("quantity", "12O", "character 3 is the letter O"),
        ("quantity", "0", "must be above zero"),
        ("quantity", "1.2345", "at most 3 decimals"),
        ("unit_price", "八千", "is not a number"),
        ("unit_price", "-1", "cannot be negative"),
        ("discount", "101", "cannot exceed 100"),
        ("tax_rate", "x", "is not a number"),
        ("name", "", "Which product?"),
        ("unit", "很长很长很长很长的单位", "At most 10 characters"),
    ],
)
def test_a_wrong_cell_is_named_and_everything_typed_stays(as_rep, customer, cell, text, sentence):
    lines = [row("变频器"), row(**{cell: text})]
    page = as_rep.post(NEW, form(customer, *lines, customer_reference="FYD-PO-07", verb="submit"))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert f'href="#id_lines-1-{cell}"' in page.content.decode()
    assert values(page, cell)[1] == text
    assert values(page, "name")[0] == "变频器"
    assert "FYD-PO-07" in page.content.decode()
    assert not Order.objects.exists()


def test_a_wrong_header_value_is_named_beside_it(as_rep, customer):
    page = as_rep.post(NEW, form(customer, order_date="2026-02-30", promised_date="0026-12-10", verb="submit"))
    assert page.status_code == 422
    assert 'href="#id_order_date"' in page.content.decode()
    assert "2026-02-30" in page.content.decode()


def test_script_and_formulas_are_text(as_rep, customer):
    lines = [row("<script>alert(1)</script>", quantity="=1+1")]
    page = as_rep.post(NEW, form(customer, *lines, remarks="=1+1", verb="submit"))
    assert page.status_code == 422
    assert b"<script>alert(1)" not in page.content
    assert "“=1+1” is not a number" in page.content.decode()


def test_a_frozen_customer_is_refused_beside_its_box(as_rep, customer):
    customer.status = "frozen"
    customer.save()
    page = as_rep.post(NEW, form(customer))
    assert (page.status_code, "frozen" in page.content.decode()) == (422, True)


def test_somebody_elses_save_is_shown_beside_mine(as_rep, as_manager, customer):
    order = make_order(customer=customer, lines=[("控制柜", 10, "1000")])
    url = f"/orders/{order.pk}/edit/"
    as_manager.post(url, form(customer, row(quantity="11", unit_price="1000"), remarks="主管改过", version="0"))
    page = as_rep.post(url, form(customer, row(quantity="15", unit_price="1000"), remarks="我改的", version="0"))
    text = page.content.decode()
    assert page.status_code == 422
    assert "陈志远 saved this draft while you were writing" in text
    assert "主管改过" in text
    assert "控制柜 · 11 × 1,000" in text
    assert values(page, "quantity")[0] == "15"
    assert 'name="version" value="1"' in text
    assert Order.objects.get().remarks == "主管改过"
    again = form(customer, row(quantity="15", unit_price="1000"), remarks="我改的", version="1")
    assert as_rep.post(url, again).status_code == 303
    assert Order.objects.get().remarks == "我改的"


# ---- submitting ------------------------------------------------------------------------------------------------------


def test_submitting_gives_the_number_and_leads_to_the_order(as_rep, customer):
    response = as_rep.post(NEW, form(customer, verb="submit"))
    order = Order.objects.get()
    assert (response.status_code, response.url) == (303, order.get_absolute_url())
    assert order.status == Status.REP_REVIEW
    assert re.fullmatch(r"\d{6}海雅装备001", order.number)
    assert [event.verb for event in Event.objects.order_by("id")] == ["created", "submit"]


def test_an_incomplete_order_is_neither_submitted_nor_stored(as_rep, customer):
    data = form(customer, row(), row(unit_price=""), verb="submit", promised_date=EARLIER)
    page = as_rep.post(NEW, data)
    text = page.content.decode()
    assert page.status_code == 422
    assert "It cannot be submitted yet" in text
    assert 'href="#id_promised_date"' in text
    assert 'href="#id_lines-1-unit_price"' in text
    assert f"Earlier than the order date {DATE[5:]}" in text
    assert f'value="{EARLIER}"' in text
    assert not Order.objects.exists()
    assert not Event.objects.exists()


def test_what_is_wrong_and_what_is_missing_are_named_together(as_rep, customer):
    data = form(customer, row(quantity="12O"), row(unit_price=""), verb="submit", promised_date=EARLIER)
    text = as_rep.post(NEW, data).content.decode()
    for target in ("promised_date", "lines-0-quantity", "lines-1-unit_price"):
        assert f'href="#id_{target}"' in text
    assert "3 things to mend" in text


def test_an_order_without_lines_is_not_submitted(as_rep, customer):
    page = as_rep.post(NEW, form(customer, {"name": ""}, verb="submit"))
    assert (page.status_code, b"at least one line" in page.content) == (422, True)


def test_a_double_click_makes_one_order(as_rep, customer):
    data = form(customer, verb="submit", token=str(uuid.uuid4()))
    first, second = as_rep.post(NEW, data), as_rep.post(NEW, data)
    assert first.url == second.url == Order.objects.get().get_absolute_url()
    assert Event.objects.filter(verb="submit").count() == 1


def test_the_owner_can_submit_and_pass_stage_one_at_once(as_rep, customer, cabinet):
    response = as_rep.post(NEW, form(customer, row(quantity="1"), verb="submit_approve"))
    order = Order.objects.get()
    assert response.status_code == 303
    assert order.status == Status.MANAGER_REVIEW
    assert response.url == order.get_absolute_url()


def test_what_stage_one_refuses_stays_submitted_and_opens_the_review(as_rep, customer):
    customer.contacts.all().delete()
    response = as_rep.post(NEW, form(customer, verb="submit_approve"))
    order = Order.objects.get()
    assert order.status == Status.REP_REVIEW
    assert response.url == reverse("approvals:review", args=[order.pk])
    assert len(sentences(response)) == 2


def test_only_the_owner_is_offered_stage_one(as_rep, as_manager, customer):
    assert b'name="submit_approve"' in as_rep.get(NEW, {"customer": customer.pk}).content
    assert b'name="submit_approve"' not in as_manager.get(NEW, {"customer": customer.pk}).content


def test_a_manager_writes_for_the_rep(as_manager, customer, rep, manager):
    as_manager.post(NEW, form(customer, verb="submit"))
    order = Order.objects.get()
    assert (order.rep, order.drafted_by) == (rep, manager)


# ---- without JavaScript ----------------------------------------------------------------------------------------------


def test_five_more_rows_keep_everything(as_rep, customer):
    page = as_rep.post(NEW, form(customer, row("变频器", quantity="12O"), verb="add_rows", promised_date=""))
    assert page.status_code == 200
    assert values(page, "name") == ["变频器", *[""] * 5]
    assert values(page, "quantity")[0] == "12O"
    assert f'value="{DATE}"' in page.content.decode()


def test_another_customer_brings_its_own_contact_and_terms_and_the_lines_stay(as_rep, rep, customer):
    other = CustomerFactory(owner=rep, short_name="华能电气", payment_terms=terms("100%预付款"))
    contact = other.contacts.get()
    data = form(
        other, row("变频器"), verb="use_customer", contact=customer.contacts.get().pk, delivery_address="旧地址"
    )
    page = as_rep.post(NEW, data)
    text = page.content.decode()
    assert page.status_code == 200
    assert f'<option value="{contact.pk}" selected>' in text
    assert f'<option value="{terms("100%预付款").pk}" selected>' in text
    assert "旧地址" not in text
    assert values(page, "name")[0] == "变频器"


def test_a_customer_who_cannot_order_is_refused_at_once(as_rep, customer):
    customer.status = "frozen"
    customer.save()
    assert as_rep.post(NEW, form(customer, verb="use_customer")).status_code == 422
    assert as_rep.post(NEW, form(customer, verb="use_customer") | {"customer": "C0"}).status_code == 422


def test_the_contact_must_be_the_customers(as_rep, customer):
    page = as_rep.post(NEW, form(customer, contact=ContactFactory().pk))
    assert (page.status_code, b"belongs to another customer" in page.content) == (422, True)
