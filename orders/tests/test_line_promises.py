"""A line that is promised for another day than its order: typed, checked, printed, amended and judged by that day."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.amendments.proposal import HEADER, input_of
from approvals.amendments.services import save_amendment
from approvals.checks import stage_two
from approvals.dossier import dossier_of
from approvals.effects import freeze_at_approval
from core.invariants import examine
from core.workflow import Attempt, take
from fulfilment.worklist import ToPack
from orders.entry.draft import missing_for_submission
from orders.entry.grid import copies_of, read_grid, rows_of
from orders.lines import LineInput, build_lines
from orders.models import Order, OrderLine
from orders.turn import deadline_of, with_turn
from tests.factories import CustomerFactory, ProductFactory, make_order, make_shipment, released_order

pytestmark = pytest.mark.django_db
SOON, LATER = (timezone.localdate() + timedelta(days=days) for days in (3, 40))


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team, grade="A")


def typed(day: str) -> dict[str, str]:
    return {"lines-0-name": "机柜", "lines-0-quantity": "2", "lines-0-unit_price": "10", "lines-0-promised_date": day}


def promised(order: Order, *days) -> Order:
    """The draft or order of which the lines are promised for these days of their own."""
    for line, day in zip(order.lines.order_by("position"), days, strict=True):
        OrderLine.objects.filter(pk=line.pk).update(promised_date=day)
    return Order.objects.get(pk=order.pk)


def two_lines(customer, **more) -> Order:
    return make_order(customer=customer, lines=[("机柜", 1, "100"), ("变频器", 1, "100")], **more)


# ---- typed -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["2026-12-09", "2026/12/9", "2026.12.9", "2026年12月9日", "20261209"])
def test_a_day_is_read_in_every_form_that_people_paste(written):
    (row,) = read_grid(typed(written))
    assert not row.faults
    assert row.as_input().promised_date.isoformat() == "2026-12-09"


@pytest.mark.parametrize("written", ["月底", "2026-13-01", "12"])
def test_what_is_no_day_stands_marked_and_as_it_was_typed(written):
    (row,) = read_grid(typed(written))
    assert row.faults["promised_date"].sentence
    assert row.as_input().as_typed["promised_date"] == written
    assert row.as_input().promised_date is None


def test_nothing_typed_is_the_order_s_day(customer):
    order = two_lines(customer, promised_date=LATER)
    (row,) = read_grid(typed(""))
    assert row.as_input().promised_date is None
    assert order.lines.first().promised_on == LATER


def test_a_stored_day_comes_back_to_its_cell_and_no_copy_takes_it_along(customer):
    order = promised(two_lines(customer), SOON, None)
    lines = order.current_lines().select_related("product")
    assert [row.cells["promised_date"] for row in rows_of(lines)] == [SOON.isoformat(), ""]
    assert [row.as_input().promised_date for row in rows_of(lines)] == [SOON, None]
    assert [row.as_input().promised_date for row in copies_of(lines)] == [None, None]


def test_the_entry_page_keeps_it(customer, as_rep):
    page = as_rep.get(f"/orders/new/?customer={customer.pk}").content.decode()
    assert 'name="lines-0-promised_date"' in page
    lines, faults = build_lines(Order(revision=1), [LineInput(name="机柜", promised_date=SOON)])
    assert (lines[0].promised_date, faults) == (SOON, {})


@pytest.mark.parametrize(
    ("day", "word"), [(timezone.localdate() - timedelta(days=1), "已过"), (SOON, ""), (LATER, "")], ids=str
)
def test_a_line_is_not_promised_for_a_day_that_is_over(customer, day, word):
    order = promised(two_lines(customer, order_date=timezone.localdate() - timedelta(days=9)), None, day)
    found = dict(missing_for_submission(order))
    assert word in found.get("lines-1-promised_date", "")
    assert ("lines-1-promised_date" in found) is bool(word)


# ---- checked ---------------------------------------------------------------------------------------------------------


def test_each_day_is_held_against_what_can_be_there_by_then(customer):
    slow = ProductFactory(name="慢货", lead_time=15)
    order = make_order(customer=customer, promised_date=LATER, lines=[(slow, 5, "100"), ("安装", 1, "100")])
    assert stage_two.delivery_date(dossier_of(order)).verdict == "pass"
    late = stage_two.delivery_date(dossier_of(promised(order, SOON, None)))
    assert late.verdict == "fail"
    assert SOON.isoformat() in late.sentence
    assert stage_two.delivery_date(dossier_of(promised(order, None, SOON))).verdict == "pass"


# ---- read ------------------------------------------------------------------------------------------------------------


def test_it_is_read_on_the_order_its_papers_and_its_delivery(customer, manager, as_rep, as_operations):
    order = released_order(customer=customer, lines=[("机柜", 1, "100")], promised_date=LATER)
    amend(order, SOON)
    shipment = make_shipment(order)
    shipment.lines.update(order_line=order.lines.get(revision=2))
    for client, url in (
        (as_rep, f"/orders/{order.pk}/"),
        (as_rep, f"/orders/{order.pk}/print/"),
        (as_operations, f"/orders/{order.pk}/delivery/"),
        (as_operations, f"/shipments/{shipment.pk}/"),
        (as_operations, f"/shipments/{shipment.pk}/print/"),
    ):
        assert f"{SOON}" in client.get(url).content.decode(), url


# ---- amended ---------------------------------------------------------------------------------------------------------


def amend(order: Order, day, *, wish=False) -> Order:
    """The order after its first line was promised for another day, by its rep and the manager."""
    order = Order.objects.get(pk=order.pk)
    lines = [replace(input_of(line), promised_date=day) for line in order.current_lines()]
    header = {field.name: getattr(order, field.name) for field in HEADER}
    said = {"reason": "客户改期", "at_customers_wish": wish, "by": order.rep}
    amendment = save_amendment(order=order, header=header, lines=lines, **said)
    take(amendment, "propose_to_manager", by=order.rep)
    manager = order.team.members.get(role="manager")
    answers = {"override-date": "客户同意"}
    take(amendment, "manager_accept", by=manager, answers=answers)
    return Order.objects.get(pk=order.pk)


@pytest.mark.parametrize(("wish", "judged_by"), [(False, None), (True, LATER)])
def test_an_amendment_moves_a_line_s_day_and_the_first_promise_with_the_customer_s_wish_alone(
    customer, manager, wish, judged_by
):
    order = amend(released_order(customer=customer, promised_date=SOON), LATER, wish=wish)
    line = order.current_lines().get()
    assert (order.revision, line.promised_date, line.first_own_date) == (2, LATER, judged_by)
    assert (order.promised_date, line.first_promised_date) == (SOON, SOON)
    assert order.reconfirm_since
    assert [each.examples for each in examine() if each.invariant.name in ("promised lines", "own promises")] == [
        [],
        [],
    ]


# ---- late ------------------------------------------------------------------------------------------------------------


def test_what_is_promised_next_presses_first(customer, operations, manager):
    order = amend(released_order(customer=customer, promised_date=LATER), SOON)
    (waiting,) = ToPack().waiting(operations)
    assert waiting.next_promise == SOON
    (item,) = ToPack().items(operations, 5)
    assert timezone.localdate(item.due) == SOON
    assert SOON.isoformat() in item.why
    assert timezone.localdate(deadline_of(with_turn(Order.objects.filter(pk=order.pk)).get()).at) == SOON


def test_approval_keeps_what_was_promised_for_the_line(customer, finance):
    order = promised(two_lines(customer), SOON, None)
    freeze_at_approval(Attempt(order, finance))
    assert [line.first_own_date for line in order.lines.order_by("position")] == [SOON, None]
    assert [line.first_promised_on for line in order.lines.order_by("position")] == [SOON, order.promised_date]
