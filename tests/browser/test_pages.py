"""Every page on a desk and on a phone: nothing breaks, everybody can read it, and it speaks one language."""

import csv
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import TransactionTestCase, override_settings
from django.urls import resolve
from playwright.sync_api import Page

from accounts.models import User
from core.jobs import bell
from tests.browser.hands import PHONE
from tests.browser.language import (
    chinese_beyond,
    chinese_words,
    data_of_the_site,
    english_left,
    texts_of,
)
from tests.browser.pages import VISITS, Visit
from tests.browser.world import World, make_world

pytestmark = pytest.mark.browser

GRAVE = ("serious", "critical")
PERMISSIONS = Path(settings.BASE_DIR) / "tests" / "permissions.csv"
#: What answers without being a page: figures for scripts, fragments, files.
NO_PAGES = {
    "healthz",
    "files/<int:pk>/",
    "imports/<slug:kind>/template/",
    "customers/suggest/",
    "products/suggest/",
    "orders/suggest-products/",
    "fragments/navigation-counts/",
    "fragments/feasible-date/",
    "fragments/customers/<int:pk>/credit/",
    "fragments/customers/<int:pk>/orders/",
}


@pytest.fixture(scope="module")
def transactional_db(site, django_db_blocker):
    """Instead of an empty database for every test, one demonstration for all: they only look at it."""
    with django_db_blocker.unblock():
        with override_settings(DEBUG=True), pytest.MonkeyPatch.context() as patch:
            patch.setattr(bell, "ring", lambda job_id, **options: True)
            make_world()
        yield
        TransactionTestCase("run")._fixture_teardown()


@pytest.fixture(scope="module")
def data(transactional_db):
    return data_of_the_site()


@pytest.fixture
def visit_page(transactional_db, page_of, open_context, watch):
    """A function: visit → the page, opened, with everything done and everything loaded."""

    def open_page(visit: Visit, **options) -> Page:
        person = User.objects.filter(username=visit.login).first()
        page = page_of(person, **options) if person else open_context(**options).new_page()
        if visit.status != 200:
            watch.allow(f": {visit.status}")
        assert page.goto(visit.where(World(person))).status == visit.status
        watch.wait_until_quiet(page)
        visit.do(page)
        watch.wait_until_quiet(page)
        return page

    return open_page


def barriers(page: Page, width: str) -> list[str]:
    """What keeps somebody from using the page, by axe; one line each."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{width} {violation['impact']} {violation['id']}: {' '.join(node['target'])} {node['html'][:160]}"
        for violation in violations
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """A phone's page never scrolls sideways; what is wider scrolls in itself."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"the page is {wide} px wider than the phone"] if wide > 0 else []


def test_every_page_of_the_permission_table_is_looked_at(transactional_db):
    people = {person.username: person for person in User.objects.all()}
    seen = {resolve(visit.where(World(people.get(visit.login))).partition("?")[0]).route for visit in VISITS}
    rows = csv.DictReader(PERMISSIONS.read_text(encoding="utf-8").splitlines())
    pages = {row["route"] for row in rows if row["method"] == "GET" and "200" in row.values()}
    assert sorted(pages - seen - NO_PAGES) == []


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_the_page_works_on_desk_and_phone_and_is_chinese(visit, visit_page, picture, data):
    page = visit_page(visit)
    if visit.readme:
        picture(page, visit.name, folder="readme", full_page=False)
    picture(page, f"{visit.name}-1440")
    found = barriers(page, "desk") + english_left(texts_of(page), "\n".join(data))
    page.set_viewport_size(PHONE)
    picture(page, f"{visit.name}-390")
    found += overflow(page) + barriers(page, "phone")
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_the_page_is_english_for_those_who_chose_it(visit, visit_page, data):
    User.objects.update(language="en")
    page = visit_page(visit, locale="en-GB")
    assert page.locator("html").get_attribute("lang") == "en"
    found = chinese_beyond(texts_of(page), chinese_words(data))
    User.objects.update(language="zh-hans")
    assert not found, "\n" + "\n".join(found)
