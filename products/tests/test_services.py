"""The catalogue and the stock ledger change only through services, which keep search and history true."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.events import timeline_of
from products.invariants import wrong_stock
from products.models import Product, StockMove
from products.services import create_product, record_stock_move, update_product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def new_product(**facts):
    facts = {"code": "KX-900", "name": "控制柜", "specification": "红色", "list_price": Decimal("8600")} | facts
    return Product(category=CategoryFactory(), unit="台", **facts)


@pytest.mark.parametrize("text", ["kx-9", "控制", "红色", "kongzhi", "KZG", "hongse", " hs ", "ＫＸ 红"])
def test_a_product_is_found_by_number_name_specification_pinyin_and_initials(admin, text):
    product = create_product(product=new_product(), by=admin)
    assert list(Product.objects.matching(text)) == [product]


def test_a_renamed_product_is_found_by_its_new_name_only(admin):
    product = create_product(product=new_product(), by=admin)
    product.name = "水泵"
    update_product(product=product, by=admin)
    assert Product.objects.matching("shuibeng").exists()
    assert not Product.objects.matching("kongzhigui").exists()


def test_a_change_stands_in_the_history_with_old_and_new(admin):
    product = create_product(product=new_product(), by=admin)
    product.list_price = Decimal("9000")
    update_product(product=product, by=admin)
    newest = timeline_of(product)[0]
    assert newest.actor_name == "管理员"
    assert newest.changes[0][1:] == ("8,600", "9,000")


def test_saving_without_a_change_leaves_no_trace(admin):
    product = create_product(product=new_product(), by=admin)
    update_product(product=Product.objects.get(pk=product.pk), by=admin)
    assert len(timeline_of(product)) == 1


@pytest.mark.parametrize("facts", [{"list_price": Decimal("-1")}, {"tax_rate": Decimal("101")}, {"code": ""}])
def test_a_senseless_product_is_refused(admin, facts):
    with pytest.raises(ValidationError):
        create_product(product=new_product(**facts), by=admin)
    assert not Product.objects.exists()


def test_stock_on_hand_is_the_sum_of_the_moves(operations):
    product = ProductFactory()
    for quantity in ("10.1", "0.2", "-3"):
        record_stock_move(product=product, quantity=Decimal(quantity), reason="count", by=operations)
    assert Product.objects.get().on_hand == Decimal("7.3")
    assert list(wrong_stock()) == []


def test_no_more_goes_out_than_there_is(operations):
    product = ProductFactory()
    record_stock_move(product=product, quantity=Decimal(3), reason="opening", by=operations)
    with pytest.raises(ValidationError):
        record_stock_move(product=product, quantity=Decimal(-4), reason="count", by=operations)
    assert StockMove.objects.count() == 1


def test_a_service_and_a_move_of_nothing_are_refused(operations):
    with pytest.raises(ValidationError):
        record_stock_move(product=ProductFactory(kind="service"), quantity=Decimal(1), reason="opening", by=operations)
    with pytest.raises(ValidationError):
        record_stock_move(product=ProductFactory(), quantity=Decimal(0), reason="opening", by=operations)
