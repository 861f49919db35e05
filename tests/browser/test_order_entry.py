"""Order entry as somebody uses it two hundred times a day: typed, pasted, refused, mended, and never lost."""

import re
from decimal import Decimal
from statistics import median, quantiles

import pytest
from playwright.sync_api import expect

from core.pinyin import search_key_of
from customers.models import PaymentTerms
from orders.models import Order
from tests.factories import AgreementFactory, CategoryFactory, CustomerFactory, ProductFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]

#: What a rep types → the product that is meant.
CATALOGUE = {
    "kzg": ("KX-200", "控制柜", "8600"),
    "bpq": ("VF-022", "变频器", "5480"),
    "ylbsq": ("PT-16", "压力变送器", "385"),
    "dcllj": ("FM-80", "电磁流量计", "4250"),
    "tb-35": ("TB-35", "接线端子", "4.8"),
    "安装": ("BR-100", "安装支架", "86"),
}

#: From pressing Enter until the cell it leads to stands on the screen with the cursor in it: from a quantity to the
#: next row, from a product to its quantity, which asks the server; and whether it got it before anything else happened.
MEASURE = """
window.waits = { quantity: [], name: [] };
window.atOnce = { quantity: [], name: [] };
let pressed = null;
document.addEventListener("keydown", (event) => {
  const { cell } = event.target.dataset;
  if (event.key !== "Enter" || !(cell in window.waits)) return;
  const now = pressed = { cell, at: performance.now(), atOnce: true };
  setTimeout(() => { now.atOnce = false; });
}, true);
document.addEventListener("focusin", (event) => {
  if (!pressed || event.target.dataset?.cell === pressed.cell) return;
  const { cell, at, atOnce } = pressed;
  pressed = null;
  window.atOnce[cell].push(atOnce);
  requestAnimationFrame(() => window.waits[cell].push(performance.now() - at));
});
"""

#: Where each part of each row begins.
LEFT_EDGES = "(rows) => rows.map((row) => [...row.children].map((part) => Math.round(part.getBoundingClientRect().x)))"


@pytest.fixture
def catalogue(db):
    family = CategoryFactory(name="工业控制")
    return [
        ProductFactory(category=family, code=code, name=name, list_price=Decimal(price), **search(code, name))
        for code, name, price in CATALOGUE.values()
    ]


def search(code, name):
    return {"search_key": search_key_of([code], [name]), "specification": f"{code} 标准型"}


@pytest.fixture
def customer(rep):
    terms = PaymentTerms.objects.get(name="30%预付款，70%到货款")
    return CustomerFactory(owner=rep, short_name="海雅装备", name="云汀海雅装备制造有限公司", payment_terms=terms)


@pytest.fixture
def entry(page_of, rep, customer, catalogue):
    """The page on which a new order for the customer is written, with the promised date given."""
    page = page_of(rep, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"/orders/new/?customer={customer.pk}")
    page.get_by_label("预计交付日期").fill("2027-03-01")
    return page


def cell(page, row, label):
    return page.get_by_label(f"第 {row} 行 {label}")


def test_thirty_lines_are_typed_without_a_mouse_and_each_next_row_is_ready_at_once(entry, note_down):
    entry.evaluate(MEASURE)
    cell(entry, 1, "商品").focus()
    words = list(CATALOGUE)
    for number in range(1, 31):
        entry.keyboard.type(words[number % len(words)], delay=15)
        entry.keyboard.press("Enter")
        expect(cell(entry, number, "数量")).to_be_focused()
        entry.keyboard.type(str(number))
        entry.keyboard.press("Enter")
        expect(cell(entry, number + 1, "商品")).to_be_focused()
    waits = entry.evaluate("window.waits")
    note_down("order-entry.txt", figures_of("Enter to the next row", waits["quantity"]))
    note_down("order-entry.txt", figures_of("Enter to the product found", waits["name"]))
    assert entry.evaluate("window.atOnce.quantity") == [True] * 30
    save_by_keyboard(entry)
    lines = Order.objects.get().lines.order_by("position")
    assert [line.quantity for line in lines] == list(range(1, 31))
    assert [line.product.code for line in lines] == [CATALOGUE[words[n % len(words)]][0] for n in range(1, 31)]


