"""The administration looks receipts up by what the bank called them, however it is written."""

import pytest
from django.urls import reverse

from billing.models import Receipt
from billing.receipts import record_receipt
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["YQ-2026-0017", "ｙｑ—２０２６—００１７"])
def test_a_bank_reference_is_found_in_another_form(as_admin, finance, rep, typed):
    order = make_order(customer=CustomerFactory(owner=rep), status=Status.APPROVED)
    receipt = record_receipt(
        order=order,
        amount=order.unpaid_total,
        received_on=order.order_date,
        method=Receipt.Method.TRANSFER,
        bank_reference="YQ-2026-0017",
        by=finance,
    )
    page = as_admin.get(reverse("admin:billing_receipt_changelist"), {"q": typed})
    assert list(page.context["cl"].result_list) == [receipt]
