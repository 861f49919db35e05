"""What was recorded after a month was closed: what belongs into a supplement, and what is a record's further life."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from analytics.archive.closing import archive_of, request_closing
from analytics.archive.supplements import add_supplement, late_of, rows_of
from analytics.archive.verify import differences
from analytics.figures.months import Month
from billing.models import Receipt
from billing.receipts import record_receipt, reverse_receipt
from core.jobs import runner
from core.workflow import take
from fulfilment.models import Carrier
from fulfilment.services import change_transport
from fulfilment.sign_off import Arrival, sign_off_shipment
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order, make_shipment, released_order
from tests.sample_files import picture

pytestmark = pytest.mark.django_db
MONTH = Month.current().shifted(-1)
DAY = MONTH.first + timedelta(days=9)


@pytest.fixture
def booked():
    return released_order(order_date=MONTH.first)


@pytest.fixture
def under_way(booked):
    """A shipment that left in the month and has not arrived."""
    carrier = Carrier.objects.create(name="顺丰")
    return make_shipment(
        booked, status="shipped", shipped_on=DAY, expected_on=DAY, carrier=carrier, tracking_number="SF0"
    )


def close():
    runner.run_job(request_closing(month=MONTH, by=None).pk)
    return archive_of(MONTH)


def receive(order, finance, on=DAY) -> Receipt:
    return record_receipt(
        order=order, amount=Decimal("500.00"), received_on=on, method=Receipt.Method.TRANSFER, by=finance
    )


def sign_off(shipment, by, on):
    arrivals = {line.pk: Arrival(line.quantity, "good") for line in shipment.lines.all()}
    return sign_off_shipment(
        shipment=shipment, arrivals=arrivals, signed_on=on, signed_by="周建", proof=picture(), by=by
    )


def late(archive) -> dict[str, list[dict]]:
    return {key: [row for _pk, row in rows] for key, rows in late_of(archive).items()}


def test_a_sign_off_within_the_month_that_was_recorded_late_is_supplemented(under_way, finance, operations):
    archive = close()
    sign_off(under_way, operations, on=DAY + timedelta(days=2))
    assert [row["signed_on"] for row in late(archive)["shipments"]] == [str(DAY + timedelta(days=2))]
    supplement = add_supplement(archive=archive, note="漏记的签收", by=finance)
    assert [pk for pk, _row in rows_of(supplement)["shipments"]] == [under_way.pk]
    assert late(archive) == {}
    assert list(differences(archive)) == []


def test_a_sign_off_of_a_later_month_is_the_shipment_s_further_life(under_way, operations):
    archive = close()
    sign_off(under_way, operations, on=timezone.localdate())
    assert late(archive) == {}


def test_another_tracking_number_of_a_kept_shipment_is_supplemented_each_time_it_changes(
    under_way, finance, operations
):
    archive = close()
    for number in ("SF1", "SF2"):
        change_transport(shipment=under_way, transport={"tracking_number": number}, by=operations)
        assert [row["tracking_number"] for row in late(archive)["shipments"]] == [number]
        add_supplement(archive=archive, note="更正单号", by=finance)
        assert late(archive) == {}


def test_another_expected_arrival_is_its_further_life(under_way, operations):
    archive = close()
    change_transport(shipment=under_way, transport={"expected_on": timezone.localdate()}, by=operations)
    assert late(archive) == {}


def test_the_reversal_of_a_kept_receipt_is_supplemented_and_stands_in_its_own_month(booked, finance):
    receipt = receive(booked, finance)
    archive = close()
    opposite = reverse_receipt(receipt=receipt, by=finance, reason="记错客户")
    assert [(row["amount"], row["note"]) for row in late(archive)["receipts"]] == [("-500.00", "记错客户")]
    add_supplement(archive=archive, note="冲销", by=finance)
    assert late(archive) == {}
    assert opposite.received_on in Month.current()


def test_a_receipt_and_its_reversal_that_both_came_late_are_both_supplemented(booked, finance):
    archive = close()
    reverse_receipt(receipt=receive(booked, finance), by=finance, reason="记错客户")
    assert [row["amount"] for row in late(archive)["receipts"]] == ["500.00", "-500.00"]


def test_a_reversal_before_the_closing_is_no_correction_of_the_archive(booked, finance):
    reverse_receipt(receipt=receive(booked, finance), by=finance, reason="记错客户")
    assert late(close()) == {}


def test_a_shipment_of_the_month_that_was_recorded_late_is_supplemented(booked):
    archive = close()
    make_shipment(booked, status="shipped", shipped_on=DAY)
    assert len(late(archive)["shipments"]) == 1


def test_a_cancellation_is_an_adjustment_of_its_own_month_and_no_late_fact(rep, manager, as_finance):
    booked = make_order(customer=CustomerFactory(owner=rep), status=Status.APPROVED, order_date=MONTH.first)
    archive = close()
    take(booked, "cancel", by=manager, note="客户撤单")
    booked.refresh_from_db()
    assert booked.status == Status.CANCELLED
    assert late(archive) == {}
    page = as_finance.get(f"/archive/{Month.current()}/").content.decode()
    assert f'href="/orders/{booked.pk}/"' in page
    assert "10,000.00" in page
    assert list(differences(archive)) == []


def test_the_page_names_what_came_late_before_and_after_it_is_kept(under_way, booked, finance, as_finance):
    archive = close()
    receive(booked, finance)
    named = f"{DAY} {booked.customer.name} ¥500.00"
    assert named in as_finance.get(f"/archive/{MONTH}/").content.decode()
    add_supplement(archive=archive, note="漏记的回单", by=finance)
    page = as_finance.get(f"/archive/{MONTH}/").content.decode()
    assert named in page
    assert "archive-supplement" not in page
