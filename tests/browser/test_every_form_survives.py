"""Every kind of form, sent without a network and without a login: the page stays, and what was meant is done."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, expect

from accounts.roles import Role
from core.models import Autosave, Event
from orders.statuses import Status
from tests.factories import PASSWORD, CustomerFactory, UserFactory, make_order
from tests.kept_forms import FORMS, Kept
from tests.sample_files import picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]
FORM = "form[data-autosave]"


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team)


@pytest.fixture
def person(request, rep, manager):
    kept = FORMS.get(request.param)
    role = kept.role if kept else "manager"
    person = {"rep": rep, "manager": manager}.get(role) or UserFactory(role=Role(role))
    person.set_password(PASSWORD)
    person.save()
    return person


def fill_in(page: Page, kept: Kept) -> Locator:
    """Types what is to be typed; the button that sends it."""
    for name, text in kept.typed.items():
        type_into(page.locator(f"{FORM} [name={name}], {FORM} [name^={name}-], {FORM} [name$=-{name}]").first, text)
    if kept.file:
        picture = {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes()}
        page.locator(f"{FORM} [name={kept.file}]").set_input_files(picture)
    saving = page.locator("button[name=save]")
    return saving if saving.count() else page.locator(f"{FORM} button[type=submit]").last


def type_into(box: Locator, text: str) -> None:
    if box.evaluate("(box) => box.tagName") == "SELECT":
        box.select_option(box.locator("option", has_text=text).get_attribute("value"))
    else:
        box.fill(text)


def a_decision(page: Page, customer) -> Locator:
    order = make_order(customer=customer, status=Status.MANAGER_REVIEW)
    page.goto(f"/orders/{order.pk}/review/")
    page.locator("#id_note").fill("价格再谈")
    return page.locator("[formaction$='/send_back/']")


def open_and_fill_in(page: Page, kind: str, customer, person) -> Locator:
    if kind == "decision":
        return a_decision(page, customer)
    page.goto(FORMS[kind].where(customer, person))
    return fill_in(page, FORMS[kind])


def what_was_done(person) -> int:
    return Event.objects.filter(actor=person).count()


KINDS = [*FORMS, "decision"]


@pytest.mark.parametrize(("kind", "person"), [(kind, kind) for kind in KINDS], indirect=["person"], ids=KINDS)
def test_a_form_without_a_network_and_without_a_login_is_sent_in_the_end(page_of, person, kind, customer, watch):
    for part in (": 401", "Error Code 401", "ERR_INTERNET", "htmx:"):
        watch.allow(part)
    page = page_of(person)
    page.on("dialog", lambda dialog: dialog.accept())
    button = open_and_fill_in(page, kind, customer, person)
    watch.wait_until_quiet(page)
    done = what_was_done(person)
    page.context.set_offline(True)
    button.click()
    expect(page.locator(".no-answer")).to_be_visible()
    page.context.set_offline(False)
    Session.objects.all().delete()
    assert what_was_done(person) == done
    button.click()
    page.locator("#login-again").get_by_label("密码").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".note-bad")).to_have_count(0)
    assert what_was_done(person) > done
    assert not Autosave.objects.exists()


@pytest.mark.parametrize(("kind", "person"), [(kind, kind) for kind in FORMS], indirect=["person"], ids=FORMS)
def test_a_form_that_was_closed_comes_back_as_it_was_typed(page_of, person, kind, customer, watch):
    page = page_of(person)
    page.on("dialog", lambda dialog: dialog.accept())
    open_and_fill_in(page, kind, customer, person)
    expect(page.locator("#autosaved:not([aria-busy])")).to_contain_text("已自动保存")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.locator("#autosave-offer").get_by_role("button", name="恢复").click()
    watch.wait_until_quiet(page)
    first = next(iter(FORMS[kind].typed.values()))
    typed = page.locator(FORM).evaluate("(form) => [...new FormData(form)].map((pair) => String(pair[1]))")
    assert first in typed
