"""The review queue as an Excel file."""

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from core.exports import request_export
from core.jobs import files, runner
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db


def test_the_queue_is_exported_with_checks_and_deadlines(rep, manager, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    order = make_order(customer=CustomerFactory(owner=rep), status=Status.MANAGER_REVIEW)
    job = request_export("reviews", query="", by=manager)
    runner.run_job(job.pk)
    job.refresh_from_db()
    head, row = load_workbook(files.path_of(job)).worksheets[0].iter_rows(values_only=True)
    assert len(head) == 8
    assert (row[0], row[2], row[3]) == (order.number, order.customer_name, float(order.gross_total))
    assert row[4]
    assert row[6] > row[5]


def test_who_reviews_nothing_exports_no_queue(as_operations):
    assert as_operations.post(reverse("export", args=["reviews"])).status_code == 403
