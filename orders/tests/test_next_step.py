"""The bar of the order page: a sentence for everybody, one filled button for whoever's turn it is."""

import re

import pytest

from core.events import record
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db

NUMBER = "202611海雅装备001"


@pytest.fixture
def haiya(rep, manager):
    return CustomerFactory(owner=rep, short_name="海雅装备")


def bar(client, order, tab=""):
    response = client.get(f"/orders/{order.pk}/{tab}")
    # One filled button a page, whoever looks at it; what is folded away does not count.
    assert re.sub(r"<(details|dialog).*?</\1>", "", response.content.decode(), flags=re.S).count("btn-primary") <= 1
    return response.context["next_step"]


def test_finance_is_led_to_the_receipt_with_its_amount_and_others_are_told_whom_it_waits_for(
    as_finance, as_rep, as_operations, haiya
):
    order = make_order(customer=haiya, status=Status.COMPLETED)
    step = bar(as_finance, order)
    assert step.url == f"/orders/{order.pk}/receipts/"
    assert step.label == "登记收款 ¥11,300.00"
    step = bar(as_rep, order)
    assert not step.acts
    assert "财务" in step.sentence
    assert "¥" not in step.sentence
    assert bar(as_operations, order) is None, "who sees no receipts is not told that one is missing"


def test_the_tab_where_the_task_is_done_has_the_button_itself(as_finance, haiya):
    order = make_order(customer=haiya, status=Status.COMPLETED)
    assert not bar(as_finance, order, "receipts/").acts


def test_an_order_sent_back_shows_its_reason_on_top_with_edit_as_the_filled_button(as_rep, as_finance, haiya, manager):
    order = make_order(customer=haiya, number=NUMBER, sent_back=True)
    record(order, "send_back", by=manager, note="折扣 <8 折> 太低")
    step = bar(as_rep, order)
    assert step.url == f"/orders/{order.pk}/edit/"
    assert step.sent_back == "陈志远：折扣 <8 折> 太低"
    page = as_rep.get(f"/orders/{order.pk}/").content.decode()
    assert page.index("折扣 &lt;8 折&gt; 太低") < page.index('class="strip"')
    assert bar(as_finance, order).sent_back
    assert not bar(as_finance, order).acts


def test_a_draft_is_submitted_from_the_bar_and_the_verb_stands_once(as_rep, haiya):
    order = make_order(customer=haiya)
    step = bar(as_rep, order)
    assert step.verb is None or step.verb.name == "submit"
    assert as_rep.get(f"/orders/{order.pk}/").content.decode().count(f'action="/orders/{order.pk}/submit/"') <= 1


def test_a_manager_who_drafted_the_order_is_not_led_to_decide_it(
    as_manager, browser_of, second_manager, haiya, manager
):
    order = make_order(customer=haiya, status=Status.MANAGER_REVIEW, drafted_by=manager)
    assert not bar(browser_of(manager), order).acts
    assert bar(browser_of(second_manager), order).url == f"/orders/{order.pk}/review/"


@pytest.mark.parametrize(
    ("delivery", "who", "label"), [("preparing", "operations", "新建发货单"), ("shipped", "rep", "登记签收")]
)
def test_delivery_leads_to_its_tab(request, browser_of, haiya, delivery, who, label):
    order = make_order(customer=haiya, status=Status.APPROVED)
    Order.objects.update(delivery_status=delivery, released_at=order.approved_at)
    step = bar(browser_of(request.getfixturevalue(who)), order)
    assert (step.url, step.label) == (f"/orders/{order.pk}/delivery/", label)


def test_an_order_that_waits_for_nothing_has_no_bar(as_rep, haiya):
    order = make_order(customer=haiya, status=Status.CANCELLED)
    assert bar(as_rep, order) is None
