"""A customer's order read into a draft in Chromium: its marks stand beside the cells and go with what was read."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from orders.models import Order
from tests.factories import CustomerFactory, ProductFactory, terms
from tests.workbooks import workbook

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]

ROWS = [
    ["海雅装备有限公司采购订单"],
    ["采购单号：HY-2026-118"],
    ["序号", "品名", "型号", "数量", "单位", "不含税单价"],
    [1, "控制柜", "KX-200", 12, "台", 8000],
    [2, "冷却塔", "LT-9", "约3台", "台", 1200],
]


def test_marks_stand_beside_the_cells_and_go_with_what_was_read(page_of, rep):
    CustomerFactory(owner=rep, team=rep.team, name="海雅装备有限公司", short_name="海雅装备", payment_terms=terms())
    ProductFactory(code="KX-200", name="控制柜", unit="台", list_price=Decimal("8600"))
    page = page_of(rep)
    page.goto("/orders/new/")
    page.get_by_role("link", name="读入客户订单").click()
    upload = {"name": "采购订单.xlsx", "mimeType": "", "buffer": workbook(ROWS)}
    page.locator("[name=file]").set_input_files(upload)
    page.get_by_role("button", name="读入草稿").click()
    expect(page.locator(".read-note")).to_contain_text("采购订单.xlsx")
    price = page.locator("[name=lines-0-unit_price]")
    expect(price).to_have_value("8,000.00")
    expect(page.locator("td.unsure")).to_have_count(2)
    expect(page.locator(".row-unsure").first).to_contain_text("目录价是 8,600.00")
    expect(page.locator("[name=lines-1-quantity]")).to_have_value("约3台")
    price.fill("8600")
    expect(page.locator("td.unsure")).to_have_count(1)
    expect(page.locator(".row-unsure")).to_have_count(1)
    price.fill("8,000.00")
    expect(page.locator("td.unsure")).to_have_count(2)
    page.get_by_role("button", name="已核对").click()
    expect(page.locator("td.unsure")).to_have_count(0)
    expect(page.locator(".read-note")).to_have_count(0)
    assert Order.objects.get().customer_reference == "HY-2026-118"
