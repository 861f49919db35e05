"""What the keyboard does on every page, and what a click does once and only once."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_slash_goes_to_the_search(page_of, rep, picture):
    page = page_of(rep)
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator('.top input[type="search"]')).to_be_focused()
    picture(page, "spike")
