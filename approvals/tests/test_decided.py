"""What is said after a decision, and asked before one that cannot be undone: which order, how much."""

import re
from html import unescape

import pytest

from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, confirmed, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def haiya(rep, manager):
    return CustomerFactory(owner=rep, short_name="海雅装备", credit_limit=1_000_000)


def said(response) -> str:
    """The messages of the page that was led to, as markup."""
    return " ".join(str(message) for message in response.context["messages"])


def questions(client, address) -> list[str]:
    html = client.get(address).content.decode()
    return [unescape(text) for text in re.findall(r'data-confirm="([^"]*)"', html)]


def test_after_a_decision_the_next_order_says_which_one_was_decided_and_leads_to_it(as_manager, haiya):
    decided, following = (make_order(customer=haiya, status=Status.MANAGER_REVIEW) for _each in range(2))
    known = {"version": decided.version, "note": "退回重谈", "next": f"/orders/{following.pk}/review/"}
    page = as_manager.post(f"/orders/{decided.pk}/send_back/", known, follow=True)
    assert page.context["order"] == following
    assert f'href="/orders/{decided.pk}/"' in said(page)
    assert f"{decided} · ¥11,300.00" in said(page)
    assert "退回" in said(page)


def test_several_at_once_are_named_with_their_number_and_sum(as_manager, haiya):
    orders = [make_order(customer=haiya, status=Status.MANAGER_REVIEW) for _each in range(2)]
    chosen = {"order": [f"{order.pk}:{order.version}" for order in orders]}
    page = as_manager.post("/approvals/approve-several/", chosen, follow=True)
    approved = Order.objects.filter(status=Status.FINANCE_REVIEW)
    assert set(approved) == set(orders)
    assert "已通过 2 单，合计 ¥22,600.00" in said(page)
    assert all(f'href="/orders/{order.pk}/"' in said(page) for order in orders)


def test_the_boxes_of_the_queue_carry_what_the_dialog_adds_up(as_manager, haiya):
    make_order(customer=haiya, status=Status.MANAGER_REVIEW)
    page = as_manager.get("/approvals/").content.decode()
    assert 'data-amount="11300.00"' in page
    assert "{n} 单，合计 ¥{sum}" in page


def test_cancelling_names_order_and_amount(as_manager, haiya):
    order = make_order(customer=haiya, status=Status.APPROVED)
    assert f"取消订单：{order} · ¥11,300.00？" in as_manager.get(f"/orders/{order.pk}/").content.decode()


def test_no_amount_reaches_who_sees_no_prices(as_operations, haiya):
    order = confirmed(make_order(customer=haiya, status=Status.APPROVED))
    page = as_operations.post(f"/orders/{order.pk}/release/", {"version": order.version}, follow=True)
    assert str(order) in said(page)
    assert "¥" not in page.content.decode()


def test_changing_the_owner_says_what_goes_along(as_manager, haiya):
    for _each in range(3):
        make_order(customer=haiya, status=Status.APPROVED)
    (question,) = [text for text in questions(as_manager, f"/customers/{haiya.pk}/") if "负责人" in text]
    assert "海雅装备" in question
    assert "3" in question
