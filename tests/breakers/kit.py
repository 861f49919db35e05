"""What the damage is made with: sound data, and ways past triggers and constraints."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from accounts.roles import Role
from analytics.figures.months import Month
from approvals import decisions
from approvals.models import Round, Stage
from billing.models import Receipt
from billing.receipts import record_receipt
from core import protections, registries
from core.models import ClosedMonth
from customers.models import Trigger
from fulfilment.statuses import ShipmentStatus
from orders.models import Order
from orders.statuses import Status
from tests.factories import (
    UserFactory,
    make_order,
    make_shipment,
    released_order,
)
from tests.roles import as_owner

Breaker = Callable[[], Iterator[None]]
#: Rule → the ways to break it.
BREAKERS: dict[str, list[Breaker]] = {}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
YESTERDAY = timezone.localdate() - timedelta(days=1)


def breaks(rule: str) -> Callable[[Breaker], Breaker]:
    def enter(breaker: Breaker) -> Breaker:
        BREAKERS.setdefault(rule, []).append(breaker)
        return breaker

    return enter


def damage(record, **values) -> None:
    """Writes past services, machines and triggers."""
    protections.drop_all()
    type(record)._base_manager.filter(pk=record.pk).update(**values)


@contextmanager
def without_constraint(table: str, name: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with as_owner():
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            yield
            return
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        yield
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def numbered(status: str = Status.FINANCE_REVIEW, **more) -> Order:
    return make_order(status=status, number="202611甲001", **more)


def pay(order: Order, amount: Decimal | str | None = None) -> Receipt:
    order.refresh_from_db()
    return record_receipt(
        order=order,
        amount=Decimal(amount) if amount else order.unpaid_total,
        received_on=order.order_date,
        method=Receipt.Method.TRANSFER,
        by=UserFactory(role=Role.FINANCE),
    )


def decide(order: Order, *stages: str, **checks: dict) -> None:
    """Approvals of the order's present round, each by somebody else; ``checks`` by code."""
    opened, _new = Round.objects.get_or_create(
        order=order, number=order.round, defaults={"submitted_by": order.rep, "content": {}}
    )
    for stage in stages:
        kept = [{"code": code, "verdict": "pass", "sentence": "", **check} for code, check in checks.items()]
        said = {"stage": stage, "verdict": "approved", "by": UserFactory(role=Role.FINANCE), "checks": kept}
        decisions.decide(opened, decisions.round_of(order)[1], **said)


def approved_here(**more) -> Order:
    order = make_order(status=Status.APPROVED, **more)
    decide(order, *Stage.values)
    return order


def due_by_now(order: Order) -> None:
    """Gives the instalments the due dates that the verbs would have given them."""
    order.refresh_from_db()
    today = timezone.localdate()
    order.current_instalments().filter(trigger=Trigger.PREPAYMENT).update(due_date=today)
    for part in order.current_instalments().filter(trigger=Trigger.ARRIVAL):
        arrived = order.signed_off_on
        part.due_date = arrived + timedelta(days=part.days) if arrived else None
        part.save(update_fields=["due_date"])


def arrived_order() -> Order:
    order = released_order()
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF)
    due_by_now(order)
    return order


def closed_month() -> ClosedMonth:
    month = Month.current().shifted(-1)
    return ClosedMonth.objects.create(
        first_day=month.first, last_day=month.last, closed_at=timezone.now() - timedelta(hours=1)
    )


def sound(*rules: str) -> bool:
    """Whether these rules of ``check_invariants`` hold; only they are asked."""
    asked = [rule for rule in registries.invariants if rule.name in rules]
    assert {rule.name for rule in asked} == set(rules)
    found = {rule.name: list(rule.breaches()) for rule in asked}
    return {name: breaches for name, breaches in found.items() if breaches} == {}
