"""Who may open and do what: every URL × method × role, against ``tests/permissions.csv``, which is written by hand.

A row names a route as the resolver spells it, a method, the object it is tried on, and the expected status per person.
``rep`` owns the object, ``manager`` leads the team; ``other_rep`` and ``other_manager`` belong to another team.
"""

import csv
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from accounts.models import User
from accounts.roles import Role
from core.files import store_file
from core.models import Attachment, ImportRun, Job, Message
from fulfilment.confirmation import attach_confirmation
from fulfilment.statuses import ShipmentStatus
from orders.models import Receipt
from orders.receipts import record_receipt
from orders.statuses import Status
from tests.factories import CustomerFactory, ProductFactory, UserFactory, make_order, make_shipment, released_order
from tests.sample_files import picture

TABLE = Path(__file__).with_name("permissions.csv")
PEOPLE = ["anonymous", "rep", "other_rep", "manager", "other_manager", "finance", "operations", "service", "admin"]
METHODS = {"GET", "POST"}
# The administration has rights of its own, see accounts/tests and core/tests.
NOT_OURS = ("admin/",)
CANARY = "4321.98"
SEES_NO_PRICES = ("operations", "service")

ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def routes(patterns=None, prefix=""):
    """Every route of the site as the resolver spells it."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from routes(entry.url_patterns, route)


def ours():
    return {route for route in routes() if not route.startswith(NOT_OURS)}


def test_every_url_has_a_row_for_reading_and_one_for_writing():
    known = {(row["route"], row["method"]) for row in ROWS}
    assert sorted((route, m) for route in ours() for m in METHODS if (route, m) not in known) == []


def test_no_row_speaks_of_a_url_that_is_gone():
    assert sorted({row["route"] for row in ROWS} - ours()) == []


@pytest.fixture
def people(rep, other_rep, manager, other_manager, finance, operations, service, admin):
    return dict(
        zip(PEOPLE[1:], (rep, other_rep, manager, other_manager, finance, operations, service, admin), strict=True)
    )


def browser(person) -> Client:
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def subject(what: str, rep):
    """The object of a row: ``customer``, ``product``, ``order:<status>``, …; all prices in it are the canary."""
    kind, _colon, status = what.partition(":")
    customer = CustomerFactory(owner=rep, team=rep.team, credit_limit=CANARY)
    product = ProductFactory(list_price=CANARY)
    if kind in ("shipment", "file"):
        order = released_order(customer=customer, rep=rep, lines=[(product, 1, CANARY)])
        shipment = make_shipment(order, status=status or ShipmentStatus.SHIPPED)
        return shipment if kind == "shipment" else proof_of(shipment)
    if kind == "confirmation":
        order = released_order(customer=customer, rep=rep)
        return attach_confirmation(order=order, upload=picture(), by=rep)
    if kind in ("order", "receipt"):
        order = make_order(customer=customer, rep=rep, status=status or Status.APPROVED, lines=[(product, 1, CANARY)])
        return order if kind == "order" else receipt_of(order)
    if kind == "import":
        manager = User.objects.get(username="manager")
        return ImportRun.objects.create(kind="customers", name="客户.xlsx", sha256="0" * 64, brought_by=manager)
    if kind == "job":
        return Job.objects.create(kind="export", owner=rep, state=Job.State.QUEUED)
    if kind == "message":
        return Message.objects.create(user=rep, sentence={"text": "x"}, url="/")
    return {"customer": customer, "product": product, "": None}[kind]


def proof_of(shipment) -> Attachment:
    return store_file(subject=shipment, upload=picture(), purpose="sign_off", by=shipment.packed_by)


def receipt_of(order) -> Receipt:
    return record_receipt(
        order=order,
        amount=order.unpaid_total,
        received_on=order.order_date,
        method=Receipt.Method.TRANSFER,
        by=UserFactory(role=Role.FINANCE),
    )


def address(row: dict, obj) -> str:
    words = dict(pair.split("=") for pair in row["words"].split()) if row["words"] else {}
    path = row["route"].replace("<int:pk>", str(getattr(obj, "pk", "")))
    for name, word in words.items():
        path = path.replace(f"<str:{name}>", word).replace(f"<slug:{name}>", word)
    assert "<" not in path, f"{row['route']} needs words"
    return "/" + path


def answer(row: dict, person, url: str):
    """The response to one person, with everything that it wrote rolled back."""
    with transaction.atomic():
        response = browser(person).generic(row["method"], url, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    return response


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['method']} {r['route']} {r['words']} {r['object']}".strip())
def test_everybody_gets_what_the_table_says(row, people):
    obj = subject(row["object"], people["rep"])
    url = address(row, obj)
    answers = {name: answer(row, people.get(name), url) for name in PEOPLE}
    assert {n: str(a.status_code) for n, a in answers.items()} == {n: row[n] for n in PEOPLE}
    for name in SEES_NO_PRICES:
        assert not leaks(answers[name]), f"{name} can read a price at {url}"


def leaks(response) -> bool:
    text = b"".join(response.streaming_content) if response.streaming else response.content
    plain = text.decode(errors="replace").replace(",", "")
    return CANARY in plain or "4883.84" in plain  # with 13 % tax
