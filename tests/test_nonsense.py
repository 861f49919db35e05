"""Nonsense in every parameter of every page and verb: the answer is a page, a refusal or "not found", never an error.

Which parameters a page reads is learned by watching it: whatever it asks a query string or a form for, and whatever
its page has a box for. The pages are those of ``tests/permissions.csv`` and the administration's. Every day each door
meets one kind of nonsense, another one at each door; on PostgreSQL, which minds more, it meets all of them, and every
parameter alone a few.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from django.contrib import admin as administration
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from orders.statuses import Status
from tests.browsers import browser_with
from tests.factories import CustomerFactory, make_order
from tests.test_permissions import PEOPLE, ROWS, address, ours, subject

#: As it travels, percent-encoded.
NONSENSE = {
    "nothing": "",
    "letters": "abc",
    "a negative number": "-1",
    "nineteen digits": "9223372036854775808",
    "forty digits": "9" * 40,
    "5,000 digits": "7" * 5000,
    "a small power": quote("²"),
    "NUL": "a%00b",
    "half a character": "%ED%A0%80",
    "no UTF-8": "%FF%FE%80",
    "unseen marks": quote("\u202e\u200b\ufeff\u2066x"),
    "no number": "NaN",
    "too great a number": "1e400",
    "no day": "2026-02-30",
    "the first day": "0001-01-01",
    "the last day": "9999-12-31",
    "a day too late": "10000-01-01",
    "another site": quote("//evil.example/"),
    "no address": quote("http://[::1"),
    "signs": quote("%_\\'\"<b>{{7*7}}"),
    "a list": "1,2,,x",
    "a pair of many digits": "1:" + "7" * 5000,
    "a team of many digits": "team:" + "7" * 5000,
    "a category of many digits": "category:" + "7" * 5000,
    "a long text": quote("水") * 3000,
}
EVERY_DAY = 1
WHOLE = connection.vendor == "postgresql"
_FORM = "application/x-www-form-urlencoded"
Values = list[tuple[str, str]]


@dataclass(frozen=True)
class Door:
    """A page or verb as one person meets it."""

    client: Client
    method: str
    url: str

    def answer(self, values: Values, **headers: str):
        """The response to these values, encoded as they are; what it wrote is taken back."""
        sent = "&".join(f"{quote(name)}={value}" for name, value in values)
        with transaction.atomic():
            if self.method == "GET":
                response = self.client.generic("GET", self.url, QUERY_STRING=sent, **headers)
            else:
                response = self.client.generic("POST", self.url, sent, content_type=_FORM, **headers)
            transaction.set_rollback(True)
        return response

    def fault(self, values: Values, **headers: str) -> str:
        """What is wrong with the answer; empty when it is no error and leads nowhere but to pages of ours."""
        try:
            response = self.answer(values, **headers)
        except Exception as error:
            return f"{type(error).__name__}: {error}"[:300]
        if response.status_code >= 500:
            return str(response.status_code)
        leads_to = response.headers.get("Location", "/")
        return f"leads to {leads_to}" if re.match(r"//|/\\|[^/?]", leads_to) else ""


class Boxes(HTMLParser):
    """The boxes of a page with what stands in them; an empty one gets a 1, so that the form is sent on."""

    def __init__(self, html: str):
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag in ("input", "select", "textarea", "button") and attributes.get("name"):
            self.values.setdefault(attributes["name"], attributes.get("value") or "1")


@pytest.fixture
def parameters_of(monkeypatch):
    """A function: everything that a door may be sent, with a plausible value each."""
    asked: dict[str, None] = {}

    def watched(way):
        def ask(data, name, *rest, **named):
            asked[str(name)] = None
            return way(data, name, *rest, **named)

        return ask

    for way in ("get", "getlist", "__getitem__", "__contains__", "pop"):
        monkeypatch.setattr(QueryDict, way, watched(getattr(QueryDict, way)))

    def find(door: Door) -> dict[str, str]:
        plausible = boxes_of(door) if door.method == "POST" else {}
        for _deeper in range(2):
            asked.clear()
            door.answer([(name, quote(value)) for name, value in plausible.items()])
            known, plausible = plausible, dict.fromkeys(asked, "1") | plausible
            if plausible == known:  # the same request asks for the same again
                break
        # Of numbered rows the first one stands for all.
        first = {re.sub(r"\d+", "#", name): name for name in reversed(plausible) if name != "csrfmiddlewaretoken"}
        return {name: plausible[name] for name in sorted(first.values())}

    return find


def boxes_of(door: Door) -> dict[str, str]:
    page = door.client.get(door.url)
    is_page = page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    return Boxes(page.content.decode()).values if is_page else {}


def some_kinds(turn: int) -> list[str]:
    kinds = list(NONSENSE)
    return kinds if WHOLE else [kinds[(turn * EVERY_DAY + n) % len(kinds)] for n in range(EVERY_DAY)]


def everywhere(parameters: dict[str, str], turn: int) -> Iterator[tuple[str, Values]]:
    """Nonsense of one kind in all parameters at once, each sent twice."""
    for kind in some_kinds(turn):
        yield f"{kind} everywhere", [(name, NONSENSE[kind]) for name in parameters] * 2


def one_by_one(parameters: dict[str, str], turn: int) -> Iterator[tuple[str, Values]]:
    """Nonsense in one parameter, the others being plausible; a few kinds for each."""
    for place, wrong in enumerate(parameters, start=turn):
        for kind, nonsense in list(NONSENSE.items())[place % 6 :: 6]:
            values = [(name, nonsense if name == wrong else quote(value)) for name, value in parameters.items()]
            yield f"{kind} in {wrong}", values


def who_may(row: dict) -> list[str]:
    """Whom a row lets through; who is not logged in is led to the login nearly everywhere."""
    return [name for name in PEOPLE if row[name] not in ("403", "404", "405", "302" if name == "anonymous" else "")]


def client_of(name: str, sessions) -> Client:
    return browser_with(sessions[name]) if name in sessions else Client()


DOORS = [row for row in ROWS if who_may(row)]


@pytest.mark.django_db
@pytest.mark.parametrize("turn", range(len(DOORS)), ids=lambda n: f"{DOORS[n]['method']} {DOORS[n]['route']} {n}")
def test_nonsense_is_answered(turn, sessions, parameters_of):
    row = DOORS[turn]
    url, people = address(row, subject(row["object"], User.objects.get(username="rep"))), who_may(row)
    for name in people[: 2 if WHOLE else 1]:
        door = Door(client_of(name, sessions), row["method"], url)
        parameters = parameters_of(door)
        tries = [*everywhere(parameters, turn), *(one_by_one(parameters, turn) if WHOLE and name == people[0] else ())]
        faults = [(name, what, fault) for what, values in tries if (fault := door.fault(values))]
        assert faults == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["anonymous", "rep", "manager", "admin"])
def test_nonsense_in_an_address_is_answered(name, sessions):
    client, routes, faults = client_of(name, sessions), sorted(route for route in ours() if "<" in route), []
    for turn, route in enumerate(routes):
        for kind in some_kinds(turn):
            url = "/" + re.sub(r"<\w+:\w+>", NONSENSE[kind] or "x", route)
            faults += [(m, route, kind, fault) for m in ("GET", "POST") if (fault := Door(client, m, url).fault([]))]
    assert faults == []


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["HTTP_REFERER", "HTTP_HX_CURRENT_URL", "HTTP_X_FORWARDED_FOR", "HTTP_COOKIE",
                                    "HTTP_ACCEPT_LANGUAGE", "HTTP_IF_NONE_MATCH", "CONTENT_TYPE"])  # fmt: skip
def test_nonsense_in_a_header_is_answered(header, sessions, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    faults = []
    for kind, nonsense in NONSENSE.items():
        sent = {header: f"sessionid={nonsense}; django_language={nonsense}" if header == "HTTP_COOKIE" else nonsense}
        for name, method, url in (("rep", "GET", "/orders/"), ("anonymous", "POST", "/orders/new/")):
            fault = Door(client_of(name, sessions), method, url).fault([("q", "1")], **sent)
            faults += [(name, kind, fault)] if fault else []
    assert faults == []


MODELS = sorted(administration.site._registry, key=lambda model: model._meta.label)
ADMINISTRATION = [("GET", ""), ("POST", ""), ("GET", "add/"), ("POST", "add/"), ("GET", "1/change/")]


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_nonsense_in_the_administration_is_answered(model, sessions, parameters_of):
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    known = ["q", "o", "p", "e", "all", "_changelist_filters", "_popup", "_to_field", "id__exact"]
    known += [field.name for field in model._meta.fields]
    faults, client, turn = [], client_of("admin", sessions), MODELS.index(model)
    for method, path in ADMINISTRATION:
        door = Door(client, method, base + path)
        parameters = dict.fromkeys(known, "1") | parameters_of(door)
        alone = [
            (f"{kind} in {name}", [(name, NONSENSE[kind])])
            for kind in some_kinds(turn)
            for name in known[turn % 5 :: 1 if WHOLE else 5]
        ]
        tries = [*everywhere(parameters, turn), *(alone if method == "GET" else ())]
        faults += [(method, path, what, fault) for what, values in tries if (fault := door.fault(values))]
    paths = [(kind, f"{base}{NONSENSE[kind]}/change/") for kind in some_kinds(turn)]
    faults += [(kind, fault) for kind, url in paths if (fault := Door(client, "GET", url).fault([]))]
    assert faults == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", NONSENSE)
def test_the_language_switch_leads_to_pages_of_ours(kind, client):
    values = [("language", "en"), ("next", NONSENSE[kind])]
    answer = Door(client, "POST", "/accounts/language/").answer(values)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["9" * 40, "7" * 5000, "abc", "-1", "1.5"])
def test_a_version_that_is_none_is_refused_with_a_sentence(version, sessions):
    rep = User.objects.get(username="rep")
    order = make_order(customer=CustomerFactory(owner=rep, team=rep.team), rep=rep, status=Status.DRAFT)
    sent = {"note": "重复", "version": version}
    answer = client_of("rep", sessions).post(f"/orders/{order.pk}/cancel/", sent, follow=True)
    assert "请重新查看" in answer.content.decode()
    order.refresh_from_db()
    assert order.status == Status.DRAFT
