"""The public sample database in our import format: everything arrives, nothing twice, and it adds up."""

import json
from datetime import datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from billing.models import Receipt
from core.invariants import examine as examine_invariants
from core.models import Event
from core.money import sum_of
from customers.models import Customer
from fulfilment.models import Shipment, ShipmentLine
from orders.models import Order, OrderLine
from ordersys.demo.clock import clock_at
from products.models import Product
from tests.workbooks import imported, notices

FOLDER = settings.BASE_DIR.parent / "shared" / "data" / "northwind"
KINDS = ("customers", "products", "orders")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample workbooks are not beside the project"),
]


#: The sample ends in May 1998. Read soon afterwards, its figures are of two years instead of thirty.
SOON_AFTER = datetime(1998, 6, 15, 12, tzinfo=timezone.get_default_timezone())


@pytest.fixture(scope="module")
def brought(django_db_setup, django_db_blocker):
    """The three workbooks, imported once for all tests here."""
    with django_db_blocker.unblock(), clock_at(SOON_AFTER), transaction.atomic():
        bring_all()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def sample(brought, db):
    pass


def bring_all() -> list:
    return [imported(kind, FOLDER / f"{kind}.xlsx") for kind in KINDS]


def counts() -> list[int]:
    models = (Customer, Product, Order, OrderLine, Shipment, ShipmentLine, Receipt, Event)
    return [model.objects.count() for model in models]


def test_the_three_workbooks_arrive_completely_and_a_second_time_bring_nothing(sample):
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


#: The keys of the stable interface, in its order.
FIGURES = [
    *("order_total", "order_count", "average_order", "refunds", "repurchase_rate", "repurchase_rate_12m", "a_share"),
    *("delivery_cycle_mean", "delivery_cycle_median", "on_time_rate", "delay_rate_by_category", "satisfaction"),
    *("response_in_time", "callback_in_time", "ticket_in_time", "cost_deviation", "waste_rate", "marginal_cost"),
]
EXACT = ("order_total", "order_count")


def printed(month: str) -> dict:
    output = StringIO()
    call_command("kpi", month, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_imported_orders_give_the_published_figures_of_every_month(sample):
    published = json.loads((FOLDER / "kpis.json").read_text())
    assert len(published) == 23
    for month, wanted in published.items():
        found = printed(month)
        assert list(found) == FIGURES
        assert {key: found[key] for key in EXACT} == {key: wanted[key] for key in EXACT}, month
        for key in wanted.keys() - set(EXACT):
            assert found[key] == pytest.approx(wanted[key], abs=1e-9), f"{month} {key}"
        average = Decimal(wanted["order_total"]) / wanted["order_count"]
        assert abs(Decimal(found["average_order"]) - average) <= Decimal("0.005"), month
    assert sum(Decimal(printed(month)["order_total"]) for month in published) == Decimal("1265793.21")
