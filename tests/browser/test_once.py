"""What is clicked twice happens once, and what is asked first happens not at all when somebody says no."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Decision
from core.models import Event
from fulfilment.statuses import ShipmentStatus
from orders.models import Order
from orders.statuses import Status
from tests.factories import CarrierFactory, CustomerFactory, ProductFactory, make_order, make_shipment, released_order

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]

#: Without JavaScript nothing holds the second click back, and the server alone says that once is enough.
WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["with-javascript", "without"])
NOTE = "客户改了预算，项目取消"


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team, short_name="海雅装备")


@pytest.fixture
def easy_order(customer):
    """A function: status → an order small enough for every check to pass."""

    def make(status: str = Status.MANAGER_REVIEW) -> Order:
        product = ProductFactory(list_price=Decimal("80"))
        return make_order(customer=customer, status=status, lines=[(product, 1, "80")])

    return make


def double_click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.dblclick(no_wait_after=True)
    page.wait_for_load_state()


def times(verb: str) -> int:
    return Event.objects.filter(verb=verb).count()


# ---- clicked twice ---------------------------------------------------------------------------------------------------


@WITH_AND_WITHOUT
def test_a_new_order_saved_twice_is_one_order(page_of, rep, customer, scripts):
    ProductFactory(name="控制柜", list_price=Decimal("80"))
    page = page_of(rep, java_script_enabled=scripts)
    page.goto(f"/orders/new/?customer={customer.pk}")
    page.locator("[name=promised_date]").fill("2027-03-01")
    page.get_by_label("第 1 行 商品").fill("控制柜")
    page.get_by_label("第 1 行 数量").fill("1")
    double_click(page, "保存草稿")
    expect(page.locator("#messages")).to_contain_text("已保存")
    assert Order.objects.count() == 1


@WITH_AND_WITHOUT
def test_an_order_submitted_twice_goes_into_one_round(page_of, rep, easy_order, scripts):
    order = easy_order(Status.DRAFT)
    page = page_of(rep, java_script_enabled=scripts)
    page.goto(f"/orders/{order.pk}/edit/")
    double_click(page, "提交审核")
    expect(page.locator(".ph .st")).to_have_text("待初审")
    order.refresh_from_db()
    assert (order.round, times("submit")) == (1, 1)


@WITH_AND_WITHOUT
def test_approving_twice_decides_one_order_and_not_the_next_one_too(page_of, manager, easy_order, scripts):
    orders = [easy_order(), easy_order()]
    page = page_of(manager, java_script_enabled=scripts)
    page.goto(f"/orders/{orders[0].pk}/review/")
    for box in page.get_by_label("放行理由").all():
        box.fill("首单金额很小")
    page.get_by_role("button", name="通过").dblclick(no_wait_after=True)
    page.wait_for_url(f"**/orders/{orders[1].pk}/review/**")
    expect(page.get_by_role("button", name="通过")).to_be_visible()
    assert list(Decision.objects.values_list("round__order", flat=True)) == [orders[0].pk]
    assert Order.objects.get(pk=orders[1].pk).status == Status.MANAGER_REVIEW


def test_the_key_that_decided_an_order_does_not_decide_the_next_one_for_two_seconds(
    page_of, manager, customer, easy_order
):
    make_order(customer=customer, status=Status.COMPLETED)
    first, second, third = (easy_order() for _each in range(3))
    page = page_of(manager)
    page.clock.install()
    page.goto(f"/orders/{first.pk}/review/")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/orders/{second.pk}/review/**")
    expect(page.locator("#messages")).to_contain_text(f"{first.number} · ¥90.40")
    page.clock.pause_at(page.evaluate("Date.now()"))
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    assert Decision.objects.count() == 1
    page.clock.fast_forward(2001)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/orders/{third.pk}/review/**")
    assert Decision.objects.count() == 2


@WITH_AND_WITHOUT
def test_a_shipment_shipped_twice_leaves_once(page_of, operations, customer, scripts):
    product = ProductFactory(list_price=Decimal("80"))
    order = released_order(customer=customer, lines=[(product, 2, "80")])
    how = {"method": "logistics", "carrier": CarrierFactory(), "tracking_number": "YS60012002"}
    shipment = make_shipment(order, status=ShipmentStatus.READY, **how)
    page = page_of(operations, java_script_enabled=scripts)
    page.goto(f"{shipment.get_absolute_url()}departure/")
    double_click(page, "发货")
    expect(page.locator(".ph .st")).to_have_text("在途")
    assert times("ship") == 1
    assert product.stock_moves.filter(reason="shipment").count() == 1


# ---- asked first -----------------------------------------------------------------------------------------------------


def test_escape_leaves_an_order_as_it_is_and_keeps_the_typed_reason(page_of, rep, easy_order):
    order = easy_order()
    page = page_of(rep)
    page.goto(order.get_absolute_url())
    opener = page.locator("summary", has_text="取消订单")
    opener.click()
    reason = page.get_by_label("理由")
    expect(reason).to_be_focused()
    reason.fill(NOTE)
    page.keyboard.press("Escape")
    expect(reason).to_be_hidden()
    expect(opener).to_be_focused()
    assert Order.objects.get().status == Status.MANAGER_REVIEW
    opener.click()
    expect(reason).to_have_value(NOTE)
    page.get_by_role("button", name="取消订单").click()
    expect(page.locator(".ph .st")).to_have_text("已取消")
    assert Event.objects.get(verb="cancel").note == NOTE


def test_the_question_before_a_verb_holds_the_focus_and_escape_means_no(page_of, manager, customer, picture):
    make_order(customer=customer, status=Status.COMPLETED)
    order = make_order(customer=customer, status=Status.MANAGER_REVIEW, lines=[(ProductFactory(), 1, "1000")])
    page = page_of(manager)
    page.goto("/approvals/")
    row = page.get_by_role("checkbox", name=order.number)
    row.check()
    verb = page.get_by_role("button", name="通过所选")
    verb.click()
    dialog = page.locator("#confirm")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("1 单，合计 ¥1,130.00")
    expect(dialog.get_by_role("button", name="取消")).to_be_focused()
    picture(page, "confirm-1440", full_page=False)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(verb).to_be_focused()
    expect(row).to_be_checked()
    assert not Decision.objects.exists()
    verb.click()
    page.locator("[data-confirm-yes]").click()
    expect(page.locator("#messages")).to_be_visible()
    assert Order.objects.get(pk=order.pk).status == Status.FINANCE_REVIEW
