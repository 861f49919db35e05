"""The public sample database in our import format: everything arrives, nothing twice, and it adds up."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.db.models import Count

from core.invariants import examine as examine_invariants
from core.models import Event
from core.money import sum_of
from customers.models import Customer
from fulfilment.models import Shipment, ShipmentLine
from orders.models import Order, OrderLine, Receipt
from products.models import Product
from tests.workbooks import imported, notices

FOLDER = settings.BASE_DIR.parent / "shared" / "data" / "northwind"
KINDS = ("customers", "products", "orders")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample workbooks are not beside the project"),
]


def bring_all() -> list:
    return [imported(kind, FOLDER / f"{kind}.xlsx") for kind in KINDS]


def counts() -> list[int]:
    models = (Customer, Product, Order, OrderLine, Shipment, ShipmentLine, Receipt, Event)
    return [model.objects.count() for model in models]


def test_the_three_workbooks_arrive_completely_and_a_second_time_bring_nothing():
    bring_all()
    assert counts()[:4] == [89, 77, 830, 2155]
    assert sum_of(Order.objects.all(), "net_total") == Decimal("1265793.21")
    states = Order.objects.order_by("status").values_list("status").annotate(n=Count("pk"))
    assert dict(states) == {"approved": 21, "completed": 809}
    assert not Order.objects.exclude(rep=None).exists()

    before = counts()
    again = bring_all()
    assert [found.task.counts["unchanged"] for found in again] == [89, 77, 830]
    assert counts() == before
    assert not any(notices(found) for found in again)
    assert [finding.invariant.name for finding in examine_invariants() if not finding.holds] == []
