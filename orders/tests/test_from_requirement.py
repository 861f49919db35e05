"""From a requirement to its order: what is copied, who moves when, and what the first stage holds against what."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from approvals.checks import stage_one
from approvals.dossier import dossier_of
from core.workflow import take
from orders.from_requirement import make_order_of
from orders.models import Order
from orders.requirement_pairs import pairs_of
from orders.sweeps import follow_all_orders
from requirements.models import Requirement, WantedProduct
from tests.factories import CustomerFactory, ProductFactory, RequirementFactory, make_order, terms

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def product():
    return ProductFactory(code="VF-022", list_price=Decimal("5480"))


@pytest.fixture
def requirement(rep, product):
    customer = CustomerFactory(owner=rep, team=rep.team, payment_terms=terms("100%到货后30天"))
    found = RequirementFactory(
        customer=customer,
        status="confirmed",
        wanted_date=TODAY + timedelta(days=60),
        special_demands="柜体 RAL 7035\n双语铭牌",
        budget_from=Decimal(40_000),
        budget_to=Decimal(50_000),
        contact=customer.primary_contact,
    )
    WantedProduct.objects.create(requirement=found, position=1, product=product, name=str(product), quantity=8)
    return found


def test_the_draft_holds_what_is_known(requirement, rep, product):
    order = make_order_of(requirement=requirement, by=rep)
    assert (order.customer, order.contact, order.requirement) == (
        requirement.customer, requirement.contact, requirement,
    )  # fmt: skip
    assert (order.promised_date, order.special_requirements) == (requirement.wanted_date, requirement.special_demands)
    line = order.current_lines().get()
    assert (line.product, line.quantity, line.unit_price) == (product, 8, Decimal("5480"))
    assert order.payment_terms == requirement.customer.payment_terms


def test_a_second_click_opens_the_same_draft(as_rep, requirement):
    answers = [as_rep.post(f"/requirements/{requirement.pk}/make_order/") for _n in range(2)]
    order = Order.objects.get()
    assert {answer.url for answer in answers} == {f"/orders/{order.pk}/edit/"}


@pytest.mark.parametrize("status", ["recorded", "clarifying", "ordered", "lost"])
def test_only_of_a_confirmed_one_an_order_is_made(rep, status):
    other = RequirementFactory(customer=CustomerFactory(owner=rep, team=rep.team), status=status)
    with pytest.raises(ValidationError):
        make_order_of(requirement=other, by=rep)


def test_who_writes_no_orders_makes_none(requirement, finance):
    with pytest.raises(PermissionDenied):
        make_order_of(requirement=requirement, by=finance)


def test_a_date_that_is_over_is_not_taken_along(requirement, rep):
    Requirement.objects.filter(pk=requirement.pk)
    past = RequirementFactory(customer=requirement.customer, status="confirmed", wanted_date=TODAY - timedelta(days=3))
    assert make_order_of(requirement=past, by=rep).promised_date is None


def state(requirement) -> str:
    requirement.refresh_from_db()
    return requirement.status


def test_the_first_submission_makes_it_ordered_and_the_cancellation_confirmed(
    requirement, rep, django_capture_on_commit_callbacks
):
    order = make_order_of(requirement=requirement, by=rep)
    assert state(requirement) == "confirmed"
    with django_capture_on_commit_callbacks(execute=True):
        take(order, "submit", by=rep)
    assert state(requirement) == "ordered"
    with django_capture_on_commit_callbacks(execute=True):
        take(order, "withdraw", by=rep)
    assert state(requirement) == "ordered"
    with django_capture_on_commit_callbacks(execute=True):
        take(order, "cancel", by=rep, note="客户取消")
    assert state(requirement) == "confirmed"
    assert requirement.confirmed_on


def test_the_sweep_finds_what_was_missed_and_changes_nothing_again(requirement, rep):
    order = make_order_of(requirement=requirement, by=rep)
    take(order, "submit", by=rep)
    assert (follow_all_orders(), follow_all_orders()) == (1, 0)
    assert state(requirement) == "ordered"
    take(order, "cancel", by=rep, note="客户取消")
    assert (follow_all_orders(), follow_all_orders()) == (1, 0)
    assert state(requirement) == "confirmed"


def test_while_another_order_is_under_way_it_stays_ordered(requirement, rep):
    first_order = make_order_of(requirement=requirement, by=rep)
    take(first_order, "submit", by=rep)
    second = make_order(customer=requirement.customer, rep=rep, requirement=requirement)
    take(second, "submit", by=rep)
    follow_all_orders()
    take(first_order, "cancel", by=rep, note="重复")
    assert follow_all_orders() == 0
    assert state(requirement) == "ordered"


# ---- side by side ----------------------------------------------------------------------------------------------------


def verdict(order):
    return stage_one.requirement(dossier_of(order))


def test_an_order_as_agreed_passes(requirement, rep):
    order = make_order_of(requirement=requirement, by=rep)
    assert verdict(order).verdict == "pass"


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ({"promised_date": TODAY + timedelta(days=61)}, "期望交付日期"),
        ({"net_total": Decimal("50000.01")}, "预算，不含税"),
        ({"net_total": Decimal("39999.99")}, "预算，不含税"),
        ({"special_requirements": "柜体 RAL 7035"}, "特殊要求"),
    ],
)
def test_what_differs_is_named(requirement, rep, change, label):
    order = make_order_of(requirement=requirement, by=rep)
    for name, value in change.items():
        setattr(order, name, value)
    found = verdict(order)
    assert found.verdict == "warn"
    assert label in found.sentence


def test_another_quantity_differs(requirement, rep):
    order = make_order_of(requirement=requirement, by=rep)
    line = order.current_lines().get()
    line.quantity = 7
    pairs = pairs_of(requirement, order, [line], requirement.wanted.all())
    assert [pair.differs for pair in pairs if pair.label.startswith("控制柜")] == [True]


def test_an_order_of_one_that_is_not_confirmed_any_more_says_so(requirement, rep):
    order = make_order_of(requirement=requirement, by=rep)
    take(requirement, "ask", by=rep, answers={"question": "改十台？"})
    assert "澄清中" in verdict(Order.objects.get(pk=order.pk)).sentence


def test_an_order_without_a_requirement_passes():
    assert verdict(make_order()).verdict == "pass"


def test_the_review_page_shows_both(as_rep, requirement, rep):
    order = make_order_of(requirement=requirement, by=rep)
    take(order, "submit", by=rep)
    page = as_rep.get(f"/orders/{order.pk}/review/").content.decode()
    assert requirement.number in page
    assert "需求与订单" in page


def test_the_requirement_s_page_leads_to_its_orders(as_rep, requirement, rep):
    order = make_order_of(requirement=requirement, by=rep)
    fragment = as_rep.get(f"/fragments/requirements/{requirement.pk}/orders/").content.decode()
    assert f"/orders/{order.pk}/" in fragment
    assert "生成订单" in fragment
