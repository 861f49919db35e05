"""Scripts blocked or broken: every verb that matters is a form, a link or a <details>, and works all the same."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.roles import Role
from customers.models import Customer, PaymentTerms
from fulfilment.models import Shipment
from orders.models import Order
from orders.statuses import Status
from tests.browser.test_story import COMPANY, CONTACT
from tests.factories import CarrierFactory, CustomerFactory, ProductFactory, UserFactory
from tests.sample_files import picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]

TERMS = "50%预付款，50%发货前"


@pytest.fixture
def plain(page_of):
    """A function: person → a page that runs no scripts."""
    return lambda person, **options: page_of(person, java_script_enabled=False, **options)


@pytest.fixture
def catalogue(db):
    CarrierFactory(name="远山物流")
    return [ProductFactory(code=code, name=name, list_price=Decimal(80)) for code, name in GOODS.items()]


GOODS = {"KX-200": "控制柜", "VF-022": "变频器"}


def test_a_customer_is_opened(plain, rep):
    page = plain(rep)
    page.goto("/customers/new/")
    for label, text in (COMPANY | CONTACT).items():
        page.get_by_label(label, exact=True).first.fill(text)
    page.get_by_role("button", name="建立档案").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("海雅装备")
    assert Customer.objects.get().contacts.count() == 1


# ---- an order from its first row to the signed note ------------------------------------------------------------------


def write(page: Page, customer: Customer) -> None:
    """The customer by its number, more rows by a button, the catalogue's names or numbers typed."""
    page.goto("/orders/new/")
    page.get_by_label("客户", exact=True).fill(customer.number)
    page.get_by_role("button", name="使用该客户").click()
    page.get_by_label("预计交付日期").fill(f"{timezone.localdate() + timedelta(days=60)}")
    rows = page.locator("tr.line").count()
    page.get_by_label("第 1 行 商品").fill("KX-200")
    page.get_by_label("第 1 行 数量").fill("2")
    page.get_by_role("button", name="添加行").click()
    expect(page.locator("tr.line")).not_to_have_count(rows)
    last = page.locator("tr.line").count()
    page.get_by_label(f"第 {last} 行 商品").fill("变频器")
    page.get_by_label(f"第 {last} 行 数量").fill("1")


def approve(page: Page, order: Order) -> None:
    page.goto(f"/orders/{order.pk}/review/")
    for box in page.get_by_label("放行理由").all():
        box.fill("首单，已电话确认")
    page.get_by_role("button", name="通过").click()
    expect(page.locator("#messages")).to_contain_text("通过")


def record_payment(page: Page, order: Order, amount: Decimal, number: str) -> None:
    page.goto(f"/orders/{order.pk}/receipts/")
    page.get_by_label("金额").fill(str(amount))
    page.get_by_label("流水号").fill(number)
    page.get_by_role("button", name="登记收款").click()
    expect(page.locator("#messages")).to_contain_text("已登记收款")


def confirm(page: Page, order: Order, scan) -> None:
    page.goto(f"/orders/{order.pk}/")
    page.get_by_role("link", name="上传确认单").click()
    page.get_by_label("已签字确认书的扫描件或照片").set_input_files(scan)
    page.get_by_role("button", name="上传").click()
    expect(page.locator("#messages")).to_contain_text("订单已下达")


def pack_and_ship(packer: Page, checker: Page, order: Order) -> None:
    packer.goto(f"/orders/{order.pk}/delivery/")
    packer.get_by_label("承运商").select_option(label="远山物流")
    packer.get_by_label("物流单号").fill("YSLW20261122001")
    packer.get_by_role("button", name="建立发货单").click()
    packer.get_by_role("button", name="质检通过").click()
    checker.goto(f"/shipments/{order.shipments.get().pk}/")
    checker.get_by_role("button", name="装箱复核通过").click()
    checker.get_by_role("link", name="发货", exact=True).click()
    checker.get_by_role("button", name="发货").click()
    expect(checker.locator(".ph .st")).to_have_text("在途")


def sign_off(page: Page, shipment: Shipment, photo) -> None:
    page.goto(f"/shipments/{shipment.pk}/")
    page.get_by_role("link", name="登记签收").click()
    page.get_by_label("签收人").fill("周建")
    page.get_by_label("签收凭证").set_input_files(photo)
    page.get_by_role("button", name="确认签收").click()
    expect(page.locator(".ph .st")).to_have_text("已签收")


def test_an_order_lives_from_its_first_row_to_the_signed_note(
    plain, rep, manager, finance, operations, catalogue, tmp_path
):
    customer = CustomerFactory(
        owner=rep, team=rep.team, short_name="海雅装备", payment_terms=PaymentTerms.objects.get(name=TERMS)
    )
    page = plain(rep)
    write(page, customer)
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator(".ph .st")).to_have_text("待初审")
    order = Order.objects.get()
    assert [line.name for line in order.current_lines()] == list(GOODS.values())

    approve(page, order)
    approve(plain(manager), order)
    cashier = plain(finance)
    record_payment(cashier, order, order.gross_total, "CT20261122001")
    approve(cashier, order)

    photo = tmp_path / "签收单.jpg"
    photo.write_bytes(picture_bytes())
    confirm(page, order, photo)
    pack_and_ship(plain(operations), plain(UserFactory(role=Role.OPERATIONS)), order)
    sign_off(plain(rep), order.shipments.get(), photo)
    assert Order.objects.get().status == Status.COMPLETED


def test_menus_filters_and_the_language_work(plain, rep):
    for name in ("海雅装备", "晴川科技"):
        CustomerFactory(owner=rep, team=rep.team, short_name=name, name=f"云汀{name}有限公司")
    page = plain(rep)
    page.goto("/customers/")
    page.get_by_role("searchbox", name="在列表中搜索").fill("海雅")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("table")).not_to_contain_text("晴川科技")
    here = page.url
    page.locator(".top button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.split("&")[0] == here.split("&")[0]
    page.locator(".top details.menu > summary").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login/**")


def test_a_reason_is_asked_for_in_a_menu_that_opens_without_scripts(plain, rep):
    customer = CustomerFactory(owner=rep, team=rep.team)
    page = plain(rep)
    page.goto(f"/customers/{customer.pk}/")
    page.locator("summary", has_text="停用").click()
    page.get_by_label("理由").fill("逾期未付款")
    page.get_by_role("button", name="停用").click()
    expect(page.locator("#messages")).to_contain_text("停用")
    assert not Customer.objects.get().active
