"""The catalogue's pages: found, sorted, and without prices for those who see none."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import escape

from products.services import create_product, record_stock_move, update_product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

CANARY = "73,911.37"
LIST = reverse("products:list")


@pytest.fixture
def canary(admin):
    """A product whose price must not leak, with a price change in its history and some stock."""
    product = ProductFactory.build(category=CategoryFactory(), list_price=Decimal("1"), name="金丝雀")
    create_product(product=product, by=admin)
    product.list_price = Decimal("73911.37")
    update_product(product=product, by=admin)
    record_stock_move(product=product, quantity=Decimal(8), reason="opening", by=admin)
    return product


def pages_of(product) -> list[str]:
    return [LIST, f"{LIST}?sort=list_price", product.get_absolute_url(), reverse("products:suggest")]


@pytest.mark.parametrize("role", ["operations", "service"])
def test_prices_do_not_leak_to_those_who_see_none(request, browser_of, canary, role):
    browser = browser_of(request.getfixturevalue(role))
    for url in pages_of(canary):
        answer = browser.get(url)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert CANARY not in page
        assert CANARY.replace(",", "") not in page


@pytest.mark.parametrize("role", ["rep", "manager", "finance", "admin"])
def test_those_who_see_prices_see_them(request, browser_of, canary, role):
    browser = browser_of(request.getfixturevalue(role))
    for url in pages_of(canary):
        assert CANARY in browser.get(url).content.decode()


def test_a_price_cannot_be_guessed_by_sorting(as_operations):
    ProductFactory(code="A-1", list_price=9)
    ProductFactory(code="B-1", list_price=1)
    page = as_operations.get(LIST, {"sort": "list_price"}).content.decode()
    assert page.index("A-1") < page.index("B-1")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "jsq"}, True),
        ({"q": "水泵"}, False),
        ({"kind": "goods"}, True),
        ({"kind": "service"}, False),
        ({"active": "no"}, False),
        ({"category": "999999"}, True),
    ],
)
def test_the_list_can_be_narrowed(as_rep, canary, query, found):
    answer = as_rep.get(LIST, query)
    assert answer.status_code == 200
    assert (canary.code in answer.content.decode()) is found


@pytest.mark.parametrize(
    "sort", ["code", "-code", "name_pinyin", "-list_price", "lead_time", "-on_hand", "nonsense", "-id--"]
)
def test_every_declared_sort_works_and_an_unknown_one_falls_back(as_rep, canary, sort):
    assert canary.code in as_rep.get(LIST, {"sort": sort}).content.decode()


def test_a_list_costs_the_same_however_long_it_is(as_rep, django_assert_max_num_queries):
    for _n in range(60):
        ProductFactory()
    with django_assert_max_num_queries(7):
        as_rep.get(LIST)


def test_type_ahead_offers_what_is_on_sale(as_rep, canary):
    ProductFactory(code="KX-OLD", active=False)
    results = as_rep.get(reverse("products:suggest"), {"q": ""}).json()["results"]
    assert [r["value"] for r in results] == [canary.pk]
    assert as_rep.get(reverse("products:suggest"), {"q": "%"}).json() == {"results": []}


def test_markup_in_a_name_shows_as_text(as_rep):
    product = ProductFactory(name="<script>alert(1)</script>")
    for url in (LIST, product.get_absolute_url()):
        page = as_rep.get(url).content.decode()
        assert product.name not in page
        assert escape(product.name) in page


def test_the_product_page_shows_stock_and_its_moves(as_operations, canary):
    page = as_operations.get(canary.get_absolute_url()).content.decode()
    assert "管理员" in page
    assert "8 <span" in page


def test_nobody_reads_the_catalogue_without_login(client, canary):
    for url in pages_of(canary):
        assert client.get(url).status_code == 302
