"""After-sales see whom and what something was shipped to, without a single price."""

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from core.exports import request_export
from core.jobs import files, runner
from core.search import find
from customers.models import Customer
from fulfilment.models import Shipment
from fulfilment.statuses import ShipmentStatus
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order, make_shipment, released_order

pytestmark = pytest.mark.django_db

CANARY = "4321.98"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sent(rep):
    """An order of which something has left."""
    customer = CustomerFactory(owner=rep, short_name="海雅装备", invoice_title="海雅开票抬头", credit_limit=CANARY)
    order = released_order(customer=customer, lines=[("控制柜", 2, CANARY)])
    make_shipment(order, status=ShipmentStatus.SHIPPED)
    return order


@pytest.fixture
def others(rep):
    """What has not left: an approved order, a packed one, a draft."""
    released = released_order(customer=CustomerFactory(owner=rep))
    make_shipment(released, status=ShipmentStatus.PACKING)
    statuses = (Status.APPROVED, Status.DRAFT)
    return [released, *(make_order(customer=CustomerFactory(owner=rep), status=status) for status in statuses)]


def test_service_sees_the_customer_the_order_and_the_shipment_of_what_has_left_and_nothing_else(service, sent, others):
    assert list(Order.objects.visible_to(service)) == [sent]
    assert list(Customer.objects.visible_to(service)) == [sent.customer]
    assert [shipment.order for shipment in Shipment.objects.visible_to(service)] == [sent]


def test_service_finds_what_has_left_by_the_header_search_without_a_price(service, sent, others):
    hits = find(service, "海雅装备")
    assert [hit.url for hit in hits] == [sent.customer.get_absolute_url(), sent.get_absolute_url()]
    assert not [hit for hit in hits if "¥" in hit.detail]


@pytest.mark.parametrize("key", ["orders", "customers", "shipments"])
def test_what_service_exports_holds_what_has_left_and_no_price(service, sent, others, key):
    job = request_export(key, query="", by=service)
    runner.run_job(job.pk)
    job.refresh_from_db()
    book = load_workbook(files.path_of(job))
    assert book.worksheets[0].max_row == 2
    said = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [text for text in said if "4321" in text or "4883" in text or "元" in text]


def test_the_customers_file_shows_service_no_money(as_service, sent):
    page = as_service.get(sent.customer.get_absolute_url()).content.decode()
    assert "海雅装备" in page
    assert not [words for words in ("海雅开票抬头", "付款方式", "可用信用", "编辑档案") if words in page]
    orders = as_service.get(reverse("orders:customer-orders", args=[sent.customer.pk])).content.decode()
    assert str(sent) in orders
    assert "9,767" not in orders


def test_service_may_look_and_not_write(as_service, sent):
    shipment = sent.shipments.get()
    for address in (
        f"/orders/{sent.pk}/print/",
        f"/orders/{sent.pk}/receipts/",
        f"/customers/{sent.customer_id}/edit/",
    ):
        assert as_service.get(address).status_code == 403
    assert as_service.post(f"/shipments/{shipment.pk}/sign_off/").status_code == 403
