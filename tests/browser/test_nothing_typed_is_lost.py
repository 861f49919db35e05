"""Somebody types an order while everything goes wrong: the tab is closed, the network is cut, the login is gone."""

from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from accounts.models import User
from customers.models import PaymentTerms
from orders.models import Order
from orders.statuses import Status
from tests.browser.hands import log_in
from tests.browser.world import World
from tests.factories import PASSWORD, CustomerFactory, ProductFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]
SHEET = "\n".join(f"零件 {n}\t型号 {n}\t{n}\t台\t{n * 10}" for n in range(1, 31))


@pytest.fixture
def customer(rep):
    terms = PaymentTerms.objects.get(name="30%预付款，70%到货款")
    return CustomerFactory(owner=rep, short_name="海雅装备", payment_terms=terms)


@pytest.fixture
def entry(page_of, rep, customer):
    ProductFactory(code="KX-200", name="控制柜", list_price=Decimal("8600"))
    page = page_of(rep, permissions=["clipboard-read", "clipboard-write"])
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/orders/new/?customer={customer.pk}")
    return page


def cell(page, row, label):
    return page.get_by_label(f"第 {row} 行 {label}", exact=True)


def type_thirty_lines(page):
    cell(page, 1, "商品").focus()
    page.evaluate("(text) => navigator.clipboard.writeText(text)", SHEET)
    page.keyboard.press("Control+v")
    page.get_by_label("备注").fill("到货前 <b>电话</b> 通知")
    expect(page.locator("#autosaved:not([aria-busy])")).to_contain_text("已自动保存")


def expect_thirty_lines(page):
    expect(page.get_by_label("备注")).to_have_value("到货前 <b>电话</b> 通知")
    expect(cell(page, 30, "商品")).to_have_value("零件 30")
    assert [cell(page, n, "数量").input_value() for n in range(1, 31)] == [str(n) for n in range(1, 31)]


def test_a_closed_tab_and_a_reload_lose_nothing_and_what_is_discarded_stays_away(entry, customer):
    type_thirty_lines(entry)
    entry.reload()
    entry.get_by_role("button", name="恢复").click()
    expect_thirty_lines(entry)
    entry.goto("/customers/")
    entry.go_back()
    entry.get_by_role("button", name="恢复").click()
    expect_thirty_lines(entry)
    context = entry.context
    entry.close()
    again = context.new_page()
    again.goto("/orders/new/")
    again.get_by_role("button", name="恢复").click()
    expect_thirty_lines(again)
    assert not Order.objects.exists()
    third = context.new_page()
    third.goto("/orders/new/")
    third.get_by_role("button", name="放弃").click()
    expect(third.locator("#autosave-offer")).to_be_hidden()
    third.reload()
    expect(third.locator("#autosave-offer")).to_be_hidden()


def test_ctrl_s_stays_in_the_cell_and_what_is_saved_is_not_offered_again(entry):
    type_thirty_lines(entry)
    cell(entry, 7, "数量").focus()
    entry.keyboard.press("Control+s")
    expect(entry.locator("#messages")).to_contain_text("已保存")
    expect(cell(entry, 7, "数量")).to_be_focused()
    order = Order.objects.get()
    assert entry.url.endswith(f"/orders/{order.pk}/edit/")
    cell(entry, 7, "数量").fill("70")
    with entry.expect_response(lambda response: response.request.method == "POST" and "/edit/" in response.url):
        entry.keyboard.press("Control+s")
    expect(entry.locator("#autosaved")).to_have_text("")
    expect(cell(entry, 7, "数量")).to_be_focused()
    assert order.lines.get(position=7).quantity == 70
    entry.reload()
    expect(cell(entry, 7, "数量")).to_have_value("70")
    expect(entry.locator("#autosave-offer")).to_be_hidden()
    entry.goto("/orders/new/")
    expect(entry.locator("#autosave-offer")).to_be_hidden()


def test_without_a_network_the_page_stays_and_saves_later(entry, watch):
    watch.allow("ERR_INTERNET_DISCONNECTED")
    watch.allow("ERR_ABORTED")
    watch.allow("htmx:")
    type_thirty_lines(entry)
    entry.context.set_offline(True)
    entry.keyboard.press("Control+s")
    expect(entry.locator("#autosaved")).to_contain_text("尚未保存")
    expect_thirty_lines(entry)
    entry.context.set_offline(False)
    entry.keyboard.press("Control+s")
    expect(entry.locator("#messages")).to_contain_text("已保存")
    watch.wait_until_quiet(entry)
    assert Order.objects.get().lines.count() == 30


