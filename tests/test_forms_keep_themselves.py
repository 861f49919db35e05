"""Whatever form keeps itself: it is offered again, comes back as typed, and once it is saved it is kept no longer."""

import re

import pytest
from lxml import html

from accounts.roles import Role
from core.models import Autosave, HeldFile
from tests.browsers import browser_of
from tests.factories import CustomerFactory, UserFactory
from tests.kept_forms import FORMS, route_of, routes_that_take_up
from tests.sample_files import picture

pytestmark = pytest.mark.django_db
OFFER = re.compile(r'id="autosave-offer"[^>]* data-age="[0-9.]+"')


class Page:
    """A form on its page, as the browser has it."""

    def __init__(self, kind: str, rep, manager):
        self.kept = FORMS[kind]
        known = {"rep": rep, "manager": manager}
        self.person = known.get(self.kept.role) or UserFactory(role=Role(self.kept.role))
        self.browser = browser_of(self.person)
        self.url = self.kept.where(CustomerFactory(owner=rep, team=rep.team), self.person)

    def text(self) -> str:
        return self.browser.get(self.url).content.decode()

    def form(self):
        return html.fromstring(self.text()).xpath("//form[@data-autosave]")[0]

    def filled(self) -> dict[str, str]:
        """What the form sends once everything is typed."""
        form = self.form()
        for name, text in self.kept.typed.items():
            box = next(box for box in form.inputs if name in (box.name or "").split("-"))
            if box.tag != "select":
                box.value = text
            else:
                box.value = next(each.get("value") for each in box if each.get("value") and text in each.text)
        return dict(form.form_values())

    def keep(self, filled: dict[str, str]) -> None:
        form = self.form()
        by = form.get("data-autosave-by")
        about = {"autosave-page": form.get("data-autosave"), "autosave-form": filled[by] if by else ""}
        assert self.browser.post("/autosave/", filled | about).status_code == 200

    def send(self, filled: dict[str, str], file=None):
        form = self.form()
        sent = filled | {"save": "1"} | ({self.kept.file: file} if file else {})
        return self.browser.post(form.get("action") or self.url, sent)


@pytest.fixture
def page_of(rep, manager):
    return lambda kind: Page(kind, rep, manager)


@pytest.mark.parametrize("kind", FORMS)
def test_what_was_typed_comes_back_and_is_dropped_once_it_is_saved(page_of, kind):
    page = page_of(kind)
    filled = page.filled()
    page.keep(filled)
    assert OFFER.search(page.text())
    restored = page.browser.post("/autosave/restore/", {"autosave": Autosave.objects.get().pk})
    back = page.browser.get(restored.url).content.decode()
    assert next(iter(page.kept.typed.values())) in back
    assert "data-touched" in back
    answer = page.send(filled, picture() if page.kept.file else None)
    assert answer.status_code == 303
    assert not Autosave.objects.exists()


def test_every_page_that_takes_up_what_was_typed_is_among_them(page_of):
    assert {route_of(page_of(kind).url) for kind in FORMS} == set(routes_that_take_up())


@pytest.mark.parametrize("kind", [kind for kind, form in FORMS.items() if form.file])
def test_a_refused_form_keeps_its_file_and_is_stored_with_it(page_of, kind):
    page = page_of(kind)
    filled = page.filled()
    first = next(iter(page.kept.typed))
    refused = page.send(filled | {first: ""}, picture("函.jpg"))
    assert refused.status_code == 422
    assert "函.jpg" in refused.content.decode()
    assert page.send(filled).status_code == 303
    assert not HeldFile.objects.exists()
