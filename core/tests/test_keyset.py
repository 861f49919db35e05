"""Paging by key shows every row once, in both directions, whatever the sort."""

import pytest

from core.keyset import page_of
from products.models import Product
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def products():
    return [ProductFactory(name=f"品{n % 3}", list_price=n % 4) for n in range(23)]


def walk(sort, size=5):
    """All pages from first to last."""
    pages, cursor = [], ""
    while True:
        page = page_of(Product.objects.all(), sort, cursor, size)
        pages.append(page)
        if not page.next:
            return pages
        cursor = page.next


@pytest.mark.parametrize("sort", ["id", "-id", "name", "-name", "list_price", "-list_price"])
def test_every_row_appears_once_in_order(products, sort):
    rows = [row for page in walk(sort) for row in page.rows]
    field = sort.lstrip("-")
    expected = sorted(products, key=lambda p: (getattr(p, field), p.pk), reverse=sort.startswith("-"))
    assert [r.pk for r in rows] == [p.pk for p in expected]


@pytest.mark.parametrize("sort", ["-id", "name", "-list_price"])
def test_walking_back_shows_the_same_pages(products, sort):
    pages = walk(sort)
    cursor = pages[-1].previous
    for before in reversed(pages[:-1]):
        page = page_of(Product.objects.all(), sort, cursor, 5)
        assert [r.pk for r in page.rows] == [r.pk for r in before.rows]
        cursor = page.previous
    assert cursor == ""


def test_a_page_costs_two_queries_at_any_depth(products, django_assert_num_queries):
    deep = walk("name")[-2].next
    with django_assert_num_queries(2):
        page_of(Product.objects.all(), "name", deep, 5)


def test_a_forged_or_foreign_cursor_shows_the_first_page(products):
    first = page_of(Product.objects.all(), "name", "", 5)
    other_sort = page_of(Product.objects.all(), "-name", "", 5).next
    for cursor in ("nonsense", other_sort):
        assert [r.pk for r in page_of(Product.objects.all(), "name", cursor, 5).rows] == [r.pk for r in first.rows]


@pytest.mark.parametrize("in_order", [False, True])
def test_the_count_stops_at_its_cap(products, in_order):
    page = page_of(Product.objects.all(), "id", "", 5, count_cap=10, count_in_order=in_order)
    assert (page.count, page.capped) == (10, True)
    page = page_of(Product.objects.all(), "-id", "", 5, count_in_order=in_order)
    assert (page.count, page.capped) == (Product.objects.count(), False)
