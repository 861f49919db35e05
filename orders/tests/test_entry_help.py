"""What order entry helps with: ordering again, totals while typing, finding products."""

import datetime
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Order
from orders.statuses import Status
from orders.tests.entry_forms import grid, row, values
from tests.factories import CustomerFactory, ProductFactory, make_order, terms

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


# ---- ordering again --------------------------------------------------------------------------------------------------


def test_order_again_copies_lines_and_offers_todays_list_price(as_rep, customer, cabinet):
    old = make_order(
        customer=customer, status=Status.APPROVED, lines=[(cabinet, 3, "8000"), ("安装", 1, "500")], remarks="旧备注"
    )
    page = as_rep.get(NEW, {"customer": customer.pk, "like": old.pk})
    text = page.content.decode()
    assert values(page, "name")[:2] == ["控制柜", "安装"]
    assert values(page, "unit_price")[0] == "8,000.00"
    assert 'data-offer-price="8,600.00"' in text
    assert "旧备注" not in text
    assert Order.objects.count() == 1


def test_the_page_asks_the_gate_what_credit_is_left_after_the_order(as_rep, customer):
    customer.credit_limit = Decimal("200000")
    customer.save()
    order = make_order(customer=customer, lines=[("控制柜", 12, "8600")])
    text = as_rep.get(f"/orders/{order.pk}/edit/").content.decode()
    assert 'id="credit-amount" name="amount" value="116,616.00"' in text
    url = re.search(r'id="credit" hx-get="([^"]+)"', text)[1]
    assert "83,384.00" in as_rep.get(url, query_params={"order": order.pk, "amount": "116,616.00"}).content.decode()
    assert "Left after it" not in as_rep.get(url, query_params={"amount": "much"}).content.decode()


def test_the_last_five_orders_can_be_ordered_again(as_rep, customer):
    orders = [make_order(customer=customer, status=Status.APPROVED) for _ in range(6)]
    text = as_rep.get(NEW, {"customer": customer.pk}).content.decode()
    assert [f"like={order.pk}" in text for order in orders] == [False, *[True] * 5]


# ---- what the page asks while somebody types -------------------------------------------------------------------------


def test_totals_are_those_of_the_pure_rules(as_rep, customer):
    data = grid(row(quantity="12"), row("变频器", "6", "6480", discount="5"), row("电缆", "12O", "12.80"), {"name": ""})
    answer = as_rep.post(TOTALS, {**data, "payment_terms": terms().pk}).json()
    assert (answer["net"], answer["tax"], answer["gross"]) == ("140,136.00", "18,217.68", "158,353.68")
    assert answer["capitals"] == "壹拾伍万捌仟叁佰伍拾叁元陆角捌分"
    assert [line["net"] for line in answer["lines"]] == ["103,200.00", "36,936.00", "—"]
    assert answer["lines"][2]["faults"]["quantity"]["mends"] == ["120"]
    assert "3" in answer["left_out"]
    assert [part["amount"] for part in answer["instalments"]] == ["47,506.10", "110,847.58"]


def test_a_discount_that_may_be_the_price_paid_is_asked_about_and_not_counted(as_rep, customer):
    answer = as_rep.post(TOTALS, grid(row(discount="0.95"), row(discount="9.5折"), row(discount="0.95%"))).json()
    asked = [line["faults"].get("discount", {}).get("mends") for line in answer["lines"]]
    assert asked == [["5", "0.95%"], ["5", "9.5%"], None]
    assert "1, 2" in answer["left_out"]


def test_what_a_row_lacks_is_named_with_its_line(as_rep, customer):
    answer = as_rep.post(TOTALS, grid(row(), {"name": "没有的东西", "unit_price": "3"})).json()
    assert [list(line["missing"]) for line in answer["lines"]] == [[], ["quantity"]]
    assert answer["lines"][1]["missing"]["quantity"] == "Line 2 is incomplete: quantity is missing."


def test_totals_fill_in_a_pasted_product_and_offer_the_last_price(as_rep, customer, cabinet):
    make_order(customer=customer, status=Status.APPROVED, lines=[(cabinet, 4, "8450")])
    answer = as_rep.post(TOTALS, {**grid({"name": "KX-200", "quantity": "2"}), "customer": customer.number}).json()
    line = answer["lines"][0]
    assert line["filled"] == {
        "product": str(cabinet.pk),
        "name": "控制柜",
        "specification": "KX-200",
        "unit": "台",
        "unit_price": "8,600.00",
        "tax_rate": "13",
    }
    assert line["offer"]["price"] == "8,450.00"
    assert line["net"] == "17,200.00"


def test_totals_of_nothing_are_zero(as_rep):
    answer = as_rep.post(TOTALS, {}).json()
    assert (answer["gross"], answer["capitals"], answer["lines"]) == ("0.00", "", [])
    assert as_rep.get(TOTALS).status_code == 405


@pytest.mark.parametrize("text", ["kx-2", "控制", "kzg", "kongzhi"])
def test_products_are_found_by_number_name_pinyin_and_initials(as_rep, cabinet, text):
    ProductFactory(code="OFF-1", active=False)
    found = as_rep.get("/orders/suggest-products/", {"q": text}).json()["results"]
    assert [product["code"] for product in found] == ["KX-200"]


def test_a_suggestion_carries_price_stock_and_the_last_deal(as_rep, customer, cabinet):
    make_order(
        customer=customer, status=Status.APPROVED, lines=[(cabinet, 4, "8450")], order_date=datetime.date(2026, 8, 14)
    )
    make_order(customer=customer, lines=[(cabinet, 4, "1")])
    answer = as_rep.get("/orders/suggest-products/", {"q": "kx", "customer": customer.pk}).json()["results"][0]
    assert (answer["list_price"], answer["tax_rate"], answer["on_hand"], answer["lead_time"]) == (
        "8,600.00",
        "13",
        "0",
        12,
    )
    assert (answer["last_price"], answer["last_price_when"]) == ("8,450.00", "2026-08-14")
    assert "2026-08-14" in answer["offer"]["note"]


def test_the_search_costs_the_same_however_much_it_finds(as_rep, customer):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            as_rep.get("/orders/suggest-products/", {"q": "kx", "customer": customer.pk})
        return len(captured)

    make_order(customer=customer, status=Status.APPROVED, lines=[(ProductFactory(), 1, "1")])
    few = queries()
    make_order(customer=customer, status=Status.APPROVED, lines=[(ProductFactory(), 1, "1") for _ in range(11)])
    assert queries() == few
