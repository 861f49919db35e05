"""What is low: at or below its reorder point, noted at the moment at which it comes to be."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.worklist import counts_for, items_for
from orders.reservations import products_of, refresh_reserved
from products.models import Product
from products.services import record_stock_move, update_product
from tests.factories import ProductFactory, released_order

pytestmark = pytest.mark.django_db
LIST = reverse("products:list")


@pytest.fixture
def stocked(operations):
    """A function: a product with ten on hand, to be bought again at some number."""

    def make(reorder_point, **more) -> Product:
        product = ProductFactory(reorder_point=reorder_point, **more)
        record_stock_move(product=product, quantity=Decimal(10), reason="opening", by=operations)
        return Product.objects.get(pk=product.pk)

    return make


def is_noted(product) -> bool:
    product.refresh_from_db()
    return product.low_since is not None


@pytest.mark.parametrize(("point", "low"), [(None, False), (9, False), (10, True), (11, True)])
def test_a_product_is_low_at_its_reorder_point_and_below(stocked, point, low):
    assert is_noted(stocked(point)) is low


def test_what_goes_out_and_comes_in_changes_the_level(stocked, operations):
    product = stocked(8)
    record_stock_move(product=product, quantity=Decimal(-2), reason="count", by=operations)
    since = Product.objects.get().low_since
    record_stock_move(product=product, quantity=Decimal(-1), reason="count", by=operations)
    assert Product.objects.get().low_since == since
    record_stock_move(product=product, quantity=Decimal(9), reason="purchase", by=operations)
    assert not is_noted(product)


def test_what_a_released_order_reserves_is_not_available_any_more(stocked):
    product = stocked(8)
    order = released_order(lines=[(product, 3, "100")])
    assert is_noted(product)
    order.lines.update(shipped_quantity=3)
    refresh_reserved(products_of(order))
    assert not is_noted(product)


def test_another_reorder_point_and_the_end_of_its_sale_change_the_level(stocked, manager):
    product = stocked(8)
    for facts, low in (({"reorder_point": Decimal(12)}, True), ({"active": False}, False), ({"active": True}, True)):
        for name, value in facts.items():
            setattr(product, name, value)
        update_product(product=product, by=manager)
        assert is_noted(product) is low, facts


def test_operations_have_it_on_their_worklist_two_working_days_and_nobody_else(stocked, operations, manager, rep):
    product = stocked(12, name="压力变送器")
    stocked(2)
    (item,) = [item for item in items_for(operations) if item.kind == "low_stock"]
    assert (item.whom, item.url) == (product.code, product.get_absolute_url())
    assert item.due > timezone.now()
    assert "12" in item.detail
    assert counts_for(operations)["low_stock"] == 1
    assert not [item for person in (manager, rep) for item in items_for(person) if item.kind == "low_stock"]


def test_the_list_shows_what_is_low_and_what_is_promised_beyond_the_stock(as_operations, stocked):
    low, fine, short = stocked(12, name="低的"), stocked(2, name="够的"), stocked(None, name="缺的")
    released_order(lines=[(short, 11, "100")])
    found = {key: as_operations.get(LIST, {"stock": key}).content.decode() for key in ("low", "short")}
    assert low.name in found["low"]
    assert fine.name not in found["low"]
    assert short.name in found["short"]
    assert low.name not in found["short"]