def test_deleted_rows_come_back_one_after_the_other_where_they_were(entry):
    type_thirty_lines(entry)
    for number in (30, 12, 11):
        entry.get_by_label(f"删除第 {number} 行", exact=True).click()
    expect(cell(entry, 11, "商品")).to_have_value("零件 13")
    expect(cell(entry, 11, "商品")).to_be_focused()
    for place in (11, 12):
        entry.keyboard.press("Control+z")
        expect(cell(entry, place, "商品")).to_have_value(f"零件 {place}")
    entry.get_by_role("button", name="恢复删除的行").click()
    expect_thirty_lines(entry)
    expect(entry.get_by_role("button", name="恢复删除的行")).to_be_hidden()
    cell(entry, 5, "数量").fill("55")
    entry.keyboard.press("Control+z")
    expect(cell(entry, 5, "数量")).to_have_value("5")


def test_bad_cells_are_saved_as_typed_with_the_cursor_in_its_cell(entry):
    type_thirty_lines(entry)
    cell(entry, 7, "数量").fill("12O")
    entry.keyboard.press("Control+s")
    expect(entry.locator("#messages")).to_contain_text("1 个单元格需改正")
    expect(cell(entry, 7, "数量")).to_be_focused()
    entry.reload()
    expect(cell(entry, 7, "数量")).to_have_value("12O")
    expect(cell(entry, 7, "数量")).to_have_attribute("aria-invalid", "true")
    expect(cell(entry, 7, "不含税单价")).to_have_value("70")
    entry.get_by_role("button", name="提交审核").click()
    expect(entry.get_by_role("alert").first).to_contain_text("第 7 行 数量")
    assert Order.objects.get().status == Status.DRAFT


def test_another_device_offers_what_was_typed_here(entry, page_of, rep):
    type_thirty_lines(entry)
    phone = page_of(rep)
    phone.goto("/orders/new/")
    phone.get_by_role("button", name="恢复").click()
    expect_thirty_lines(phone)


def test_what_was_typed_without_a_network_is_newer_than_what_the_server_has(entry, watch):
    watch.allow("ERR_INTERNET_DISCONNECTED")
    type_thirty_lines(entry)
    watch.wait_until_quiet(entry)
    entry.context.set_offline(True)
    cell(entry, 7, "数量").fill("77")
    expect(entry.locator("#autosaved")).to_contain_text("已保留在本浏览器")
    context = entry.context
    entry.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/orders/new/")
    again.get_by_role("button", name="恢复").click()
    expect(cell(again, 7, "数量")).to_have_value("77")


# ---- the login is gone -----------------------------------------------------------------------------------------------


def log_in_over_the_page(page, person):
    dialog = page.locator("#login-again")
    expect(dialog.get_by_text("您填写的内容都保留着")).to_be_visible()
    dialog.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()


@pytest.fixture
def password(rep):
    rep.set_password(PASSWORD)
    rep.save()


def forget_the_session(page, watch):
    watch.wait_until_quiet(page)
    watch.allow(": 401")
    watch.allow("Error Code 401")
    Session.objects.all().delete()


@pytest.mark.usefixtures("password")
def test_a_login_that_is_gone_is_renewed_over_the_page_and_what_was_asked_goes_on(entry, rep, watch):
    type_thirty_lines(entry)
    cell(entry, 7, "数量").focus()
    forget_the_session(entry, watch)
    entry.keyboard.press("Control+s")
    log_in_over_the_page(entry, rep)
    expect(entry.locator("#messages")).to_contain_text("已保存")
    expect(cell(entry, 7, "数量")).to_be_focused()
    assert Order.objects.get().lines.count() == 30


