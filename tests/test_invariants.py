"""Every rule of ``check_invariants`` holds on sound data, and each is found when it is broken."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from accounts.roles import Role
from analytics.archive.closing import archive_of, folder, request_closing
from analytics.freshness import refresh
from analytics.models import BookedRollUp, Report
from analytics.months import Month
from approvals.models import Decision, Round, Stage
from core import guards, registries
from core.files import location_of, store_file
from core.invariants import examine
from core.jobs import runner
from core.models import Attachment, Counter
from customers.models import Customer
from fulfilment.models import Shipment
from fulfilment.statuses import ShipmentStatus
from orders.models import Instalment, Order, OrderLine, Receipt
from orders.receipts import record_receipt
from orders.statuses import Status
from products.models import Product
from tests.factories import (
    CustomerFactory,
    ProductFactory,
    TeamFactory,
    UserFactory,
    make_order,
    make_shipment,
    released_order,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def broken() -> set[str]:
    return {finding.invariant.name for finding in examine() if not finding.holds}


def pay(order):
    return record_receipt(
        order=order,
        amount=order.unpaid_total,
        received_on=order.order_date,
        method=Receipt.Method.TRANSFER,
        by=UserFactory(role=Role.FINANCE),
    )


def break_totals():
    order = make_order()
    Order.objects.filter(pk=order.pk).update(net_total=1, tax_total=0, gross_total=1)


def break_line():
    make_order()
    OrderLine.objects.update(net_amount=Decimal("12.34"))


def break_instalments():
    make_order()
    Instalment.objects.filter(position=1).update(amount=1)


def break_received():
    Order.objects.filter(pk=make_order().pk).update(received_total=5)


def break_allocations():
    order = make_order(status=Status.FINANCE_REVIEW, number="202611甲001")
    Receipt.objects.create(customer=order.customer, received_on=order.order_date, amount=7, recorded_by=order.rep)


def break_series():
    make_order(number="202611甲001")
    Counter.objects.create(series="order 202611甲", value=2)


def break_numbers():
    for number in ("202611甲001", "202611甲 001"):
        make_order(number=number)


def break_order_teams():
    Order.objects.filter(pk=make_order().pk).update(team=TeamFactory())


def break_customer_teams():
    Customer.objects.filter(pk=CustomerFactory().pk).update(team=TeamFactory())


def break_primary_contacts():
    CustomerFactory().contacts.update(is_primary=False)


def break_approvals():
    make_order(status=Status.APPROVED)


def break_four_eyes():
    order = make_order(status=Status.FINANCE_REVIEW, number="202611甲001")
    opened = Round.objects.create(order=order, number=1, submitted_by=order.rep, content={})
    Decision.objects.create(round=opened, stage=Stage.MANAGER, verdict="approved", by=order.drafted_by)


def break_credit():
    make_order(customer=CustomerFactory(credit_limit=1), status=Status.FINANCE_REVIEW, number="202611甲001")


def break_payment():
    Order.objects.filter(pk=make_order().pk).update(payment_status="paid")


def break_delivery():
    Order.objects.filter(pk=released_order().pk).update(delivery_status="shipped")


def break_proof():
    make_shipment(status=ShipmentStatus.SIGNED_OFF)


def break_stock():
    ProductFactory(on_hand=3)


def break_grades():
    Order.objects.filter(pk=make_order(customer=CustomerFactory(grade="B")).pk).update(grade="A")


def break_promised_lines():
    order = make_order(status=Status.APPROVED)
    order.lines.update(first_promised_date=order.order_date)


def break_reserved():
    released_order()
    Product.objects.update(reserved=7)


def break_shipments_customers():
    shipment = make_shipment()
    Shipment.objects.filter(pk=shipment.pk).update(customer=CustomerFactory())


def break_guards():
    guards.drop_all()


def break_files():
    order = make_order()
    store_file(subject=order, upload=SimpleUploadedFile("a.pdf", PDF), purpose="test", by=order.rep)
    location_of(Attachment.objects.get()).write_bytes(b"something else")


def break_archives():
    month = Month.current().shifted(-1)
    runner.run_job(request_closing(month=month, by=None).pk)
    (folder() / archive_of(month).workbook_name).unlink()


def break_rollups():
    make_order(status=Status.APPROVED, booking_date=Month.current().first)
    refresh()
    BookedRollUp.objects.update(net_total=1)


def break_reports():
    Report.objects.create(
        month=Month.current().shifted(-1).first,
        content={},
        written_at=timezone.now(),
        summary="被改过",
        signed_by=UserFactory(),
        signed_name="王丽",
        signed_at=timezone.now(),
        signed_hash="0" * 64,
    )


BREAKERS = {
    "order totals": break_totals,
    "line amounts": break_line,
    "instalments": break_instalments,
    "received": break_received,
    "allocations": break_allocations,
    "number series": break_series,
    "numbers": break_numbers,
    "teams": break_order_teams,
    "grades": break_grades,
    "promised lines": break_promised_lines,
    "reserved": break_reserved,
    "shipments' customers": break_shipments_customers,
    "customer teams": break_customer_teams,
    "primary contacts": break_primary_contacts,
    "approvals": break_approvals,
    "four eyes": break_four_eyes,
    "credit": break_credit,
    "payment": break_payment,
    "delivery": break_delivery,
    "proof": break_proof,
    "stock": break_stock,
    "guards": break_guards,
    "files": break_files,
    "archives": break_archives,
    "roll-ups": break_rollups,
    "reports": break_reports,
}


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_every_rule_is_broken_by_a_test():
    assert {invariant.name for invariant in registries.invariants} == set(BREAKERS)


@pytest.mark.parametrize("name", BREAKERS)
def test_a_broken_rule_is_found(name):
    BREAKERS[name]()
    assert name in broken()


def test_sound_data_breaks_nothing():
    order = make_order(status=Status.FINANCE_REVIEW, customer=CustomerFactory(credit_limit=1_000_000))
    pay(order)
    assert broken() == set()


def test_the_command_lists_what_is_broken_and_exits_with_one():
    break_totals()
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("check_invariants", stdout=out)
    assert left.value.code == 1
    assert "BROKEN order totals" in out.getvalue()


def test_the_command_is_quiet_about_sound_data():
    out = StringIO()
    call_command("check_invariants", stdout=out)
    assert "BROKEN" not in out.getvalue()
