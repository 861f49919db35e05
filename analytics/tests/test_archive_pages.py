"""The archive's pages: who sees them, what an open month asks for, what a closed one shows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from analytics.archive.closing import archive_of, folder, request_closing
from analytics.figures.months import Month
from billing.models import Receipt
from billing.receipts import record_receipt
from core.events import timeline_of
from core.jobs import runner
from core.models import Job
from orders.models import Order
from orders.statuses import Status
from tests.factories import make_order

pytestmark = pytest.mark.django_db
MONTH = Month.current().shifted(-1)
PAGE = f"/archive/{MONTH}/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def booked():
    return make_order(status=Status.APPROVED, order_date=MONTH.first, promised_date=MONTH.last)


@pytest.fixture
def closed(booked, finance):
    runner.run_job(request_closing(month=MONTH, by=finance).pk)
    return archive_of(MONTH)


def test_finance_closes_by_the_page_and_is_led_to_the_job(as_finance, booked, finance):
    page = as_finance.get(PAGE).content.decode()
    assert f'href="/orders/{booked.pk}/"' in page
    assert "archive-close" in page
    response = as_finance.post(f"{PAGE}close/")
    job = Job.objects.get()
    assert (response.status_code, response.url) == (303, job.get_absolute_url())
    runner.run_job(job.pk)
    job.refresh_from_db()
    assert job.outcome_url == PAGE
    assert archive_of(MONTH).period.closed_by == finance
    assert as_finance.post(f"{PAGE}close/").url == PAGE


def test_managers_read_and_cannot_close(as_manager, booked):
    assert "archive-close" not in as_manager.get(PAGE).content.decode()
    assert as_manager.post(f"{PAGE}close/").status_code == 403


def test_a_running_month_offers_no_closing(as_finance):
    running = f"/archive/{Month.current()}/"
    assert "archive-close" not in as_finance.get(running).content.decode()
    assert as_finance.post(f"{running}close/").status_code == 303
    assert not Job.objects.exists()


def test_what_is_no_month_is_not_found(as_finance):
    assert as_finance.get("/archive/2026-13/").status_code == 404


def test_a_closed_month_shows_its_archive_and_computes_nothing_anew(as_finance, closed, booked):
    before = as_finance.get(PAGE).content.decode()
    assert closed.content_hash in before
    assert "10,000.00" in before
    Order.objects.filter(pk=booked.pk).update(status=Status.CANCELLED, status_since=timezone.now())
    after = as_finance.get(PAGE).content.decode()
    assert "10,000.00" in after
    assert "10,000.00" in as_finance.get("/archive/").content.decode()


def test_the_workbook_is_downloaded_under_the_month_s_name(as_finance, as_manager, as_rep, closed):
    response = as_finance.get(f"{PAGE}download/")
    assert str(MONTH) in response["Content-Disposition"]
    assert b"".join(response.streaming_content) == (folder() / closed.workbook_name).read_bytes()
    assert {browser.get(f"{PAGE}download/").status_code for browser in (as_rep, as_manager)} == {403}
    (folder() / closed.workbook_name).unlink()
    assert as_finance.get(f"{PAGE}download/").status_code == 404


def test_verifying_says_so_and_stands_in_the_history(as_finance, as_manager, closed):
    page = as_finance.post(f"{PAGE}verify/", follow=True).content.decode()
    assert closed.content_hash in page
    (folder() / closed.workbook_name).unlink()
    assert closed.workbook_name in as_finance.post(f"{PAGE}verify/", follow=True).content.decode()
    page = as_manager.post(f"{PAGE}verify/", follow=True).content.decode()
    assert closed.workbook_name not in page
    assert 'role="alert"' in page
    assert len(timeline_of(closed.period)) == 5


def test_a_supplement_is_written_on_the_page(as_finance, closed, booked, finance):
    assert as_finance.post(f"{PAGE}supplement/", {"note": "早了"}).status_code == 422
    record_receipt(
        order=booked,
        amount=Decimal("500.00"),
        received_on=MONTH.first + timedelta(days=1),
        method=Receipt.Method.TRANSFER,
        by=finance,
    )
    refused = as_finance.post(f"{PAGE}supplement/", {"note": ""})
    assert refused.status_code == 422
    assert as_finance.post(f"{PAGE}supplement/", {"note": "漏记的回单"}).status_code == 303
    assert "漏记的回单" in as_finance.get(PAGE).content.decode()


def test_the_pages_cost_the_same_however_much_was_kept(as_finance, closed, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        as_finance.get(PAGE)
    with django_assert_max_num_queries(12):
        as_finance.get("/archive/")
