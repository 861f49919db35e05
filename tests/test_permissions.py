"""Who may open and do what: every URL × method × role, against ``tests/permissions.csv``, which is written by hand.

A row names a route as the resolver spells it, a method, the object it is tried on, and the expected status per person.
``rep`` owns the object, ``manager`` leads the team; ``other_rep`` and ``other_manager`` belong to another team.
"""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from agreements.models import PriceAgreement
from approvals.models import Amendment
from billing.customer_receipts import receive
from billing.models import Receipt, Refund
from billing.receipts import record_receipt
from billing.refunds import record_refund
from care.changes import report_change
from care.plans import follow_grade
from core.files import store_file
from core.links.services import make_link
from core.models import Attachment, ImportRun, Job, Message
from core.workflow import take
from customers.models import Grade
from fulfilment.confirmation import attach_confirmation
from fulfilment.statuses import ShipmentStatus
from orders.models import Order, Quotation, QuotationAnswer
from orders.quotations import Said, answer_quotation
from orders.statuses import Status
from products.counting import open_count
from requirements.links import SUMMARY
from tests.browsers import browser_with
from tests.factories import (
    AgreementFactory,
    CustomerFactory,
    ProductFactory,
    RequirementFactory,
    UserFactory,
    make_amendment,
    make_offer,
    make_order,
    make_proposal,
    make_shipment,
    released_order,
)
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


def browser(session: str | None) -> Client:
    return browser_with(session) if session else Client()


def subject(what: str, rep):
    """The object of a row: ``order:<status>``, ``sent`` (something of it left), …; all prices in it are the canary."""
    kind, _colon, status = what.partition(":")
    customer = CustomerFactory(owner=rep, team=rep.team, credit_limit=CANARY)
    product = ProductFactory(list_price=CANARY)
    if kind.startswith("agree"):
        return agreed(kind, AgreementFactory(customer=customer, product=product, price=CANARY))
    if kind == "count":
        return open_count(category=None, note="", by=UserFactory(role=Role.OPERATIONS))
    if kind == "bought":
        return released_order(customer=customer, rep=rep, lines=[(product, 1, CANARY)]).lines.get().product
    if kind in ("sent", "served"):
        return sent(kind, released_order(customer=customer, rep=rep, lines=[(product, 1, CANARY)]))
    if kind in ("shipment", "file"):
        order = released_order(customer=customer, rep=rep, lines=[(product, 1, CANARY)])
        shipment = make_shipment(order, status=status or ShipmentStatus.SHIPPED)
        return shipment if kind == "shipment" else proof_of(shipment)
    if kind == "confirmation":
        return attach_confirmation(order=released_order(customer=customer, rep=rep), upload=picture(), by=rep)
    if kind in ("order", "receipt"):
        order = make_order(customer=customer, rep=rep, status=status or Status.APPROVED, lines=[(product, 1, CANARY)])
        return order if kind == "order" else receipt_of(order)
    if kind in ("quotation", "answer"):
        return offered(kind, make_offer(make_order(customer=customer, lines=[(product, 1, CANARY)])))
    if kind == "refund":
        return refund_to(customer)
    if kind in ("requirement", "link"):
        requirement = RequirementFactory(customer=customer, status=status or "recorded", budget_to=CANARY)
        return requirement if kind == "requirement" else make_link(purpose=SUMMARY, record=requirement, by=rep)[0]
    if kind == "customer" and status:
        return in_care(customer)
    if kind == "amendment":
        return amended(released_order(customer=customer, rep=rep, lines=[(product, 2, CANARY)]), status)
    if kind == "proposal":
        return make_proposal(customer, annual_amount=CANARY)
    if kind == "change":
        return report_change(customer=customer, text="搬到新厂", by=rep)
    if kind in ("import", "job", "message"):
        return of_the_kit(kind, rep)
    return {"customer": customer, "product": product, "category": product.category, "": None}[kind]


def agreed(kind: str, agreement: PriceAgreement) -> Model:
    """The price agreement, or whom or what it is about."""
    return {"agreement": agreement, "agreed-customer": agreement.customer, "agreed-product": agreement.product}[kind]


def sent(kind: str, order: Order) -> Model:
    """The order, something of which has left, or its customer."""
    make_shipment(order, status=ShipmentStatus.SHIPPED)
    return order if kind == "sent" else order.customer


def amended(order: Order, status: str) -> Amendment:
    """An amendment of which the manager alone looks: its draft, or with any status as it was proposed."""
    amendment = make_amendment(order, quantity=1)
    if status:
        take(amendment, "propose_to_manager", by=order.rep)
    return amendment


def of_the_kit(kind: str, rep) -> Model:
    if kind == "import":
        return brought_file()
    if kind == "job":
        return Job.objects.create(kind="export", owner=rep, state=Job.State.QUEUED)
    return Message.objects.create(user=rep, sentence={"text": "x"}, url="/")


def offered(kind: str, offer: Quotation) -> Quotation | QuotationAnswer:
    """The offer, or its acceptance."""
    said = Said(accepts=True, name="吕丽娟", job_title="采购经理")
    return answer_quotation(quotation=offer, said=said) if kind == "answer" else offer


def brought_file() -> ImportRun:
    manager = User.objects.get(username="manager")
    return ImportRun.objects.create(kind="customers", name="客户.xlsx", sha256="0" * 64, brought_by=manager)


def in_care(customer):
    """The customer at grade A, with its care plan."""
    customer.grade = Grade.A
    customer.save(update_fields=["grade"])
    follow_grade(customer, by=None)
    return customer


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


def refund_to(customer) -> Refund:
    """All of the money that the customer paid without an order."""
    known = {"customer": customer, "amount": Decimal(CANARY), "method": "transfer"}
    known["by"] = UserFactory(role=Role.FINANCE)
    receive(**known, received_on=timezone.localdate(), shares={})
    return record_refund(**known, refunded_on=timezone.localdate())


def address(row: dict, obj) -> str:
    words = dict(pair.split("=") for pair in row["words"].split()) if row["words"] else {}
    if words.get("month") == "now":
        words["month"] = f"{timezone.localdate():%Y-%m}"
    path = row["route"].replace("<int:pk>", str(getattr(obj, "pk", "")))
    for name, word in words.items():
        for kind in ("str", "slug", "int"):
            path = path.replace(f"<{kind}:{name}>", word)
    assert "<" not in path, f"{row['route']} needs words"
    return "/" + path


def answer(row: dict, session: str | None, url: str):
    """The response to one person, with everything that it wrote rolled back."""
    with transaction.atomic():
        response = browser(session).generic(row["method"], url, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    return response


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['method']} {r['route']} {r['words']} {r['object']}".strip())
def test_everybody_gets_what_the_table_says(row, sessions):
    obj = subject(row["object"], User.objects.get(username="rep"))
    url = address(row, obj)
    answers = {name: answer(row, sessions.get(name), url) for name in PEOPLE}
    assert {n: str(a.status_code) for n, a in answers.items()} == {n: row[n] for n in PEOPLE}
    for name in SEES_NO_PRICES:
        assert not leaks(answers[name]), f"{name} can read a price at {url}"


def leaks(response) -> bool:
    text = b"".join(response.streaming_content) if response.streaming else response.content
    plain = text.decode(errors="replace").replace(",", "")
    return CANARY in plain or "4883.84" in plain  # with 13 % tax
