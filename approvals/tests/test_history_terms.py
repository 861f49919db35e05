"""Payment terms of past orders: known ones, those that a file adds, and what is not guessed about them."""

from decimal import Decimal

import pytest

from approvals.imports.terms import parse
from approvals.tests.past_orders import DONE, OPEN, sheet
from customers.models import PaymentTerms, Trigger
from orders.models import Order
from tests.factories import CustomerFactory, ProductFactory
from tests.workbooks import examined, imported, notices, places, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(rep):
    return CustomerFactory(number="K1", short_name="海雅装备", owner=rep)


@pytest.fixture
def cabinet(db):
    return ProductFactory(code="KX-200", name="控制柜")


def test_terms_of_the_usual_form_become_a_template(tmp_path, customer, cabinet):
    found = imported("orders", sheet(tmp_path, {**OPEN, "付款方式": "40%定金+50%发货前 + 10%质保金后90天"}))
    terms = PaymentTerms.objects.get(name="40%定金，50%发货前，10%质保金后90天")
    parts = [(part.percent, part.trigger, part.days) for part in terms.instalments.all()]
    assert parts == [(40, Trigger.PREPAYMENT, 0), (50, Trigger.BEFORE_SHIPMENT, 0), (10, Trigger.ACCEPTANCE, 90)]
    assert Order.objects.get().payment_terms == terms
    assert any("40%" in notice for notice in notices(found))
    again = examined("orders", sheet(tmp_path, {**DONE, "付款方式": "40%定金,50%发货前,10%质保金后90天"}))
    assert not notices(again)


def test_known_terms_are_known_however_they_are_written(tmp_path, customer, cabinet):
    before = PaymentTerms.objects.count()
    imported("orders", sheet(tmp_path, {**DONE, "付款方式": "３０%预付款, 70% 到货款"}))
    assert Order.objects.get().payment_terms.name == "30%预付款，70%到货款"
    assert PaymentTerms.objects.count() == before


def test_an_order_without_terms_has_its_customers_or_is_due_on_arrival(tmp_path, customer, cabinet):
    found = imported("orders", sheet(tmp_path, {**DONE, "付款方式": None}))
    assert [part.trigger for part in Order.objects.get().current_instalments()] == [Trigger.ARRIVAL]
    assert len(notices(found)) == 2


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("30%预付款，70%到货款", [(30, Trigger.PREPAYMENT, 0), (70, Trigger.ARRIVAL, 0)]),
        ("100%月结30天", [(100, Trigger.ARRIVAL, 30)]),
        ("33.33%签约、66.67%验收后15日", [("33.33", Trigger.PREPAYMENT, 0), ("66.67", Trigger.ACCEPTANCE, 15)]),
        ("50%投产前 50%提货前", [(50, Trigger.BEFORE_PRODUCTION, 0), (50, Trigger.BEFORE_SHIPMENT, 0)]),
        ("预付30%，到货70%", []),
        ("30%预付款", []),
        ("0%预付款，100%到货款", []),
        ("现款", []),
    ],
)
def test_terms_are_read_by_their_words(name, parts):
    assert [(p.percent, p.trigger, p.days) for p in parse(name)] == [(Decimal(a), b, c) for a, b, c in parts]


@pytest.mark.parametrize(
    ("name", "total"),
    [("30%预付款，80%到货款", "110"), ("30%预付款", "30"), ("33.33%预付，33.33%到货，33.33%验收", "99.99")],
)
def test_terms_that_do_not_add_up_say_what_they_add_up_to(tmp_path, customer, cabinet, name, total):
    found = examined("orders", sheet(tmp_path, {**DONE, "付款方式": name}))
    assert places("orders", found) == [(2, "付款方式")]
    assert f"{total}%" in problems("orders", found)[0][2]


@pytest.mark.parametrize(
    "words", ["到货后3个月", "到货后45个工作日", "到货次月15日", "到货后4000天", "质保金（一年后）"]
)
def test_a_time_that_is_not_understood_is_told_and_no_days_are_made_of_it(tmp_path, customer, cabinet, words):
    found = imported("orders", sheet(tmp_path, {**OPEN, "付款方式": f"30%预付款，70%{words}"}))
    assert [part.days for part in PaymentTerms.objects.latest("pk").instalments.all()] == [0, 0]
    assert any("不认识" in notice for notice in notices(found))


def test_words_that_nobody_knows_are_taken_as_arrival_and_told(tmp_path, customer, cabinet):
    found = imported("orders", sheet(tmp_path, {**OPEN, "付款方式": "30%首期，70%其余"}))
    assert [p.trigger for p in Order.objects.get().current_instalments()] == [Trigger.ARRIVAL, Trigger.ARRIVAL]
    assert notices(found)
