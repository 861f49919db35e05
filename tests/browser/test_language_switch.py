"""The switch between Chinese and English keeps the page one is on, with everything its address says."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.browser.hands import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]

ADDRESSES = ["/orders/?q=海雅&sort=promised", "/approvals/?grade=A", "/search/?q=h"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_switching_the_language_keeps_the_page_and_its_query(seat, address):
    page = seat("manager1")
    page.goto(address)
    before = page.url
    page.locator(".top button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == before
    assert User.objects.get(username="manager1").language == "en"
    page.locator(".top button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert page.url == before


def test_on_a_phone_the_switch_is_in_the_menu_of_the_bottom_bar(seat):
    page = seat("rep1")
    page.set_viewport_size(PHONE)
    page.goto("/orders/?q=h")
    before = page.url
    page.locator(".side .menu-up > summary").click()
    page.locator(".side button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == before


def test_a_visitor_switches_before_the_login(open_context):
    page = open_context().new_page()
    page.goto("/accounts/login/?next=/orders/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/accounts/login/?next=/orders/")