def figures_of(what, waits):
    shown = {"median": median(waits), "95th percentile": quantiles(waits, n=20)[-1], "longest": max(waits)}
    return f"{what}: " + ", ".join(f"{name} {wait:.0f} ms" for name, wait in shown.items())


def save_by_keyboard(page):
    page.keyboard.press("Control+s")
    expect(page.locator("#messages")).to_contain_text("已保存")


ENDS_COMPOSITION = """(field) => {
  field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "控制柜" }));
  const key = new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true });
  field.dispatchEvent(key);
  return key.defaultPrevented;
}"""


def test_the_enter_that_ends_an_input_methods_word_takes_nothing_and_goes_nowhere(entry):
    name = cell(entry, 1, "商品")
    name.focus()
    entry.keyboard.type("控制柜")
    expect(entry.locator("#suggestions [role=option]").first).to_be_visible()
    assert name.evaluate(ENDS_COMPOSITION) is False
    expect(name).to_be_focused()
    expect(name).to_have_value("控制柜")
    header = entry.get_by_label("客户订单号")
    header.focus()
    assert header.evaluate(ENDS_COMPOSITION) is False
    expect(header).to_be_focused()
    entry.keyboard.press("Enter")
    expect(header).not_to_be_focused()


# ---- rows from Excel -------------------------------------------------------------------------------------------------

SHEET = "\n".join(
    "\t".join(row)
    for row in (
        ("商品名称", "规格型号", "数量", "单位", "单价（元）"),
        ("KX-200", "", "4", "台", "8,600"),
        ("信号线", "RVVP 2×1.0", "12O", "米", "12.8"),
        ("压力变送器", "", "24", "只", "385"),
    )
)


def paste(page, text):
    """From the clipboard, as after copying in Excel."""
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def test_rows_pasted_from_excel_keep_the_good_ones_and_mark_the_cell_that_is_wrong(entry):
    cell(entry, 1, "商品").focus()
    paste(entry, SHEET)
    expect(entry.locator("#pasted")).to_contain_text("3")
    expect(cell(entry, 2, "数量")).to_have_attribute("aria-invalid", "true")
    expect(cell(entry, 2, "数量")).to_have_value("12O")
    assert entry.locator("[aria-invalid]").count() == 1
    assert [cell(entry, row, "不含税单价").input_value() for row in (1, 3)] == ["8,600", "385"]
    expect(entry.locator('[data-sum="net"]')).to_have_text("43,640.00")


def test_a_pasted_row_that_is_incomplete_is_marked_and_named(entry):
    cell(entry, 1, "商品").focus()
    paste(entry, "KX-200\t\t2\n安装支架\t\t\t台\n没有的东西\t\t3")
    expect(entry.locator("#pasted")).to_contain_text("不完整：第 2、3 行")
    expect(cell(entry, 2, "数量")).to_have_attribute("aria-invalid", "true")
    expect(entry.locator("main")).to_contain_text("第 3 行不完整：缺单价。")
    cell(entry, 2, "数量").fill("4")
    cell(entry, 1, "商品").focus()
    expect(cell(entry, 2, "数量")).not_to_have_attribute("aria-invalid", "true")


def test_a_discount_that_may_be_the_price_paid_is_mended_by_one_of_two_choices(entry):
    cell(entry, 1, "商品").fill("KX-200")
    cell(entry, 1, "数量").fill("1")
    cell(entry, 1, "折扣 %").fill("9.5折")
    cell(entry, 1, "数量").focus()
    expect(entry.get_by_role("button", name="改为 9.5%")).to_be_visible()
    entry.get_by_role("button", name="改为 5", exact=True).click()
    expect(cell(entry, 1, "折扣 %")).to_have_value("5")


