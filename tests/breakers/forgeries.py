"""Decisions, rounds, due dates, numbers and receipts that are other ones than the histories tell."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.roles import Role
from analytics.archive.closing import archive_of
from approvals.models import Decision, Round, Stage
from billing.models import Receipt, ReceiptAllocation
from core import protections
from core.events import record
from core.models import ClosedMonth, Counter, Event
from core.workflow import take
from customers.models import Grade
from orders.models import Instalment, Order, OrderLine
from orders.numbering import SERIES
from orders.statuses import Status
from tests.breakers.archives import MONTH, archived
from tests.breakers.kit import breaks, damage, decide, pay
from tests.factories import CustomerFactory, UserFactory, make_order
from tests.roles import as_owner


def approved() -> Order:
    """An order that went through all reviews here, beside one that is still in front of finance."""
    for verbs in (LIFE, LIFE[:3]):
        order = make_order(customer=CustomerFactory(grade=Grade.A, credit_limit=500_000))
        whose = {"manager_approve": Role.MANAGER, "finance_approve": Role.FINANCE}
        for verb in verbs:
            if verb == "finance_approve":
                pay(order, "3390")
            by = UserFactory(role=whose[verb], team=order.team) if verb in whose else order.rep
            take(order, verb, by=by)
    return Order.objects.get(status=Status.APPROVED)


LIFE = ("submit", "rep_approve", "manager_approve", "finance_approve")


def gone(model: type, **which: Any) -> None:
    protections.drop_all()
    rows = model._base_manager.filter(**which)
    assert rows.exists()
    rows._raw_delete(rows.db)


def forged(rule: str, what: str, forge: Callable[[Order], object]) -> None:
    """Makes a rule's breaker: an approved order, and then what somebody does past everything."""

    def breaker() -> Iterator[None]:
        order = approved()
        yield
        protections.drop_all()
        forge(order)

    breaker.__name__ = what
    breaks(rule)(breaker)


def second_of(order: Order) -> Decision:
    return Decision.objects.get(round__order=order, stage=Stage.MANAGER)


def final_approval(_order: Order) -> None:
    """All of it, as far as somebody knows who knows the tables."""
    order, by = Order.objects.get(status=Status.FINANCE_REVIEW), UserFactory(role=Role.FINANCE)
    opened = Round.objects.get(order=order)
    Decision.objects.create(round=opened, stage=Stage.FINANCE, verdict="approved", by=by)
    told = {"from": "finance_review", "to": "approved", "round": 1}
    Event.objects.create(subject=order, verb="finance_approve", actor=by, data=told)
    now = {"approved_at": timezone.now(), "booking_date": order.order_date, "first_promised_date": order.promised_date}
    damage(order, status=Status.APPROVED, **now)


forged("decisions", "a_decision_with_another_note", lambda order: damage(second_of(order), note="同意"))
forged("decisions", "a_decision_by_somebody_else", lambda order: damage(second_of(order), by=UserFactory()))
forged("decisions", "a_decision_at_another_time", lambda order: damage(second_of(order), at=timezone.now()))
forged("decisions", "a_decision_with_other_checks", lambda order: damage(second_of(order), checks=[]))
forged("decisions", "a_decision_that_is_gone", lambda order: gone(Decision, pk=second_of(order).pk))
forged("decisions", "a_decision_that_nobody_took", final_approval)
forged("histories", "a_whole_final_approval_that_nobody_gave", final_approval)
forged(
    "told decisions",
    "the_last_decision_of_an_order_that_is_gone",
    lambda order: gone(Decision, round__order=order, stage=Stage.FINANCE),
)
forged(
    "told decisions",
    "the_last_event_of_an_order_that_is_gone",
    lambda order: gone(Event, subject_id=order.pk, verb="finance_approve"),
)
forged(
    "told decisions",
    "a_decision_that_no_event_tells_of",
    lambda order: decide(Order.objects.get(status=Status.FINANCE_REVIEW), Stage.FINANCE),
)
forged(
    "told decisions",
    "an_event_of_a_decision_that_nobody_took",
    lambda order: record(order, "send_back", by=order.rep, round=1),
)
forged("submitted content", "an_order_for_another_day", lambda order: damage(order, promised_date=timezone.localdate()))
forged("submitted content", "an_order_to_another_address", lambda order: damage(order, ship_to="别处"))
forged("submitted content", "a_line_at_another_list_price", lambda order: damage(line_of(order), list_price=1))
forged("submitted content", "a_line_at_another_price", lambda order: damage(line_of(order), unit_price=1))
forged("submitted content", "a_line_that_is_gone", lambda order: gone(OrderLine, order=order))
forged("submitted content", "a_round_with_other_content", lambda order: damage(order.rounds.get(), content={}))
forged("told due dates", "an_instalment_due_on_another_day", lambda order: damage(prepayment(order), due_date=LATER))
forged("given numbers", "a_counter_set_back", lambda order: damage(series_of(order), value=0))
forged("rights", "a_rep_with_all_rights", lambda order: damage(order.rep, is_superuser=True))
forged("rights", "a_rep_in_the_administration", lambda order: damage(order.rep, is_staff=True))
LATER = timezone.localdate() + timedelta(days=90)


def line_of(order: Order) -> OrderLine:
    return order.current_lines().get()


def prepayment(order: Order) -> Instalment:
    return order.current_instalments().get(trigger="prepayment")


def series_of(order: Order) -> Counter:
    return Counter.objects.get(series__startswith=SERIES, series__endswith=order.customer_name)


@breaks("recorders")
def a_receipt_recorded_by_somebody_else():
    pay(approved(), "100")
    yield
    damage(Receipt.objects.get(amount=100), recorded_by=UserFactory(role=Role.FINANCE))


@breaks("recorders")
def a_receipt_that_is_gone():
    pay(approved(), "100")
    yield
    gone(ReceiptAllocation, receipt__amount=100)
    gone(Receipt, amount=100)


@breaks("archived months")
def a_closed_month_whose_archive_is_gone():
    archived()
    damage(ClosedMonth.objects.get(), closed_at=timezone.now() - timedelta(days=2))
    yield
    gone(type(archive_of(MONTH)), period__first_day=MONTH.first)


@breaks("protections")
def a_trigger_that_does_something_else() -> Iterator[None]:
    protections.create_all()
    yield
    (victim, _delete) = protections.append_only("core_event", "events")
    other = protections.Protection(victim.name, victim.table, victim.event, "1 = 2", victim.sentence)
    with as_owner(), connection.cursor() as cursor:
        for statement in other.create_sql(connection.vendor):
            cursor.execute(statement)
