"""The keyboard on every page: each shortcut of the help, where the focus goes, and that it can be seen."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import has_focus, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]

#: Pages made of rows, and the mark of a row.
ROWS = {
    "worklist": ("/", ".wl-row"),
    "list": ("/orders/", "tr[data-href]"),
    "queue": ("/approvals/", "tr[data-href]"),
}
IS_ON = re.compile(r"\bis-on\b")
#: Between its last and its first stop a dialog lends the focus to the browser itself, which is the body here.
IS_INSIDE = """() => [document.body, document.getElementById("shortcuts")].some(
  (place) => place === document.activeElement || (place !== document.body && place.contains(document.activeElement)))"""
IS_OUTLINED = "() => getComputedStyle(document.activeElement).outlineStyle !== 'none'"


@pytest.fixture
def open_page(seat, watch):
    """A function: address → the manager's page, loaded."""

    def open_one(address: str, login: str = "manager1") -> Page:
        page = seat(login)
        page.goto(address)
        watch.wait_until_quiet(page)
        return page

    return open_one


@pytest.mark.parametrize(("address", "_rows"), ROWS.values(), ids=ROWS)
def test_slash_goes_to_the_search_and_is_a_slash_inside_a_box(open_page, address, _rows):
    page = open_page(address)
    page.keyboard.press("/")
    search = page.locator('.top input[type="search"]')
    expect(search).to_be_focused()
    page.keyboard.type("a/n?")
    expect(search).to_have_value("a/n?")
    assert page.locator("dialog[open]").count() == 0


@pytest.mark.parametrize(("address", "rows"), ROWS.values(), ids=ROWS)
def test_j_and_k_go_from_row_to_row_and_enter_opens_the_one_reached(open_page, address, rows):
    page = open_page(address)
    first, second = page.locator(rows).nth(0), page.locator(rows).nth(1)
    for key, row in (("j", first), ("j", second), ("k", first), ("k", first), ("j", second)):
        page.keyboard.press(key)
        expect(row).to_have_class(IS_ON)
        assert row.evaluate("(row) => row.contains(document.activeElement)")
        assert page.evaluate(IS_OUTLINED), "nobody sees where the focus is"
        assert page.locator(f"{rows}.is-on").count() == 1
    target = second.get_attribute("data-href")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == urlsplit(target).path)


def test_x_ticks_the_row_reached_and_takes_the_tick_away(open_page):
    page = open_page("/customers/")
    row = page.locator("tr[data-href]").first
    page.keyboard.press("j")
    expect(row).to_have_class(IS_ON)
    for is_ticked in (True, False):
        page.keyboard.press("x")
        expect(row.get_by_role("checkbox")).to_be_checked(checked=is_ticked)


@pytest.mark.parametrize("address", ["/orders/", "/approvals/", "/customers/", "/products/", "/shipments/"])
def test_f_goes_to_the_filters(open_page, address):
    page = open_page(address)
    page.keyboard.press("f")
    assert page.evaluate("() => Boolean(document.activeElement.closest('form.filters'))")
    assert page.evaluate(IS_OUTLINED)


@pytest.mark.parametrize(
    ("address", "where"),
    [("/", "/orders/new/"), ("/orders/", "/orders/new/"), ("/customers/", "/customers/new/")],
)
def test_n_begins_what_the_page_offers_else_an_order(open_page, address, where):
    page = open_page(address, login="rep1")
    page.keyboard.press("n")
    page.wait_for_url(f"**{where}")


def test_n_does_nothing_for_those_who_write_no_orders(open_page):
    page = open_page("/", login="operations1")
    page.keyboard.press("n")
    page.keyboard.press("/")
    expect(page.locator('.top input[type="search"]')).to_be_focused()
    assert urlsplit(page.url).path == "/"


def test_brackets_go_to_the_next_order_of_the_queue_and_back(open_page):
    page = open_page("/approvals/")
    page.locator("tr[data-href] a").first.click()
    page.wait_for_url("**/review/**")
    here = page.url
    page.keyboard.press("]")
    page.wait_for_url(lambda url: url != here)
    page.keyboard.press("[")
    page.wait_for_url(here)


# ---- dialogs and menus -----------------------------------------------------------------------------------------------


def test_the_help_opens_with_a_question_mark_holds_the_focus_and_gives_it_back(open_page, picture):
    page = open_page("/orders/")
    page.keyboard.press("j")
    link = page.locator("tr[data-href] a").first
    expect(link).to_be_focused()
    page.keyboard.press("?")
    dialog = page.locator("#shortcuts")
    expect(dialog).to_be_visible()
    for _stop in range(4):
        assert page.evaluate(IS_INSIDE), "the focus has left the dialog"
        page.keyboard.press("Tab")
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()


def test_the_help_names_every_key_that_does_something_and_no_other(open_page):
    page = open_page("/orders/")
    page.keyboard.press("?")
    named = page.locator("#shortcuts kbd").all_inner_texts()
    assert named == ["/", "J", "K", "Enter", "X", "N", "F", "[", "]", "Ctrl", "Enter", "Ctrl", "S", "Esc", "?"]


def test_escape_closes_a_menu_and_leaves_the_focus_on_what_opened_it(open_page):
    page = open_page("/orders/")
    opener = page.locator(".top details.menu > summary")
    tab_to(page, opener)
    page.keyboard.press("Enter")
    entry = page.locator(".top .menu-item").first
    expect(entry).to_be_visible()
    tab_to(page, entry)
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    assert has_focus(opener)


def test_the_first_stop_of_tab_skips_to_the_content(open_page):
    page = open_page("/orders/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => Boolean(document.activeElement.closest('#main'))")
