"""What order entry does with agreed prices: filled in first, named, offered again, never over what was typed."""

import re
from datetime import date
from decimal import Decimal

import pytest

from orders.models import OrderLine
from orders.statuses import Status
from orders.tests.entry_forms import form, grid, row, values
from tests.factories import AgreementFactory, CustomerFactory, ProductFactory, make_order, terms

pytestmark = pytest.mark.django_db

NEW, TOTALS, SUGGEST = "/orders/new/", "/orders/totals/", "/orders/suggest-products/"
YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


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


@pytest.fixture
def agreement(customer, cabinet):
    return AgreementFactory(customer=customer, product=cabinet, price=Decimal("8256"), **YEAR)


def totals(client, customer, *rows, day="2026-11-30"):
    posted = {**grid(*rows), "customer": customer.number, "order_date": day}
    return client.post(TOTALS, posted).json()["lines"]


def test_a_suggestion_names_the_agreed_price_first_and_the_last_one_after_it(as_rep, customer, cabinet, agreement):
    make_order(customer=customer, status=Status.APPROVED, lines=[(cabinet, 4, "8450")])
    asked = {"q": "kx", "customer": customer.pk, "order_date": "2026-11-30"}
    found = as_rep.get(SUGGEST, asked).json()["results"][0]
    assert found["agreed"] == {
        "label": "Agreed price",
        "price": "8,256.00",
        "discount": "0",
        "note": "(until 2026-12-31)",
    }
    assert found["offer"]["price"] == "8,450.00"
    assert found["price"] == "Agreed price 8,256.00"
    later = as_rep.get(SUGGEST, {**asked, "order_date": "2027-01-01"}).json()["results"][0]
    assert (later["agreed"], later["price"]) == (None, "8,600.00")


def test_a_pasted_product_without_a_price_gets_the_agreed_one(as_rep, customer, agreement):
    (line,) = totals(as_rep, customer, {"name": "KX-200", "quantity": "2"})
    assert line["filled"]["unit_price"] == "8,256.00"
    assert line["net"] == "16,512.00"
    assert line["agreed"]["price"] == "8,256.00"


def test_a_typed_price_stays_and_the_agreed_one_is_offered(as_rep, customer, cabinet, agreement):
    (line,) = totals(as_rep, customer, {"name": "KX-200", "quantity": "2", "unit_price": "8000"})
    assert "unit_price" not in line["filled"]
    assert line["net"] == "16,000.00"
    assert line["agreed"]["price"] == "8,256.00"


def test_another_order_date_brings_another_agreement(as_rep, customer, cabinet, agreement):
    AgreementFactory(customer=customer, product=cabinet, price=8100, starts_on=date(2027, 1, 1), ends_on=None)
    known = row(product=str(cabinet.pk), quantity="2", unit_price="8256")
    (line,) = totals(as_rep, customer, known, day="2027-01-05")
    assert (line["agreed"]["price"], line["agreed"]["note"]) == ("8,100.00", "(open end)")
    assert line["filled"] == {}


def test_another_customer_keeps_what_was_typed_and_offers_its_own_price(as_rep, rep, customer, cabinet, agreement):
    other = CustomerFactory(owner=rep, payment_terms=terms())
    AgreementFactory(customer=other, product=cabinet, price=7900, **YEAR)
    typed = row(product=str(cabinet.pk), quantity="2", unit_price="8256")
    page = as_rep.post(
        NEW, {**form(customer, typed), "customer": other.number, "order_date": "2026-11-30", "use_customer": "1"}
    )
    text = page.content.decode()
    assert values(page, "unit_price")[0] == "8256"
    assert 'data-agreed-price="7,900.00"' in text
    assert re.search(r"row-offer.*Agreed price <b>7,900.00</b> \(until 2026-12-31\)", text)


def test_a_line_that_keeps_to_the_agreed_price_by_its_discount_strays_not(as_rep, customer, cabinet, agreement):
    kept = make_order(customer=customer, lines=[(cabinet, 2, "8600")], order_date=date(2026, 11, 30))
    OrderLine.objects.filter(order=kept).update(discount=4)
    assert "row-offer" not in as_rep.get(f"/orders/{kept.pk}/edit/").content.decode()
    strays = make_order(customer=customer, lines=[(cabinet, 2, "8600")], order_date=date(2026, 11, 30))
    assert "row-offer" in as_rep.get(f"/orders/{strays.pk}/edit/").content.decode()


def test_without_javascript_a_number_alone_is_saved_at_the_agreed_price(as_rep, customer, agreement):
    sent = {**form(customer, {"name": "KX-200", "quantity": "2"}), "order_date": "2026-11-30", "save": "1"}
    assert as_rep.post(NEW, sent).status_code in (302, 303)
    assert OrderLine.objects.get().unit_price == Decimal("8256")


def test_order_again_offers_what_is_agreed_now(as_rep, customer, cabinet, agreement):
    agreement_now = AgreementFactory(customer=customer, product=ProductFactory(), price=70, ends_on=None)
    old = make_order(customer=customer, status=Status.APPROVED, lines=[(agreement_now.product, 3, "80")])
    text = as_rep.get(NEW, {"customer": customer.pk, "like": old.pk}).content.decode()
    assert 'data-agreed-price="70.00"' in text
    assert 'data-offer-price="1,000.00"' in text


def test_foreign_agreements_are_not_offered(as_other_rep, customer, agreement):
    assert totals(as_other_rep, customer, {"name": "KX-200", "quantity": "2"})[0]["agreed"] is None
    asked = {"q": "kx", "customer": customer.pk, "order_date": "2026-11-30"}
    assert as_other_rep.get(SUGGEST, asked).status_code == 404