def test_a_token_of_another_login_of_the_same_person_is_renewed_without_a_word(entry, watch):
    watch.allow(": 401")
    type_thirty_lines(entry)
    watch.wait_until_quiet(entry)
    entry.context.clear_cookies(name="csrftoken")
    entry.keyboard.press("Control+s")
    expect(entry.locator("#messages")).to_contain_text("已保存")
    watch.wait_until_quiet(entry)
    entry.context.clear_cookies(name="csrftoken")
    entry.get_by_label("备注").fill("急")
    entry.get_by_role("button", name="保存草稿").click()
    entry.wait_for_url("**/orders/*/")
    assert Order.objects.get().remarks == "急"


@pytest.mark.usefixtures("password")
def test_what_the_page_asks_by_itself_takes_nobody_the_keyboard(entry, rep, watch):
    type_thirty_lines(entry)
    cell(entry, 7, "数量").focus()
    forget_the_session(entry, watch)
    entry.keyboard.type("70")
    expect(entry.locator("#login-again")).to_be_visible()
    expect(cell(entry, 7, "数量")).to_be_focused()
    entry.keyboard.type("5")
    expect(cell(entry, 7, "数量")).to_have_value("7705")
    entry.keyboard.press("Control+s")
    expect(entry.locator("#login-again").get_by_label("密码")).to_be_focused()
    log_in_over_the_page(entry, rep)
    expect(entry.locator("#messages")).to_contain_text("已保存")
    assert Order.objects.get().lines.get(position=7).quantity == 7705


@pytest.mark.usefixtures("password")
def test_a_form_and_a_verb_go_on_after_the_login_over_the_page(entry, rep, watch):
    type_thirty_lines(entry)
    forget_the_session(entry, watch)
    entry.get_by_role("button", name="保存草稿").click()
    log_in_over_the_page(entry, rep)
    entry.wait_for_url("**/orders/*/")
    order = Order.objects.get()
    forget_the_session(entry, watch)
    entry.get_by_text("取消订单").first.click()
    entry.get_by_label("理由").first.fill("客户改了预算")
    entry.keyboard.press("Tab")
    entry.keyboard.press("Enter")
    log_in_over_the_page(entry, rep)
    expect(entry.locator(".ph .st")).to_have_text("已取消")
    order.refresh_from_db()
    assert order.status == Status.CANCELLED


@pytest.mark.usefixtures("password")
def test_somebody_else_is_told_whose_page_it_is(entry, rep, other_rep, watch):
    watch.allow(": 422")
    other_rep.set_password(PASSWORD)
    other_rep.save()
    type_thirty_lines(entry)
    forget_the_session(entry, watch)
    entry.keyboard.press("Control+s")
    dialog = entry.locator("#login-again")
    dialog.get_by_label("用户名").fill(other_rep.username)
    dialog.get_by_label("密码").fill(PASSWORD)
    entry.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("属于另一位用户")
    assert not Order.objects.exists()
    dialog.get_by_label("用户名").fill(rep.username)
    log_in_over_the_page(entry, rep)
    expect(entry.locator("#messages")).to_contain_text("已保存")
    assert Order.objects.get().drafted_by == rep


def test_without_scripts_the_login_leads_back_to_everything(page_of, rep, customer):
    page = page_of(rep, java_script_enabled=False)
    page.goto(f"/orders/new/?customer={customer.pk}")
    cell(page, 1, "商品").fill("零件 1")
    page.get_by_label("备注").fill("到货前 <b>电话</b> 通知")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("您填写的内容都保留着")).to_be_visible()
    log_in(page, rep, opened=True)
    expect(page.get_by_text("您填写的内容都在这里")).to_be_visible()
    expect(cell(page, 1, "商品")).to_have_value("零件 1")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("#messages")).to_contain_text("已保存")


@pytest.mark.usefixtures("world")
def test_what_a_fragment_posts_goes_on_after_the_login_too(seat, watch):
    watch.allow(": 401")
    watch.allow("Error Code 401")
    manager = User.objects.get(username="manager1")
    page = seat("manager1")
    page.goto(World(manager).imported("别的表头.xlsx").get_absolute_url())
    watch.wait_until_quiet(page)
    manager.set_password(PASSWORD)
    manager.save()
    with page.expect_response(lambda answer: "/preview/" in answer.url and answer.ok):
        page.locator("[name=column-1]").select_option(index=1)
        log_in_over_the_page(page, manager)
    watch.wait_until_quiet(page)
    page.locator("form[hx-post]").get_by_role("button").last.click()
    page.wait_for_load_state()
    assert "/imports/" in page.url
