"""Who sees an order or a customer that was shipped to reports what its file no longer says."""

import pytest

from care.models import ChangeReport
from fulfilment.statuses import ShipmentStatus
from tests.browsers import browser_of
from tests.factories import CustomerFactory, UserFactory, make_shipment, released_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team)


def test_operations_report_from_an_order_and_service_from_the_customer(customer, rep):
    order = released_order(customer=customer, rep=rep)
    make_shipment(order, status=ShipmentStatus.SHIPPED)
    operations, service = (UserFactory(role=role, team=None) for role in ("operations", "service"))
    url = f"/orders/{order.pk}/report-change/"
    assert browser_of(operations).post(url, {"text": "收货人换了"}).status_code == 303
    report = ChangeReport.objects.get(reported_by=operations)
    assert report.order_number == str(order)
    assert browser_of(service).post(f"/customers/{customer.pk}/changes/", {"text": "搬了"}).status_code == 303
