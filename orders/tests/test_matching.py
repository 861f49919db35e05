"""Orders are found by all that people have in hand, and products by what they type."""

import pytest
from django.urls import reverse

from customers.models import Customer
from orders.matching import OrderSearch, orders_matching
from orders.models import Order
from orders.statuses import Status
from products.models import Product
from tests.factories import CustomerFactory, ProductFactory, make_order, make_shipment, released_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(rep):
    customer = CustomerFactory(owner=rep, name="云汀海测装备（集团）有限公司", short_name="海测装备")
    product = ProductFactory(code="KX-500", name="控制柜（防爆型）")
    order = make_order(
        customer=customer,
        customer_reference="PO-77881/A",
        status=Status.APPROVED,
        number="202611海测装备001",
        lines=[(product, 1, "1000")],
    )
    make_order(customer=CustomerFactory(owner=rep, short_name="飞鱼岛"), status=Status.APPROVED)
    return order


@pytest.mark.parametrize(
    "typed",
    [
        "202611海测装备001",
        "202611 海测装备 001",
        "海测装备001",
        "海测装备 001",
        "202611 海测",
        "２０２６１１海测装备００１",
        "hczb001",
        "haice",
        "hai'ce",
        "202611hczb",
        "PO-77881/A",
        "po-77881",
        "po 77881",
        "PO—77881／Ａ",
        "KX-500",
        "kx500",
        "控制柜(防爆型)",
        "云汀海测装备（集团）有限公司",
        "云汀海测装备(集团)有限公司",
    ],
)
def test_an_order_is_found_by_what_people_have_in_hand(order, as_rep, typed):
    assert list(orders_matching(Order.objects.all(), typed)) == [order]
    assert order.number in as_rep.get(reverse("orders:list"), {"q": typed}).content.decode()
    hits = as_rep.get(reverse("search"), {"q": typed}, headers={"HX-Request": "true"}).content.decode()
    assert order.get_absolute_url() in hits


@pytest.mark.parametrize("typed", ["海测装备002", "po-77882", "kx501", "202612 海测", "%"])
def test_an_order_is_not_found_by_what_is_another_thing(order, typed):
    assert not orders_matching(Order.objects.all(), typed).exists()


@pytest.mark.parametrize("typed", ["SF 1234-5678", "sf12345678"[:6], "ＳＦ１２３４－５６７８"])
def test_an_order_is_found_by_the_number_under_which_it_travels(rep, as_rep, typed):
    shipment = make_shipment(released_order(customer=CustomerFactory(owner=rep)))
    shipment.tracking_number = "SF1234-5678"
    shipment.save(update_fields=["tracking_number", "tracking_key"])
    assert list(orders_matching(Order.objects.all(), typed)) == [shipment.order]
    assert shipment.tracking_number in as_rep.get(reverse("fulfilment:list"), {"q": typed}).content.decode()


def test_a_line_that_a_later_revision_dropped_finds_nothing(order):
    Order.objects.filter(pk=order.pk).update(revision=2)
    assert not orders_matching(Order.objects.all(), "kx500").exists()


@pytest.mark.parametrize("typed", ["电缆桥架", "桥架 镀锌", "xqj-200", "ＸＱＪ－２００", "电缆桥架（镀锌）"])
def test_an_order_is_found_by_a_line_without_a_product(order, as_rep, rep, typed):
    free = make_order(
        customer=CustomerFactory(owner=rep, short_name="青麦"), lines=[("电缆桥架（镀锌） XQJ-200", 1, "10")]
    )
    assert list(orders_matching(Order.objects.all(), typed)) == [free]
    assert "青麦" in as_rep.get(reverse("orders:list"), {"q": typed}).content.decode()
    Order.objects.filter(pk=free.pk).update(revision=2)
    assert not orders_matching(Order.objects.all(), typed).exists()


def test_an_order_of_a_renamed_customer_is_found_by_the_name_that_lists_show(order):
    Customer.objects.filter(pk=order.customer_id).update(search_key="新名字 xinmingzi xmz")
    assert list(orders_matching(Order.objects.all(), "海测装备")) == [order]
    assert list(orders_matching(Order.objects.all(), "新名字")) == [order]


def test_many_orders_of_a_month_are_found_by_a_walk(order):
    Order.objects.exclude(pk=order.pk).update(own_key="x")
    assert OrderSearch("202611").called == [order.pk]
    Order.objects.exclude(pk=order.pk).update(own_key="202611")
    assert OrderSearch("202611").called is None
    assert orders_matching(Order.objects.all(), "202611 海测").get() == order


def test_the_search_asks_as_often_whatever_there_is(order, django_assert_num_queries):
    Order.objects.exclude(pk=order.pk).update(own_key="x")
    with django_assert_num_queries(9):
        list(orders_matching(Order.objects.all(), "kx500"))


@pytest.mark.parametrize(
    ("product", "typed"),
    [
        ({"code": "KX-500", "name": "控制柜（防爆型）"}, "控制柜（防爆型）"),
        ({"code": "KX-500", "name": "控制柜（防爆型）"}, "控制柜(防爆型)"),
        ({"code": "KX-500", "name": "控制柜"}, "kx500"),
        ({"code": "KX-500", "name": "控制柜"}, "控制柜500"),
        ({"code": "KX-500", "name": "控制柜"}, "kzg500"),
        ({"code": "D1", "name": "电缆", "specification": "YJV-0.6/1kV 4×16mm²"}, "yjv 4*16"),
        ({"code": "D1", "name": "电缆", "specification": "YJV-0.6/1kV 4×16mm²"}, "yjv4*16"),
        ({"code": "D1", "name": "电缆", "specification": "YJV-0.6/1kV 4×16mm²"}, "电缆 YJV-0.6/1kV 4×16mm²"),
        ({"code": "CY1", "name": "朝阳灯"}, "chaoyang"),
    ],
)
def test_a_product_is_found_by_natural_typing(as_rep, product, typed):
    product = ProductFactory(**{"specification": "标准型", **product})
    ProductFactory(code="ZZ-9", name="法兰", specification="DN80")
    assert list(Product.objects.matching(typed)) == [product]
    for page in ("products:suggest", "orders:suggest-products"):
        assert product.code in as_rep.get(reverse(page), {"q": typed}).content.decode()
    hits = as_rep.get(reverse("search"), {"q": typed}, headers={"HX-Request": "true"}).content.decode()
    assert product.get_absolute_url() in hits


def test_what_matches_as_a_whole_hides_what_matches_in_parts():
    whole = ProductFactory(code="KX-500")
    ProductFactory(code="KX-2", specification="500 A")
    assert list(Product.objects.matching("kx500")) == [whole]
