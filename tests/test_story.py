"""One order's life over HTTP, as its people live it: from a new customer to approved."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Event
from customers.models import Customer
from orders.models import Order
from orders.statuses import Status
from tests.factories import ProductFactory, terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]


def hidden(response, name: str) -> str:
    """The value of a hidden input on the page, as a browser would send it back."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', response.content.decode())
    return found.group(1) if found else ""


def new_customer(browser) -> Customer:
    page = browser.get(reverse("customers:new"))
    response = browser.post(
        reverse("customers:new"),
        {
            "name": "云汀海雅装备制造有限公司",
            "short_name": "海雅装备",
            "industry": "环保设备",
            "province": "云汀省",
            "city": "云汀市",
            "district": "望潮区",
            "address": "拾贝路 18 号",
            "payment_terms": terms().pk,
            "invoice_title": "云汀海雅装备制造有限公司",
            "tax_number": "91000000MA000HY060",
            "bank_name": "云汀银行",
            "bank_account": "6200000000000000",
            "contacts-TOTAL_FORMS": 1,
            "contacts-INITIAL_FORMS": 0,
            "contacts-0-name": "李强",
            "contacts-0-job_title": "采购经理",
            "contacts-0-phone": "0000-8016",
            "contacts-0-is_primary": "on",
            "submit_token": hidden(page, "submit_token"),
        },
    )
    assert response.status_code == 303, response.content.decode()[:3000]
    return Customer.objects.get()


def new_order(browser, customer, product, quantity="12", verb="submit") -> Order:
    page = browser.get(reverse("orders:new"), {"customer": customer.pk})
    assert "李强" in page.content.decode()
    today = timezone.localdate()
    response = browser.post(
        reverse("orders:new"),
        {
            "submit_token": hidden(page, "submit_token"),
            "customer": customer.pk,
            "contact": customer.contacts.get().pk,
            "order_date": today.isoformat(),
            "promised_date": (today + timedelta(days=60)).isoformat(),
            "payment_terms": terms().pk,
            "channel": "offline",
            "delivery_method": "logistics",
            "lines-0-product": product.pk,
            "lines-0-name": product.name,
            "lines-0-quantity": quantity,
            "lines-0-unit": "台",
            "lines-0-unit_price": "8,600.00",
            "lines-0-discount": "0",
            "lines-0-tax_rate": "13",
            "lines-0-special_demand": "红色外观 <script>alert(1)</script>",
            verb: "1",
        },
    )
    assert response.status_code == 303, response.content.decode()[:3000]
    return Order.objects.latest("pk")


def press(browser, order, verb, **words):
    """Takes a verb and follows to the page it leads to."""
    order.refresh_from_db()
    response = browser.post(reverse("orders:advance", args=[order.pk, verb]), {"version": order.version, **words})
    assert response.status_code == 303
    order.refresh_from_db()
    return browser.get(response.url).content.decode()


@pytest.fixture
def product():
    return ProductFactory(name="控制柜", list_price=Decimal("8600"), lead_time=12)


def record_prepayment(browser, order):
    receipts = reverse("billing:receipts", args=[order.pk])
    response = browser.post(
        receipts,
        {
            "token": hidden(browser.get(receipts), "token"),
            "received_on": timezone.localdate().isoformat(),
            "amount": "34,984.80",
            "method": "transfer",
            "bank_reference": "CT20261122001",
            "payer": "海雅装备",
        },
    )
    assert response.status_code == 303, re.findall(r'class="error".*?</p>', response.content.decode(), re.S)


RELEASED = {"answer-override-cap": "新项目首单", "answer-override-credit": "预付三成", "answer-override-date": "加班"}


