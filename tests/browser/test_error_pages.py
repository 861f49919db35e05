"""What people see when something is in the way: it says so in their language, and nothing they typed is lost."""

import pytest
from django.conf import settings as project
from django.db import OperationalError
from playwright.sync_api import Page, expect

from core import views
from customers import views as customer_views
from customers.models import Customer
from tests.browser.barriers import out_of_reach_on_a_phone, serious_barriers
from tests.browser.hands import PHONE, log_in
from tests.browser.language import chinese_beyond, english_left, texts_of

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]

ENGLISH = "en"


@pytest.fixture
def look_at(picture, written):
    """A function: page, name → finds nothing wrong with it, on a desk or a phone."""

    def look(page: Page, name: str) -> None:
        picture(page, f"{name}-1440")
        english = page.locator("html").get_attribute("lang") == ENGLISH
        found = (chinese_beyond if english else english_left)(texts_of(page), written)
        found += serious_barriers(page, "desk")
        page.set_viewport_size(PHONE)
        picture(page, f"{name}-390")
        found += out_of_reach_on_a_phone(page)
        assert not found, "\n" + "\n".join(found)

    return look


def fails_with(error: Exception):
    def fail(*args, **kwargs):
        raise error

    return fail


def test_a_busy_database_is_a_page_to_load_again(seat, look_at, watch, monkeypatch):
    watch.allow(": 503")
    page = seat("rep1")
    with monkeypatch.context() as broken:
        broken.setattr(views, "worklist_for", fails_with(OperationalError("database is locked")))
        page.goto("/")
        look_at(page, "busy")
    page.locator("main .btn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的待办")


def test_what_was_typed_into_a_busy_database_is_sent_again_with_one_click(seat, look_at, watch, monkeypatch):
    watch.allow(": 503")
    watch.allow("/customers/short-name/")  # the proposal for the short name stays away, too
    page = seat("rep1")
    page.goto("/customers/new/")
    page.get_by_label("客户名称").fill("云汀晴川装备有限公司")
    with monkeypatch.context() as broken:
        broken.setattr(customer_views, "CustomerForm", fails_with(OperationalError("database is locked")))
        page.get_by_role("button", name="建立档案").click()
        expect(page.locator(".blank-page button")).to_be_visible()
        look_at(page, "busy-typed")
    page.locator(".blank-page button").click()
    expect(page.locator("#messages")).to_contain_text("已建档")
    assert Customer.objects.filter(name="云汀晴川装备有限公司").count() == 1


def test_a_fault_is_a_page_of_our_own(seat, look_at, watch, monkeypatch):
    watch.allow(": 500")
    page = seat("rep1")
    monkeypatch.setattr(views, "worklist_for", fails_with(RuntimeError("a fault")))
    page.goto("/")
    look_at(page, "fault")


def test_a_form_that_is_not_seen_to_come_from_a_page_of_ours_says_so(seat, look_at, watch, site):
    watch.allow(": 403")
    page = seat("rep1")
    page.set_content(f'<form method="post" action="{site.url}/messages/read/"><button>x</button></form>')
    page.locator("button").click()
    expect(page.locator(".blank-page")).to_be_visible()
    look_at(page, "too-old")


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_too_many_wrong_passwords_lock_the_login_for_a_while(open_context, look_at, watch, settings, locale):
    settings.AXES_ENABLED = True
    watch.allow(": 429")
    page = open_context(locale=locale).new_page()
    page.goto("/accounts/login/")
    for _attempt in range(project.AXES_FAILURE_LIMIT):
        page.locator("[name=username]").fill("rep1")
        page.locator("[name=password]").fill("wrong")
        with page.expect_navigation():
            page.locator(".login-form .btn-primary").click()
    expect(page.locator(".blank-page")).to_be_visible()
    look_at(page, f"locked-{locale[:2]}")


def test_who_is_sent_to_the_login_arrives_where_they_wanted_to_go(open_context, django_user_model):
    page = open_context().new_page()
    page.goto("/orders/?q=h")
    log_in(page, django_user_model.objects.get(username="rep1"), opened=True)
    assert page.url.endswith("/orders/?q=h")
