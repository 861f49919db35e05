"""Who finds which page in the navigation, and what the frame says around it."""

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch
from django.utils import translation

from accounts.roles import Role
from ordersys import navigation, views

PAGES = {
    "worklist": "/",
    "approvals:queue": "/approvals/",
    "customers:list": "/customers/",
    "orders:list": "/orders/",
    "orders:new": "/orders/new/",
    "products:list": "/products/",
    "fulfilment:list": "/shipments/",
    "admin:index": "/admin/",
}


@pytest.fixture
def all_pages(monkeypatch):
    """Every page of the navigation exists, and no other."""

    def reverse(name):
        if name not in PAGES:
            raise NoReverseMatch(name)
        return PAGES[name]

    monkeypatch.setattr(navigation, "reverse", reverse)


def person(role: str, **more):
    return SimpleNamespace(role=role, is_authenticated=True, is_superuser=False, **more)


def at(view_name: str):
    return SimpleNamespace(view_name=view_name, namespace=view_name.rpartition(":")[0])


def urls(user, match=None) -> list[str]:
    return [e["url"] for group in navigation.navigation_for(user, match) for e in group["entries"]]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.REP, ["/", "/approvals/", "/customers/", "/orders/", "/products/", "/shipments/"]),
        (Role.MANAGER, ["/", "/approvals/", "/customers/", "/orders/", "/products/", "/shipments/"]),
        (Role.FINANCE, ["/", "/approvals/", "/customers/", "/orders/", "/products/", "/shipments/"]),
        (Role.OPERATIONS, ["/", "/orders/", "/products/", "/shipments/"]),
        (Role.SERVICE, ["/", "/customers/", "/orders/", "/shipments/"]),
        (Role.ADMIN, ["/", "/customers/", "/orders/", "/products/", "/shipments/", "/admin/"]),
    ],
)
def test_each_role_finds_what_it_uses(all_pages, role, expected):
    assert urls(person(role)) == expected


def test_a_page_that_does_not_exist_is_left_out(all_pages, monkeypatch):
    monkeypatch.delitem(PAGES, "products:list")
    assert "/products/" not in urls(person(Role.REP))


def test_the_bottom_bar_of_a_phone_has_room_for_four(all_pages):
    for role in Role:
        groups = navigation.navigation_for(person(role))
        assert sum(entry["on_phone"] for group in groups for entry in group["entries"]) <= 4


@pytest.mark.parametrize(
    ("view_name", "expected"),
    [("orders:new", ["/orders/"]), ("approvals:review", ["/approvals/"]), ("worklist", ["/"]), ("search", [])],
)
def test_the_entry_of_the_same_app_is_active(all_pages, view_name, expected):
    groups = navigation.navigation_for(person(Role.REP), at(view_name))
    assert [e["url"] for group in groups for e in group["entries"] if e["active"]] == expected


def test_a_stranger_gets_no_navigation(rf):
    request = rf.get("/")
    request.user = SimpleNamespace(is_authenticated=False)
    assert "navigation" not in navigation.frame(request)


@pytest.mark.parametrize(("role", "url"), [(Role.REP, "/orders/new/"), (Role.FINANCE, "")])
def test_the_key_for_a_new_order_works_only_for_those_who_make_orders(rf, all_pages, role, url):
    request = rf.get("/")
    request.user = person(role)
    assert navigation.frame(request)["new_order_url"] == url


@pytest.mark.parametrize(("language", "tag", "other"), [("zh-hans", "zh-Hans", "en"), ("en", "en", "zh-hans")])
def test_the_page_says_its_language_and_offers_the_other(rf, language, tag, other):
    with translation.override(language):
        context = navigation.frame(rf.get("/"))
    assert (context["page_language"], context["other_language"]["code"]) == (tag, other)


def test_counts_replace_their_places_and_turn_red_when_something_is_late(rf, monkeypatch):
    monkeypatch.setattr(views, "counts_for", lambda user: {"worklist": 3, "worklist_late": 1, "reviews": 2, "x": 0})
    monkeypatch.setattr(views, "unread_count", lambda user: 4)
    request = rf.get("/")
    request.user = person(Role.REP)
    html = views.navigation_counts(request).content.decode()
    assert '<span class="count count-bad" data-count="worklist"' in html
    assert """hx-swap-oob="outerHTML:[data-count='worklist']">3</span>""" in html
    assert '<span class="count" data-count="reviews"' in html
    assert "worklist_late" not in html
    assert 'data-count="messages"' in html
    assert 'data-count="x"' not in html


def test_the_page_for_a_fault_needs_neither_context_nor_database():
    html = render_to_string("500.html")
    assert "/static/app.css" in html


def test_the_page_for_a_busy_database_keeps_what_was_typed():
    html = render_to_string("503.html", {"typed": [("note", "first\n<b>second</b>")]})
    assert '<textarea name="note" hidden>\nfirst\n&lt;b&gt;second&lt;/b&gt;</textarea>' in html


def test_a_closed_verb_says_why_and_is_tied_to_the_reason():
    button = {"name": "release", "label": "Release", "reasons": ["Not confirmed.", "Not paid."]}
    html = render_to_string("components/_transition_buttons.html", {"buttons": [button], "version": 1})
    assert 'disabled aria-describedby="why-release"' in html
    assert 'id="why-release"><b>Release</b> Not confirmed. Not paid.</p>' in html
    assert "<form" not in html


def test_an_open_verb_sends_the_version_that_was_looked_at():
    button = {"name": "cancel", "label": "Cancel", "url": "/orders/1/cancel/", "question": "Cancel: order 1?"}
    html = render_to_string("components/_transition_buttons.html", {"buttons": [button], "version": 7})
    assert 'method="post" action="/orders/1/cancel/"' in html
    assert '<input type="hidden" name="version" value="7">' in html
    assert 'data-confirm="Cancel: order 1?"' in html


def test_a_refused_reason_is_still_in_its_box():
    button = {"name": "send_back", "label": "Send back", "url": "/x/", "note_required": True}
    typed = {"verb": "send_back", "values": {"note": "<too dear>"}}
    html = render_to_string("components/_transition_buttons.html", {"buttons": [button], "version": 1, "typed": typed})
    assert '<details class="menu verb" open>' in html
    assert "&lt;too dear&gt;</textarea>" in html