def test_an_order_goes_from_the_reps_keyboard_through_three_reviews_to_approved(
    as_rep, as_manager, as_finance, product
):
    order = new_order(as_rep, new_customer(as_rep), product)
    assert order.number == f"{timezone.localdate():%Y%m}海雅装备001"
    assert (order.net_total, order.gross_total) == (Decimal("103200.00"), Decimal("116616.00"))
    press(as_rep, order, "rep_approve")
    assert order.status == Status.MANAGER_REVIEW

    # The grade of a new customer is C: cap and credit are too small, so the manager must write why.
    assert order.number in as_manager.get(reverse("approvals:queue")).content.decode()
    review = reverse("approvals:review", args=[order.pk])
    assert "好的，放行" in press(as_manager, order, "manager_approve", note="好的，放行", back=review)
    assert order.status == Status.MANAGER_REVIEW
    press(as_manager, order, "manager_approve", **RELEASED)
    assert order.status == Status.FINANCE_REVIEW

    # Finance: the prepayment is missing, is recorded, and then the way is free.
    press(as_finance, order, "finance_approve")
    assert order.status == Status.FINANCE_REVIEW
    record_prepayment(as_finance, order)
    press(as_finance, order, "finance_approve")
    assert order.status == Status.APPROVED
    assert (order.grade, order.province) == ("C", "云汀省")
    assert verbs_of(order)[:6] == [
        "created",
        "submit",
        "rep_approve",
        "manager_approve",
        "receipt_recorded",
        "finance_approve",
    ]


def verbs_of(order) -> list[str]:
    events = Event.objects.filter(subject_type__model="order", subject_id=order.pk)
    return list(events.order_by("id").values_list("verb", flat=True))


def test_every_step_stands_in_the_timeline_and_scripts_show_as_text(as_rep, as_manager, product):
    order = new_order(as_rep, new_customer(as_rep), product)
    press(as_rep, order, "rep_approve")
    press(as_manager, order, "send_back", note="=1+1 <script>alert(2)</script>")
    for name in ("orders:detail", "orders:timeline"):
        page = as_rep.get(reverse(name, args=[order.pk])).content.decode()
        assert "陈志远" in page
        assert "=1+1 &lt;script&gt;alert(2)" in page
        assert "<script>alert" not in page


def test_an_order_sent_back_is_mended_and_submitted_again_under_its_number(as_rep, as_manager, product):
    customer = new_customer(as_rep)
    order = new_order(as_rep, customer, product)
    number = order.number
    press(as_rep, order, "rep_approve")
    without_reason = press(as_manager, order, "send_back")
    assert order.status == Status.MANAGER_REVIEW
    assert "原因" in without_reason
    press(as_manager, order, "send_back", note="请与客户重谈数量")
    assert order.is_sent_back
    assert number in as_rep.get("/").content.decode()

    page = as_rep.get(reverse("orders:edit", args=[order.pk]))
    order.refresh_from_db()
    response = as_rep.post(
        reverse("orders:edit", args=[order.pk]),
        {
            "version": hidden(page, "version"),
            "customer": customer.pk,
            "order_date": order.order_date.isoformat(),
            "promised_date": order.promised_date.isoformat(),
            "payment_terms": order.payment_terms_id,
            "channel": "offline",
            "delivery_method": "logistics",
            "lines-0-product": product.pk,
            "lines-0-name": product.name,
            "lines-0-quantity": "5",
            "lines-0-unit_price": "8600",
            "lines-0-discount": "0",
            "lines-0-tax_rate": "13",
            "submit": "1",
        },
    )
    assert response.status_code == 303, response.content.decode()[:3000]
    order.refresh_from_db()
    assert (order.number, order.round, order.status) == (number, 2, Status.REP_REVIEW)
    review = as_rep.get(reverse("approvals:review", args=[order.pk])).content.decode()
    assert 'class="changed"' in review


def test_withdraw_and_cancel_work_and_a_second_manager_is_told(as_rep, as_manager, product):
    order = new_order(as_rep, new_customer(as_rep), product)
    press(as_rep, order, "withdraw")
    assert order.status == Status.DRAFT
    assert not order.is_sent_back
    press(as_rep, order, "cancel", note="客户项目暂停")
    assert order.status == Status.CANCELLED
    told = press(as_manager, order, "withdraw")
    assert order.status == Status.CANCELLED
    assert "王丽" in told


def test_a_foreign_order_is_not_found(as_rep, as_other_rep, product):
    order = new_order(as_rep, new_customer(as_rep), product)
    for name in ("orders:detail", "orders:edit", "orders:timeline", "billing:receipts", "approvals:review"):
        assert as_other_rep.get(reverse(name, args=[order.pk])).status_code == 404
    assert as_other_rep.post(reverse("orders:advance", args=[order.pk, "withdraw"])).status_code == 404
