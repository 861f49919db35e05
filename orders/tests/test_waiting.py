"""The database's answer to what orders wait for is that of the one function, in every combination of facts."""

import itertools
from decimal import Decimal

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from core.models import Attachment, PolicyValue
from core.workflow import born
from orders.documents import CONFIRMATION
from orders.models import Drafter, Instalment, Order, OrderLine
from orders.statuses import EFFECTIVE, DeliveryStatus, Status
from orders.turn import Task, task_of, turn_of, with_turn
from orders.waiting import turn_is_of, waits_for
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db

#: Money due before production: none, received, missing, missing but due only some days later.
PRODUCTION = ((0, 0, 0), (1, 1, 0), (1, 0, 0), (1, 0, 30))


@pytest.fixture
def every_order(rep, manager, finance):
    """Orders with every combination of what ``task_of`` looks at, past the verbs that could never make some of them."""
    customer, now = CustomerFactory(owner=rep), timezone.now()
    facts = itertools.product(Status, (False, True), DeliveryStatus, (False, True), (False, True))
    known = [
        (fact, rest, signed, money)
        for fact in facts
        for rest in (False, True)
        for signed in (False, True)
        for money in PRODUCTION
        if fact[0] == Status.APPROVED or not (rest or signed or money[0])
    ]
    orders = [
        Order(
            customer=customer,
            customer_name="海雅装备",
            rep=rep if n % 5 else None,
            drafted_by=(rep, manager, finance)[n % 3],
            sent_back=sent_back,
            delivery_status=delivery,
            released_at=now if released else None,
            received_total=1 if paid else 0,
            net_total=1,
            gross_total=1,
            number=f"202611海雅装备{n}",
            number_key=f"k{n}",
            approved_at=now if released or status in EFFECTIVE else None,
            **{name: now.date() for name in ("order_date", "promised_date", "first_promised_date", "booking_date")},
        )
        for n, ((status, sent_back, delivery, released, paid), *_others) in enumerate(known)
    ]
    Order.objects.bulk_create(orders, 500)
    add_rows(rep, orders, known)
    Drafter.objects.bulk_create([Drafter(order=order, revision=1, person=manager) for order in orders[::4]], 500)
    for status in Status:
        born([order for order, (fact, *_others) in zip(orders, known, strict=True) if fact[0] == status], status)


def add_rows(rep, orders, known) -> None:
    """Each order's line, and where it has them money due before production and the signed confirmation."""
    lines = {"position": 1, "name": "控制柜", "unit": "台", "quantity": 1, "unit_price": 1, "tax_rate": 0}
    kind = ContentType.objects.get_for_model(Order)
    made: dict[type, list] = {OrderLine: [], Instalment: [], Attachment: []}
    for order, (_fact, rest, signed, (amount, received, days)) in zip(orders, known, strict=True):
        shipped = Decimal(0 if rest else 1)
        made[OrderLine].append(OrderLine(order=order, shipped_quantity=shipped, net_amount=1, tax_amount=0, **lines))
        if amount:
            part = {"position": 1, "percent": 100, "trigger": "before_production", "days": days}
            made[Instalment].append(Instalment(order=order, amount=amount, received=received, **part))
        if signed:
            file = {"name": "a.pdf", "path": f"{order.pk}.pdf", "size": 1, "uploaded_by": rep}
            subject = {"subject_type": kind, "subject_id": order.pk, "purpose": CONFIRMATION}
            made[Attachment].append(Attachment(**subject, **file))
    for model, rows in made.items():
        model.objects.bulk_create(rows, 500)


@pytest.mark.parametrize("asked", ["true", "false"])
def test_the_database_and_the_function_agree_on_every_combination(every_order, asked):
    PolicyValue.objects.create(key="release_needs_confirmation", value=asked)
    by_function: dict[Task | None, set[int]] = {task: set() for task in (None, *Task)}
    for order in with_turn(Order.objects.all()):
        by_function[task_of(order)].add(order.pk)
    for task in Task:
        assert set(Order.objects.filter(waits_for(task)).values_list("pk", flat=True)) == by_function[task], task
        assert by_function[task] or (task, asked) == (Task.CONFIRM, "false")
    unreleased = {Task.CONFIRM, Task.PAY_PRODUCTION, Task.RELEASE}
    found = set(Order.objects.filter(waits_for(*unreleased)).values_list("pk", flat=True))
    assert found == set.union(*(by_function[task] for task in unreleased))
    together = Order.objects.filter(waits_for(*Task))
    assert together.count() == sum(len(by_function[task]) for task in Task)


@pytest.mark.parametrize("role", ["rep", "manager", "finance", "operations", "service", "admin"])
def test_the_database_and_the_function_agree_whose_turn_it_is(every_order, request, role):
    person = request.getfixturevalue(role)
    orders = with_turn(Order.objects.all())
    by_function = {order.pk for order in orders if turn_of(order).is_of(person, order)}
    assert set(Order.objects.filter(turn_is_of(person)).values_list("pk", flat=True)) == by_function
    assert bool(by_function) == (role not in ("service", "admin"))