def test_the_list_of_customers_does_not_cover_the_form_until_it_is_asked_for(page_of, rep, customer, watch):
    page = page_of(rep)
    page.goto("/orders/new/")
    watch.wait_until_quiet(page)
    assert page.evaluate("document.activeElement.closest('.ts-wrapper') !== null")
    expect(page.locator(".ts-dropdown")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".ts-dropdown")).to_contain_text("海雅装备")


def test_what_is_offered_while_a_product_is_typed_stands_in_columns(entry):
    cell(entry, 1, "商品").press_sequentially("器")
    options = entry.locator("#suggestions li")
    expect(options).not_to_have_count(0)
    edges = options.evaluate_all(LEFT_EDGES)
    assert len(edges) > 1
    assert all(row[:3] == edges[0][:3] for row in edges)


def test_the_agreed_price_is_taken_by_itself_and_offered_again_once_another_is_typed(entry, customer, catalogue):
    agreed = AgreementFactory(customer=customer, product=catalogue[0], price=Decimal("7654.5"))
    cell(entry, 1, "商品").press_sequentially(agreed.product.code)
    expect(entry.locator("#suggestions li").first).to_contain_text(agreed.product.code)
    entry.keyboard.press("Enter")
    price, offered = cell(entry, 1, "不含税单价"), entry.locator(".row-offer")
    expect(price).to_have_value(re.compile(r"7,?654\.50?"))
    price.fill("8000")
    price.press("Tab")
    expect(offered).to_contain_text("7,654.50")
    offered.get_by_role("button").first.click()
    expect(price).to_have_value(re.compile(r"7,?654\.50?"))


def test_a_refused_order_keeps_every_value_and_is_submitted_once_it_is_mended(entry):
    cell(entry, 1, "商品").focus()
    paste(entry, SHEET)
    expect(cell(entry, 2, "数量")).to_have_attribute("aria-invalid", "true")
    entry.get_by_label("客户订单号").fill("PO-2611-001")
    entry.get_by_label("备注").fill("到货前一天 <b>电话</b> 通知")
    typed = values_of(entry)
    with entry.expect_response(
        lambda response: response.request.method == "POST" and "/new/" in response.url
    ) as answer:
        entry.keyboard.press("Control+Enter")
    assert answer.value.status == 422
    expect(entry.get_by_role("alert")).to_contain_text("已填内容都在")
    assert values_of(entry) == typed
    expect(cell(entry, 2, "数量")).to_be_focused()
    cell(entry, 2, "数量").fill("120")
    entry.keyboard.press("Control+Enter")
    expect(entry.locator(".ph .st")).to_have_text("待初审")
    assert Order.objects.get().lines.count() == 3


def values_of(page):
    """Every value that a person can see on the form, in the page's order; empty rows do not count."""
    found = page.locator("#order").evaluate(
        """(form) => [...new FormData(form)].filter(([name, value]) => value && !name.includes("csrf"))
             .map(([name, value]) => [name.replace(/^lines-\\d+-/, ""), value])"""
    )
    return [tuple(pair) for pair in found]


# ---- nothing is lost by a stray click --------------------------------------------------------------------------------


def test_leaving_asks_first_while_something_is_not_saved(entry):
    asked = []
    entry.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    cell(entry, 1, "商品").fill("控制柜")
    entry.get_by_role("link", name="商品", exact=True).click()
    expect(cell(entry, 1, "商品")).to_have_value("控制柜")
    assert asked == ["beforeunload"]
    cell(entry, 1, "商品").focus()
    save_by_keyboard(entry)
    entry.get_by_role("link", name="商品", exact=True).click()
    expect(entry.get_by_role("heading", level=1)).to_have_text("商品")
    assert asked == ["beforeunload"]
