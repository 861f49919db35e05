"""Every kind of work: whose it is, when it is due and why, counted as it is shown, at a constant cost."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.worklist import DueInstalments
from core import registries
from core.models import PolicyValue
from core.worklist import STRETCHES, counts_for, items_for, stretch_of
from customers.models import PaymentTerms, TermsInstalment
from fulfilment.models import Shipment
from fulfilment.statuses import ShipmentStatus
from fulfilment.worklist import HeldForMoney
from orders.models import Instalment, Order
from orders.statuses import Status
from orders.worklist import LeftWithWork, ReadyToRelease, Unconfirmed
from tests.cast import one_of_everybody
from tests.factories import CustomerFactory, UserFactory, make_order, make_shipment, released_order, terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return one_of_everybody()


@pytest.fixture
def haiya(people):
    return CustomerFactory(owner=people["rep"], short_name="海雅装备")


def who_has(kind: str, people) -> set[str]:
    """Those on whose worklist something of this kind is."""
    return {name for name, person in people.items() if any(item.kind == kind for item in items_for(person))}


def the_item(kind: str, person):
    (item,) = [item for item in items_for(person) if item.kind == kind]
    return item


def confirmation_asked(asked: bool) -> None:
    PolicyValue.objects.update_or_create(key="release_needs_confirmation", defaults={"value": str(asked).lower()})


def held_shipment(customer) -> Shipment:
    """A shipment that is ready, of an order of which money due before shipment is missing."""
    order = released_order(customer=customer, payment_terms=terms("50%预付款，50%发货前"))
    return make_shipment(order, status=ShipmentStatus.READY)


def due(order: Order, days: int) -> None:
    """Makes the first instalment due so many days from now."""
    day = timezone.localdate() + timedelta(days=days)
    Instalment.objects.filter(order=order, position=1).update(due_date=day)


def test_an_approved_order_without_its_signed_confirmation_waits_for_its_rep(people, haiya):
    confirmation_asked(True)
    order = make_order(customer=haiya, status=Status.APPROVED)
    assert who_has("release", people) == {"rep"}
    item = the_item("release", people["rep"])
    assert (item.url, item.verb) == (f"/orders/{order.pk}/delivery/", "附上")
    assert "1 个工作日" in item.why


def test_an_approved_order_of_which_nothing_is_missing_waits_for_operations(people, haiya):
    confirmation_asked(False)
    order = make_order(customer=haiya, status=Status.APPROVED)
    assert who_has("release", people) == {"operations"}
    assert the_item("release", people["operations"]).url == f"/orders/{order.pk}/"


def test_a_due_instalment_waits_for_finance_and_for_the_rep_who_looks_after_the_customer(people, haiya):
    order = make_order(customer=haiya, status=Status.APPROVED)
    due(order, -3)
    assert who_has("money", people) == {"finance", "rep"}
    item = the_item("money", people["finance"])
    assert (item.verb, item.url) == ("登记收款", f"/orders/{order.pk}/receipts/")
    assert "3,390.00" in item.what
    assert "预付款" in item.why
    assert the_item("money", people["rep"]).verb != item.verb


def test_money_that_holds_the_release_says_so_until_the_order_is_released(people, haiya):
    half = PaymentTerms.objects.create(name="50%投产前，50%到货款")
    for position, trigger in enumerate(("before_production", "arrival"), 1):
        TermsInstalment.objects.create(terms=half, position=position, percent=50, trigger=trigger)
    order = make_order(customer=haiya, status=Status.APPROVED, payment_terms=half)
    due(order, 0)
    assert "收到后订单即下达" in the_item("money", people["finance"]).why
    Order.objects.update(released_at=timezone.now())
    assert "下达" not in the_item("money", people["finance"]).why


@pytest.mark.parametrize(("days", "shown"), [(-400, True), (0, True), (7, True), (8, False)])
def test_an_instalment_waits_from_a_week_before_it_is_due(people, haiya, days, shown):
    due(make_order(customer=haiya, status=Status.COMPLETED), days)
    assert bool(who_has("money", people)) == shown


def test_what_is_paid_cancelled_or_of_a_former_revision_is_not_due(people, haiya):
    paid = make_order(customer=haiya, status=Status.APPROVED)
    due(paid, -3)
    for part in Instalment.objects.all():
        Instalment.objects.filter(pk=part.pk).update(received=part.amount)
    due(make_order(customer=haiya, status=Status.CANCELLED), -3)
    assert who_has("money", people) == set()


def test_a_shipment_that_money_holds_waits_for_the_manager_until_it_may_leave(people, haiya):
    shipment = held_shipment(haiya)
    assert who_has("held", people) == {"manager"}
    assert the_item("held", people["manager"]).url == f"/shipments/{shipment.pk}/"
    Shipment.objects.update(unpaid_allowed_by=people["manager"])
    assert who_has("held", people) == set()


def test_whoever_left_with_customers_or_open_orders_waits_for_managers_of_the_team_and_administrators(people, haiya):
    gone = UserFactory(name="离职的人", team=people["rep"].team, is_active=False)
    make_order(customer=CustomerFactory(owner=gone), status=Status.APPROVED)
    UserFactory(team=people["rep"].team, is_active=False)
    assert who_has("left", people) == {"manager", "admin"}
    item = the_item("left", people["manager"])
    assert (item.whom, item.url) == ("离职的人", f"/customers/unassigned/?owner={gone.pk}")
    assert "1 家客户" in item.what


@pytest.fixture
def every_kind(people, haiya):
    """Work of every kind, due on several days."""
    confirmation_asked(True)
    now = timezone.now()
    for days in (-3, -1, 0, 1, 6):
        order = make_order(customer=haiya, status=Status.APPROVED)
        due(order, days)
        shipment = held_shipment(haiya)
        Order.objects.filter(pk=order.pk).update(status_since=now - timedelta(days=days + 3))
        Shipment.objects.filter(pk=shipment.pk).update(status_since=now - timedelta(days=days + 3))
        UserFactory(team=people["rep"].team, is_active=False).customers.add(CustomerFactory())


def test_every_kind_is_counted_as_its_items_are_due(people, every_kind):
    moments = [timezone.now() + timedelta(days=day) for day in range(-4, 8)]
    evening = timezone.localtime().replace(hour=23)
    moments += [moment.astimezone(evening.tzinfo).replace(hour=hour) for moment in moments for hour in (0, 12, 19)]
    for source, name in (
        (Unconfirmed(), "rep"),
        (DueInstalments(), "finance"),
        (HeldForMoney(), "manager"),
        (LeftWithWork(), "manager"),
    ):
        items = source.items(people[name], 50)
        assert len(items) == 5, source
        for now in moments:
            shown = dict.fromkeys(STRETCHES, 0) | Counter(stretch_of(item.due, now) for item in items)
            assert source.counts(people[name], now) == shown, (source, now)
    confirmation_asked(False)
    assert sum(ReadyToRelease().counts(people["operations"], timezone.now()).values()) == 5


def test_every_item_says_why_it_is_due_then_and_has_one_verb(people, every_kind):
    items = [item for person in people.values() for item in items_for(person)]
    assert {"release", "money", "held", "left"} <= {item.kind for item in items}
    assert [item for item in items if not (item.why and item.verb and item.url)] == []


def test_the_worklist_of_many_costs_as_many_statements_as_that_of_few(people, every_kind, browser_of):
    def statements(name):
        client = browser_of(people[name])
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    few = {name: statements(name) for name in people}
    for _each in range(5):
        due(make_order(customer=CustomerFactory(owner=people["rep"]), status=Status.APPROVED), -5)
        held_shipment(CustomerFactory(owner=people["rep"]))
    assert {name: statements(name) for name in people} == few


def test_what_is_nobodys_in_a_role_is_not_even_asked_for(people):
    with CaptureQueriesContext(connection) as queries:
        counts_for(people["service"])
    asked = " ".join(query["sql"] for query in queries)
    assert not re.search('FROM "(orders_order|orders_instalment|fulfilment_shipment|customers_customer)"', asked)
    assert len(registries.worklist) > 10
