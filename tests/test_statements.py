"""How many statements every page and verb costs the database, against ``tests/statements.csv``: it may not grow.

The table is written by ``pytest tests/test_statements.py --record-statements``; a new page gets its line that way, and
who makes one dearer says so by committing the new figure. Pages are those of ``tests/permissions.csv``, each opened by
the first person who may, with several records of every kind around: a query per row shows.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.models import Job, Message
from fulfilment.statuses import ShipmentStatus
from orders.statuses import Status
from requirements.statuses import RequirementStatus
from tests.browsers import browser_of
from tests.factories import (
    AgreementFactory,
    CustomerFactory,
    QuestionFactory,
    RequirementFactory,
    make_order,
    make_shipment,
    released_order,
)
from tests.test_permissions import PEOPLE, ROWS, address, subject

TABLE = Path(__file__).with_name("statements.csv")
KEY = ("route", "method", "words", "object", "person")
_REFUSED = ("403", "404", "405")


@pytest.fixture
def busy_day(people):
    """Several records of every kind, in every state."""
    rep, operations = people["rep"], people["operations"]
    for _each in range(2):
        customer = CustomerFactory(owner=rep, team=rep.team)
        AgreementFactory.create_batch(2, customer=customer)
        CustomerFactory(owner=None)
        for status in Status:
            make_order(customer=customer, rep=rep, status=status)
        make_order(customer=customer, rep=rep, sent_back=True)
        for state in RequirementStatus:
            QuestionFactory(requirement=RequirementFactory(customer=customer, status=state), asked_by=None)
        for status in (ShipmentStatus.PACKING, ShipmentStatus.SHIPPED):
            make_shipment(released_order(customer=customer, rep=rep), status=status, packed_by=operations)
        for person in people.values():
            Job.objects.create(kind="export", owner=person, state=Job.State.QUEUED, arguments={"list": "orders"})
            Message.objects.create(user=person, sentence={"text": "x"}, url="/")
    # What a process looks up once and keeps.
    ContentType.objects.get_for_models(*apps.get_models())


def first_who_may(row: dict) -> str:
    """The first person whom the page or verb is for; empty when it is for nobody, or for who is not logged in."""
    return next((name for name in PEOPLE[1:] if row[name] not in _REFUSED), "")


def statements(people) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every page and verb with the number of its statements; what a verb writes is taken back."""
    for row in ROWS:
        if name := first_who_may(row):
            with transaction.atomic():
                url, client = address(row, subject(row["object"], people["rep"])), browser_of(people[name])
                with CaptureQueriesContext(connection) as queries:
                    client.generic(row["method"], url, content_type="application/x-www-form-urlencoded")
                transaction.set_rollback(True)
            yield (row["route"], row["method"], row["words"], row["object"], name), len(queries)


def recorded() -> dict[tuple[str, ...], int]:
    rows = csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())
    return {tuple(row[name] for name in KEY): int(row["statements"]) for row in rows}


def record(found: dict[tuple[str, ...], int]) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow([*KEY, "statements"])
        lines.writerows([*key, number] for key, number in found.items())


@pytest.mark.django_db
def test_no_page_and_no_verb_asks_the_database_more_often_than_recorded(people, busy_day, request):
    if connection.vendor != "sqlite":
        pytest.skip("The table is that of the everyday database; locks are statements elsewhere.")
    found = dict(statements(people))
    if request.config.getoption("--record-statements"):
        record(found)
    known = recorded()
    assert {key for key in found if key not in known} == set(), "record these pages"
    assert {key: (known[key], number) for key, number in found.items() if number > known[key]} == {}


def test_no_line_speaks_of_a_page_that_is_gone():
    pages = {(row["route"], row["method"], row["words"], row["object"]) for row in ROWS}
    assert sorted(key for key in recorded() if key[:-1] not in pages) == []
