"""Priority supply (优先供货): whose orders come first in the stock, and what that means for the earliest date."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from approvals.amendments.dossier import AmendedOrder
from approvals.amendments.proposal import HEADER, Proposed, header_as_kept, input_of, line_as_kept
from approvals.dossier import dossier_of
from approvals.feasible_date import feasible_for
from approvals.models import Amendment
from care.models import CarePlan
from care.plans import change_plan, follow_grade
from customers.models import Customer, Grade
from orders.invariants.lists import wrong_reserved
from orders.reservations import line_up
from orders.statuses import Status
from products.models import Product
from tests.factories import CustomerFactory, ProductFactory, make_order, released_order

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
AFTER_FIVE_DAYS = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def it_is_monday(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: MONDAY)


@pytest.fixture
def product():
    return ProductFactory(on_hand=10, lead_time=5)


def a_customer(*, plan=True, priority=True, ended=False, grade="A") -> Customer:
    customer = CustomerFactory(grade=grade)
    if plan:
        ended_on = MONDAY if ended else None
        CarePlan.objects.create(
            customer=customer, priority_supply=priority, next_visit_on=MONDAY, started_on=MONDAY, ended_on=ended_on
        )
    return customer


def earliest(product, customer, quantity) -> date:
    return feasible_for(MONDAY, [(product.pk, Decimal(quantity))], customer.pk).day


# Ten in stock. Of these, orders that were released have so many without priority and so many with it.
@pytest.mark.parametrize("takes_priority", [True, False])
@pytest.mark.parametrize(
    ("others", "first", "wanted", "covered_first", "covered_after"),
    [
        (0, 0, 10, True, True),
        (0, 0, 11, False, False),
        (8, 0, 2, True, True),
        (8, 0, 3, True, False),
        (8, 0, 10, True, False),
        (8, 0, 11, False, False),
        (0, 8, 2, True, True),
        (0, 8, 3, False, False),
        (4, 4, 2, True, True),
        (4, 4, 6, True, False),
        (4, 4, 7, False, False),
        (14, 0, 10, True, False),
        (0, 14, 1, False, False),
    ],
)
def test_priority_passes_those_without_it_and_nobody_else(
    product, others, first, wanted, covered_first, covered_after, takes_priority
):
    for quantity, customer in ((others, CustomerFactory()), (first, a_customer())):
        if quantity:
            released_order(customer=customer, lines=[(product, quantity, "10")])
    covered = covered_first if takes_priority else covered_after
    day = earliest(product, a_customer(plan=takes_priority), wanted)
    assert day == (MONDAY if covered else AFTER_FIVE_DAYS)
    assert list(wrong_reserved()) == []


@pytest.mark.parametrize(
    ("plan", "priority", "ended", "comes_first"),
    [(True, True, False, True), (True, False, False, False), (True, True, True, False), (False, True, False, False)],
)
def test_a_running_plan_that_says_so_gives_priority(product, plan, priority, ended, comes_first):
    released_order(lines=[(product, 8, "10")])
    customer = a_customer(plan=plan, priority=priority, ended=ended)
    assert (earliest(product, customer, 5) == MONDAY) is comes_first


def test_the_review_says_that_others_wait(product):
    released_order(lines=[(product, 8, "10")])
    order = make_order(status=Status.MANAGER_REVIEW, customer=a_customer(), lines=[(product, 5, "10")])
    feasible = dossier_of(order).feasible
    assert feasible.day == MONDAY
    assert str(product) in feasible.explanation
    assert "优先供货" in feasible.explanation
    plain = make_order(status=Status.MANAGER_REVIEW, customer=CustomerFactory(), lines=[(product, 5, "10")])
    assert "优先供货" not in dossier_of(plain).feasible.explanation


def test_the_line_up_is_priority_then_promised_date_then_release(product):
    late, soon, first = (
        released_order(customer=customer, promised_date=MONDAY + timedelta(days=days), lines=[(product, 4, "10")])
        for customer, days in ((CustomerFactory(), 30), (CustomerFactory(), 9), (a_customer(), 40))
    )
    places = line_up([product.pk])[product.pk]
    assert [place.line.order for place in places] == [first, soon, late]
    assert [(place.covered, place.missing) for place in places] == [(4, 0), (4, 0), (2, 2)]
    assert [place.is_first for place in places] == [True, False, False]


def test_the_line_up_agrees_with_what_is_reserved(product):
    released_order(customer=a_customer(), lines=[(product, 3, "10"), (product, 1, "10")])
    released_order(lines=[(product, Decimal("2.5"), "10")])
    places = line_up([product.pk])[product.pk]
    stored = Product.objects.get(pk=product.pk)
    assert stored.reserved == sum(place.line.to_ship for place in places) == Decimal("6.5")
    assert stored.reserved_first == sum(place.line.to_ship for place in places if place.is_first) == 4


def test_a_plan_that_changes_moves_what_was_reserved_already(product, manager):
    customer = CustomerFactory(grade="B", owner=None)
    released_order(customer=customer, lines=[(product, 4, "10")])

    def first() -> Decimal:
        assert list(wrong_reserved()) == []
        return Product.objects.get(pk=product.pk).reserved_first

    assert first() == 0
    Customer.objects.filter(pk=customer.pk).update(grade=Grade.A)
    plan = follow_grade(customer, by=None)
    CarePlan.objects.update(started_on=MONDAY)
    assert first() == 4
    values = {"interval": 30, "priority_supply": False, "contact": None, "notes": ""}
    change_plan(plan=plan, values=values, by=manager)
    assert first() == 0
    change_plan(plan=plan, values=values | {"priority_supply": True}, by=manager)
    assert first() == 4
    Customer.objects.filter(pk=customer.pk).update(grade=Grade.B)
    follow_grade(customer, by=None)
    assert first() == 0


def test_operations_see_that_the_stock_is_somebody_elses_first(product, as_operations):
    order = released_order(lines=[(product, 8, "10")])
    page = reverse("fulfilment:delivery", args=[order.pk])
    assert "本单可用" not in as_operations.get(page).content.decode()
    released_order(customer=a_customer(), lines=[(product, 7, "10")])
    assert "本单可用 3" in as_operations.get(page).content.decode()


def test_the_products_page_shows_who_gets_what_in_order(product, as_operations, as_rep, rep):
    released_order(customer=CustomerFactory(owner=rep, short_name="海雅装备"), lines=[(product, 8, "10")])
    priority = a_customer()
    released_order(customer=priority, lines=[(product, 7, "10")])
    page = reverse("orders:product-buyers", args=[product.pk])
    shown = as_operations.get(page).context["waiting"]["rows"]
    assert [(place.is_first, place.covered, place.missing) for place in shown] == [(True, 7, 0), (False, 3, 5)]
    own = as_rep.get(page).context["waiting"]["rows"]
    assert [(place.line.order.customer_name, place.covered) for place in own] == [("海雅装备", 3)]


def test_the_typed_lines_are_asked_for_the_customer(product, as_rep, rep):
    released_order(lines=[(product, 8, "10")])
    customer = a_customer()
    Customer.objects.filter(pk=customer.pk).update(owner=rep)
    posted = {"order_date": "2026-11-23", "lines-0-product": product.pk, "lines-0-quantity": "5"}
    asked = as_rep.post("/fragments/feasible-date/", posted | {"customer": customer.pk}).json()
    assert asked["date"] == "2026-11-23"
    assert as_rep.post("/fragments/feasible-date/", posted).json()["date"] == "2026-11-30"


@pytest.mark.parametrize(("priority", "covered"), [(True, True), (False, False)])
def test_an_amendment_passes_those_without_priority_too(product, rep, priority, covered):
    released_order(lines=[(product, 8, "10")])
    customer = a_customer(plan=priority)
    order = released_order(customer=customer, rep=rep, lines=[(product, 2, "10")])
    (line,) = (input_of(line) for line in order.current_lines())
    more = Amendment(order=order, number=1, base_revision=order.revision, drafted_by=rep)
    more.header = header_as_kept({field.name: getattr(order, field.name) for field in HEADER})
    more.lines = [line_as_kept(replace(line, quantity=Decimal(10)))]
    assert (AmendedOrder(Proposed(more)).feasible.day == MONDAY) is covered
