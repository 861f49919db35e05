"""The header's search while one types: hits below the field, chosen with the arrows."""

import pytest
from playwright.sync_api import expect

from tests.factories import CustomerFactory, make_order

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]


@pytest.fixture
def haiya(rep):
    return CustomerFactory(short_name="海雅装备", owner=rep, team=rep.team)


def test_hits_appear_while_one_types_and_the_arrows_choose_one(page_of, rep, haiya, picture):
    make_order(customer=haiya)
    page = page_of(rep)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("hyzb")
    field, hits = page.get_by_role("combobox"), page.get_by_role("option")
    expect(hits).to_have_count(2)
    expect(hits.first).to_contain_text("客户")
    page.keyboard.press("ArrowDown")
    expect(hits.first).to_have_attribute("aria-selected", "true")
    picture(page, "search-while-typing")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{haiya.get_absolute_url()}")
    expect(field).to_have_value("")


def test_escape_closes_the_hits_and_enter_without_a_choice_opens_their_page(page_of, rep, haiya):
    make_order(customer=haiya)
    page = page_of(rep)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("海雅")
    panel = page.get_by_role("listbox")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.get_by_role("combobox")).to_have_value("海雅")
