"""Who bought a product, and at what prices: each person sees the orders that are theirs to see."""

import pytest
from django.urls import reverse

from orders.statuses import Status
from tests.factories import CustomerFactory, ProductFactory, UserFactory, make_order, released_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return ProductFactory()


@pytest.fixture
def page(product):
    return reverse("orders:product-buyers", args=[product.pk])


@pytest.fixture
def sold(rep, product):
    """The product sold by the rep at one price, by somebody else of another team at another."""
    foreign = CustomerFactory(owner=UserFactory(), short_name="远山水务")
    for customer, price in ((CustomerFactory(owner=rep, short_name="海雅装备"), "8123.45"), (foreign, "7654.32")):
        released_order(customer=customer, lines=[(product, 2, price)])


def test_a_rep_sees_own_customers_with_their_prices_and_no_others(as_rep, sold, page):
    shown = as_rep.get(page).content.decode()
    assert "海雅装备" in shown
    assert "8,123.45" in shown
    assert "远山水务" not in shown
    assert "7,654.32" not in shown


def test_finance_sees_all_of_them(as_finance, sold, page):
    shown = as_finance.get(page).content.decode()
    assert all(words in shown for words in ("海雅装备", "8,123.45", "远山水务", "7,654.32"))


def test_operations_see_who_gets_how_many_and_no_price(as_operations, sold, page):
    shown = as_operations.get(page).content.decode()
    assert "远山水务" in shown
    assert "8,123" not in shown
    assert "7,654" not in shown


def test_service_sees_nothing_that_was_not_shipped(as_service, sold, page):
    assert "海雅装备" not in as_service.get(page).content.decode()


def test_drafts_reviews_and_cancelled_orders_have_bought_nothing(as_finance, rep, product, page):
    for status in (Status.DRAFT, Status.MANAGER_REVIEW, Status.CANCELLED):
        make_order(customer=CustomerFactory(owner=rep), status=status, lines=[(product, 1, "8123.45")])
    assert "8,123.45" not in as_finance.get(page).content.decode()


def test_the_product_s_page_loads_it(as_rep, product, page):
    assert page in as_rep.get(product.get_absolute_url()).content.decode()
