"""Every page on a desk and on a phone: nothing breaks, everybody can read it, and it speaks one language."""

import csv
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import resolve
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.barriers import out_of_reach_on_a_phone, serious_barriers
from tests.browser.hands import PHONE
from tests.browser.language import chinese_beyond, english_left, texts_of
from tests.browser.pages import VISITS, Visit
from tests.browser.world import World

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]

PERMISSIONS = Path(settings.BASE_DIR) / "tests" / "permissions.csv"
#: What answers a GET without being a page, and what it is instead.
NO_PAGES = {
    "healthz": "figures for a monitor",
    "accounts/login-again/": "what the dialog over a page asks",
    "customers/place/": "lists of places",
    "customers/alike/": "a part of the customer's form",
    "products/counts/<int:pk>/sheet/": "a workbook",
    "files/<int:pk>/": "a file",
    "imports/<slug:kind>/template/": "a workbook",
    "customers/suggest/": "type-ahead",
    "products/suggest/": "type-ahead",
    "orders/suggest-products/": "type-ahead",
    "operations/history/<slug:model>/<int:pk>/": "a part of a record's timeline",
    "customers/<int:pk>/statement/excel/": "a workbook",
    "fragments/receivables/": "a part of the receivables",
    "fragments/navigation-counts/": "a part of every page",
    "fragments/customers/<int:pk>/credit/": "a part of the customer's page",
    "fragments/customers/<int:pk>/before-visit/": "a part of the customer's page",
    "fragments/customers/<int:pk>/orders/": "a part of the customer's page",
    "fragments/customers/<int:pk>/requirements/": "a part of the customer's page",
    "fragments/customers/<int:pk>/agreements/": "a part of the customer's page",
    "fragments/products/<int:pk>/buyers/": "a part of the product's page",
    "fragments/products/<int:pk>/agreements/": "a part of the product's page",
    "fragments/requirements/<int:pk>/orders/": "a part of the requirement's page",
    "fragments/orders/<int:pk>/amendments/": "a part of the order's page",
}


@pytest.fixture
def visit_page(seat, open_context, watch):
    """A function: visit → the page, opened, with everything done and everything loaded."""

    def open_page(visit: Visit, locale: str = "zh-CN") -> Page:
        person = User.objects.filter(username=visit.login).first()
        page = seat(visit.login) if person else open_context(locale=locale).new_page()
        if visit.status != 200:
            watch.allow(f": {visit.status}")
        assert page.goto(visit.where(World(person))).status == visit.status
        watch.wait_until_quiet(page)
        if visit.do:
            visit.do(page)
            watch.wait_until_quiet(page)
        return page

    return open_page


def test_every_page_of_the_permission_table_is_looked_at():
    people = {person.username: person for person in User.objects.all()}
    seen = {resolve(visit.where(World(people.get(visit.login))).partition("?")[0]).route for visit in VISITS}
    rows = csv.DictReader(PERMISSIONS.read_text(encoding="utf-8").splitlines())
    pages = {row["route"] for row in rows if row["method"] == "GET" and "200" in row.values()}
    assert sorted(pages - seen - NO_PAGES.keys()) == []
    assert sorted(NO_PAGES.keys() - pages) == [], "no longer there, or a page by now"


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_the_page_works_on_desk_and_phone_and_is_chinese(visit, visit_page, picture, written):
    page = visit_page(visit)
    if visit.readme:
        picture(page, visit.readme, folder="readme", full_page=False)
    picture(page, f"{visit.name}-1440")
    found = serious_barriers(page, "desk") + (english_left(texts_of(page), written) if visit.ours else [])
    page.set_viewport_size(PHONE)
    picture(page, f"{visit.name}-390")
    found += out_of_reach_on_a_phone(page) + serious_barriers(page, "phone")
    assert not found, "\n" + "\n".join(found)


# The document of a private link has the language that is in its address.
@pytest.mark.parametrize("visit", [visit for visit in VISITS if visit.name != "quotation-public"], ids=str)
def test_the_page_is_english_for_those_who_chose_it(visit, visit_page, picture, written):
    User.objects.update(language="en")
    page = visit_page(visit, locale="en-GB")
    if not visit.login:
        picture(page, f"{visit.name}-en-1440")
    assert page.locator("html").get_attribute("lang").startswith("en")
    found = chinese_beyond(texts_of(page), written)
    assert not found, "\n" + "\n".join(found)
