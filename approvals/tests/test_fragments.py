"""The gate's figures for other pages: available credit, earliest feasible date."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from customers.models import GradePolicy
from orders.statuses import Status
from products.services import record_stock_move
from tests.factories import ProductFactory, UserFactory

pytestmark = pytest.mark.django_db
FEASIBLE = "/fragments/feasible-date/"


def credit(customer):
    return reverse("approvals:credit", args=[customer.pk])


def test_credit_shows_limit_parts_and_what_is_available(order_at, customer, as_rep):
    order_at(Status.APPROVED)
    page = as_rep.get(credit(customer))
    assert page.context["available"] == Decimal("488700.00")
    assert "488,700.00" in page.content.decode()


def test_the_order_that_asks_does_not_count(order_at, customer, as_rep):
    order = order_at(Status.APPROVED)
    assert as_rep.get(f"{credit(customer)}?order={order.pk}").context["available"] == Decimal("500000.00")


@pytest.mark.parametrize("order", ["", "x", "-1", "9" * 30, "12345"])
def test_nonsense_about_the_order_is_ignored(order, customer, as_rep):
    assert as_rep.get(f"{credit(customer)}?order={order}").status_code == 200


def test_credit_that_is_not_set_is_said_so(customer, as_rep):
    GradePolicy.objects.update(credit_limit=None)
    assert as_rep.get(credit(customer)).context["available"] is None


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("as_manager", 200),
        ("as_finance", 200),
        ("as_admin", 200),
        ("as_other_rep", 404),
        ("as_operations", 403),
        ("as_service", 403),
    ],
)
def test_credit_is_for_those_who_see_customer_and_prices(who, status, customer, request):
    client = request.getfixturevalue(who)
    assert client.get(credit(customer)).status_code == status
    assert client.post(credit(customer)).status_code in (405, status)


def test_the_earliest_feasible_date_of_lines_that_are_being_typed(as_rep, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 20))
    product, other = ProductFactory(lead_time=5), ProductFactory(lead_time=9)
    record_stock_move(product=other, quantity=Decimal(3), reason="opening", by=UserFactory())
    posted = {
        "order_date": "2026-11-23",
        "lines-0-product": product.pk,
        "lines-0-quantity": "1,000",
        "lines-1-product": other.pk,
        "lines-1-quantity": "３",
        "lines-2-product": "",
        "lines-2-quantity": "4",
    }
    answer = as_rep.post(FEASIBLE, posted).json()
    assert (answer["date"], answer["estimated"]) == ("2026-11-30", False)
    assert "1000" in answer["explanation"]


@pytest.mark.parametrize("day", ["", "2026-13-40", "gestern", "0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("quantity", ["", "abc", "NaN", "1e999999999", "-4", "9" * 40])
def test_nonsense_in_the_lines_is_left_out(day, quantity, as_rep):
    product = ProductFactory(lead_time=5)
    posted = {"order_date": day, "lines-0-product": product.pk, "lines-0-quantity": quantity, "lines-1-product": "x"}
    answer = as_rep.post(FEASIBLE, posted)
    assert answer.status_code == 200
    assert answer.json()["date"]


def test_the_date_is_a_post_for_those_who_see_prices(as_rep, as_operations):
    assert as_rep.get(FEASIBLE).status_code == 405
    assert as_operations.post(FEASIBLE).status_code == 403
