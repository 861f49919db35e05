"""One order's life in the browser, in Chinese, from a new customer to the last cooperation date."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from customers.models import Customer
from orders.models import Order
from tests.browser.hands import PHONE, focused, press_until, tab_to, type_day
from tests.factories import CarrierFactory, ProductFactory, UserFactory
from tests.sample_files import picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db", "still_sound")]

COMPANY = {
    "客户名称": "云汀海雅装备制造有限公司",
    "客户简称": "海雅装备",
    "所属行业": "环保设备",
    "省": "云汀省",
    "市": "云汀市",
    "区": "望潮区",
    "详细地址": "拾贝路 18 号",
    "开票抬头": "云汀海雅装备制造有限公司",
    "税号": "91000000MA000HY060",
    "开户行": "云汀银行望潮支行",
    "账号": "6200000000000000",
}


@pytest.fixture
def product():
    CarrierFactory(name="远山物流")
    return ProductFactory(code="KX-200", name="控制柜", list_price=Decimal("8600"), lead_time=12)


CONTACT = {"联系人姓名": "李强", "职务": "采购经理", "办公电话": "0000-8016"}
TERMS = "30%预付款，70%到货款"


def open_customer(page):
    page.get_by_role("link", name="客户", exact=True).click()
    page.locator(".ph").get_by_role("link", name="新建客户").click()
    for label, text in COMPANY.items():
        page.get_by_label(label, exact=True).fill(text)
    for label, text in CONTACT.items():
        page.get_by_label(label, exact=True).first.fill(text)
    page.get_by_label("默认付款方式").select_option(label=TERMS)
    page.get_by_role("button", name="建立档案").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("海雅装备")


def write_order_by_keyboard(page):
    """From the worklist to an order under review without touching the mouse."""
    page.goto("/")
    page.keyboard.press("n")
    page.wait_for_url("**/orders/new/")
    page.keyboard.type("hyzb", delay=20)
    expect(page.get_by_role("option", name="海雅装备")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.forms.order?.dataset.customer")
    expect(page.locator("#id_promised_date")).to_be_focused()
    type_day(page, timezone.localdate() + timedelta(days=60))
    press_until(page, "Enter", lambda: focused(page) == "lines-0-name")
    page.keyboard.type("kzg", delay=20)
    page.keyboard.press("Enter")
    expect(page.get_by_label("第 1 行 数量")).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.get_by_label("第 2 行 商品")).to_be_focused()
    expect(page.locator('[data-sum="gross"]')).to_have_text("116,616.00")


def submit_and_pass_stage_one(page):
    """Backwards from the grid to the button above it, and Enter."""
    tab_to(page, page.locator("[name=submit_approve]"), backwards=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{timezone.localdate():%Y%m}海雅装备001")
    expect(page.locator(".ph .st")).to_have_text("待复审")


def release_as_manager(page, number):
    """From the worklist into the review: without reasons it is refused, with them it goes on."""
    page.get_by_role("link", name=number).first.click()
    page.get_by_role("button", name="放行并通过").click()
    expect(page.locator(".check .error")).to_have_count(2)
    for box, reason in zip(page.get_by_label("放行理由").all(), ("新项目首单", "预付三成"), strict=True):
        box.fill(reason)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("复审通过")


def find_prepayment_missing(page, number):
    """Finance cannot pass what is not paid for; the check leads to where the money is recorded."""
    page.get_by_role("link", name=f"{number} 等待审核").first.click()
    check = page.locator(".check-fail", has_text="预付款")
    expect(check).to_be_visible()
    expect(page.get_by_role("button", name="通过")).to_be_disabled()
    check.get_by_role("link").click()


def record_prepayment(page):
    page.get_by_label("金额").fill("34,984.80")
    page.get_by_label("流水号").fill("CT20261122001")
    page.get_by_role("button", name="登记收款").click()
    expect(page.locator("#messages")).to_contain_text("已登记收款 ¥34,984.80")
    expect(page.get_by_role("row", name="预付款 30%")).to_contain_text("已收清")


def approve_as_finance(page):
    page.get_by_role("link", name="终审通过").click()
    page.get_by_role("button", name="通过").click()
    expect(page.locator("#messages")).to_contain_text("终审通过")


def confirm_as_rep(page, order, scan):
    """The next step of an approved order is its rep's: the customer's signed scan, which releases it."""
    page.goto(order.get_absolute_url())
    page.locator(".next-step").get_by_role("link", name="上传确认单").click()
    page.get_by_label("已签字确认书的扫描件或照片").set_input_files(scan)
    page.get_by_role("button", name="上传").click()
    expect(page.locator("#messages")).to_contain_text("订单已下达")


def pack(page, number):
    """Operations find the order, put all of it into one shipment and check its quality, but not their own packing."""
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="履约", exact=True).click()
    page.get_by_role("button", name="建立发货单").click()
    page.get_by_role("button", name="质检通过").click()
    expect(page.get_by_role("button", name="装箱复核通过")).to_be_disabled()
    expect(page.get_by_text("须由他人对照订单复核")).to_be_visible()


def ship(page, shipment):
    """A second person counts it; it does not leave without carrier and tracking number."""
    page.goto("/shipments/")
    page.get_by_role("link", name=shipment).click()
    page.get_by_role("button", name="装箱复核通过").click()
    page.get_by_role("link", name="发货", exact=True).click()
    page.get_by_role("button", name="发货").click()
    expect(page.locator("#main")).to_contain_text("缺少承运商和物流单号")
    page.get_by_label("承运商").select_option(label="远山物流")
    page.get_by_label("物流单号").fill("yslw 2026 1122 001")
    page.get_by_role("button", name="发货").click()
    expect(page.locator("#messages")).to_contain_text("已发货，远山物流 yslw 2026 1122 001")
    expect(page.locator(".ph .st")).to_have_text("在途")
    expect(page.locator("#main")).to_contain_text("yslw 2026 1122 001")


def sign_off_on_the_phone(page, shipment, photo):
    """Beside the goods: found by its tracking number, with a picture of the signed note."""
    page.get_by_role("combobox", name="全局搜索").fill("yslw20261122001")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(shipment)
    page.get_by_role("link", name="登记签收").click()
    expect(page.get_by_label("完好签收数量")).to_have_value("12")
    page.get_by_label("签收人").fill("周建")
    page.get_by_label("签收凭证").set_input_files(photo)
    page.get_by_role("button", name="确认签收").click()
    expect(page.locator(".ph .st")).to_have_text("已签收")
    expect(page.locator(".proof img")).to_have_js_property("complete", True)


@pytest.fixture
def photo(tmp_path):
    """A picture as a phone takes it: large, and with another name than it deserves."""
    path = tmp_path / "IMG_20261122_签收单.jpg"
    path.write_bytes(picture_bytes(size=(1600, 1200)))
    return path


@pytest.fixture
def second_packer(db):
    return UserFactory(username="operations2", name="李仓", role=Role.OPERATIONS)


def test_an_order_lives_from_the_reps_keyboard_to_the_customers_signature(
    desk_of, rep, manager, finance, operations, second_packer, product, photo
):
    page = desk_of(rep)
    open_customer(page)
    write_order_by_keyboard(page)
    submit_and_pass_stage_one(page)
    order = Order.objects.get()

    release_as_manager(desk_of(manager), order.number)

    page = desk_of(finance)
    find_prepayment_missing(page, order.number)
    record_prepayment(page)
    approve_as_finance(page)

    confirm_as_rep(desk_of(rep), order, photo)
    shipment = f"{order.number}-1"
    pack(desk_of(operations), order.number)
    ship(desk_of(second_packer), shipment)
    page = desk_of(rep, viewport=PHONE, has_touch=True, is_mobile=True)
    sign_off_on_the_phone(page, shipment, photo)

    page.goto(order.get_absolute_url())
    expect(page.locator(".ph .st")).to_have_text("已完成")
    assert Customer.objects.get().last_cooperation_on == timezone.localdate()
