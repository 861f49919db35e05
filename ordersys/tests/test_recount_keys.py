from io import StringIO

import pytest
from django.core.management import call_command

from customers.models import Customer
from orders.models import Order
from products.models import Product
from tests.factories import make_order

pytestmark = pytest.mark.django_db


def recount() -> str:
    out = StringIO()
    call_command("recount_keys", stdout=out)
    return out.getvalue().strip()


def test_keys_are_made_again_once():
    make_order(number="202611甲001")
    recount()
    kept = [list(model.objects.order_by("pk").values()) for model in (Customer, Product, Order)]
    Customer.objects.update(search_key="", name_key="")
    Product.objects.update(search_key="", name_key="")
    Order.objects.update(own_key="", number_key=None)
    assert recount() == "1 customers, 1 products, 1 orders, 0 shipments, 0 receipts"
    assert [list(model.objects.order_by("pk").values()) for model in (Customer, Product, Order)] == kept
    assert recount() == "0 customers, 0 products, 0 orders, 0 shipments, 0 receipts"
