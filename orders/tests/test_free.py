"""A sample for nothing is free, everywhere the same: neither paid nor unpaid."""

from datetime import date

import pytest
from django.utils import translation

from billing.receipts import why_no_receipt
from orders.entry.draft import save_draft
from orders.instalments import next_unpaid, standings
from orders.lines import LineInput
from orders.statuses import PaymentStatus, Status
from tests.factories import CustomerFactory, make_order, terms


@pytest.mark.django_db
def test_an_order_over_nothing_is_free(rep):
    customer = CustomerFactory(owner=rep, team=rep.team)
    header = {"customer": customer, "order_date": date(2026, 11, 2), "payment_terms": terms()}
    sample = LineInput(name="样品", unit="台", quantity=1, unit_price=0)
    order = save_draft(order=None, header=header, lines=[sample], by=rep)
    assert order.payment_status == PaymentStatus.FREE


@pytest.mark.django_db
def test_the_page_of_an_order_over_nothing_says_free_everywhere(as_finance):
    order = make_order(lines=[("样品", 1, "0")], status=Status.APPROVED)
    with translation.override("zh-hans"):
        found = standings(order.current_instalments(), date(2026, 11, 2))
        assert {each.label for each in found} == {"免费"}
        assert next_unpaid(found) is None
        assert why_no_receipt(order) == "本单金额为零，无需收款。"
    page = as_finance.get(f"/orders/{order.pk}/receipts/").content.decode()
    assert ("免费" in page, "已付清" in page) == (True, False)
