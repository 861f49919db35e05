"""How an order of the past was paid: what fell due when, and what came in, by customers who pay in time or do not."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from billing.models import Receipt, ReceiptAllocation
from core.bulk import new_row
from core.money import ZERO, share, total
from customers.models import Trigger
from orders.instalments import due_on, payment_status_of
from orders.models import Instalment
from orders.statuses import Status
from ordersys.demo.companies import Pace
from ordersys.demo.past import Past, Scene, evening
from ordersys.demo.staff import manager_of

#: How often a slow payer's goods leave all the same, and how often one pays in two parts.
_LET_GO, _IN_TWO = 0.5, 0.15
_HALF = Decimal(50)
_METHODS = (Receipt.Method.TRANSFER, Receipt.Method.ACCEPTANCE_BILL, Receipt.Method.CASH), (88, 10, 2)


def settle(past: Past, scene: Scene) -> None:
    """Sets due dates, and adds the receipts that have come by today with what they pay."""
    if past.asked_on is None or past.fate == Status.CANCELLED:
        return
    paid: dict[date, list[tuple[Instalment, Decimal]]] = defaultdict(list)
    for part in past.instalments:
        due, comes_on = _days_of(part, past, scene)
        if due is not None and scene.happened(due):
            part.due_date = due_on(part, due)
        if due is None or part.amount <= ZERO:
            continue
        for day, amount in _in_parts(part, comes_on, past, scene):
            if scene.happened(day):
                paid[day].append((part, amount))
    for day in sorted(paid):
        _receive(past, day, paid[day], scene)
    order = past.order
    order.received_total = total(receipt.amount for receipt in past.receipts)
    order.payment_status = payment_status_of(order.received_total, order.gross_total)


def _days_of(part: Instalment, past: Past, scene: Scene) -> tuple[date | None, date]:
    """When what makes it due happened (None: not yet), and when its money comes."""
    asked_on = past.asked_on
    assert asked_on
    if part.trigger == Trigger.PREPAYMENT:
        # Before the approval, which waits for it; a review that is not over may still wait.
        if past.order.approved_at is None:
            return asked_on, scene.calendar.after(asked_on, scene.rng.choice((0, 1, 3, 8)))
        waited = (past.order.approved_at.date() - asked_on).days
        return asked_on, asked_on + timedelta(days=scene.rng.randint(0, waited))
    if part.trigger != Trigger.BEFORE_SHIPMENT:
        arrived = past.order.signed_off_on
        return arrived, _late(arrived or asked_on, part.days, past, scene)
    # When the first goods stand ready; without the money they leave only if the manager lets them.
    ready = next((s for s in past.shipments if s.packing_checked_at), None)
    if ready is None or ready.packing_checked_at is None:
        return None, scene.today
    due = ready.packing_checked_at.date()
    if past.client.pace is not Pace.PROMPT and scene.rng.random() < _LET_GO:
        for shipment in past.shipments:
            shipment.unpaid_allowed_by = manager_of(scene.people, past.order.team_id)
        return due, _late(due, 0, past, scene)
    return due, ready.shipped_on or scene.today


def _late(happened: date, days: int, past: Past, scene: Scene) -> date:
    """When a customer of this pace pays what is due some days after something happened."""
    return scene.calendar.after(happened + timedelta(days=max(0, days + scene.rng.randint(*past.client.pace.value))), 0)


def _in_parts(part: Instalment, comes_on: date, past: Past, scene: Scene) -> list[tuple[date, Decimal]]:
    """The money for an instalment: at once, or by a slow payer of goods received in two halves."""
    late = part.trigger in (Trigger.ARRIVAL, Trigger.ACCEPTANCE) and past.client.pace is not Pace.PROMPT
    if not late or scene.rng.random() > _IN_TWO:
        return [(comes_on, part.amount)]
    first = share(part.amount, _HALF)
    halves = [(comes_on, first), (scene.calendar.after(comes_on, 15), part.amount - first)]
    return [half for half in halves if half[1] > ZERO]


def _receive(past: Past, day: date, parts: list[tuple[Instalment, Decimal]], scene: Scene) -> None:
    key, customer = scene.key(Receipt), past.client.customer
    receipt = new_row(
        Receipt,
        id=key,
        customer_id=customer.pk,
        received_on=day,
        amount=total(amount for _part, amount in parts),
        method=scene.rng.choices(*_METHODS)[0],
        bank_reference=f"{day:%Y%m%d}{key:08d}",
        payer=customer.name,
        recorded_by_id=scene.finance[key % 2].pk,
        recorded_at=evening(day),
    )
    past.receipts.append(receipt)
    for part, amount in parts:
        part.received += amount
    past.allocations += [
        new_row(ReceiptAllocation, receipt_id=key, instalment_id=part.pk, amount=amount) for part, amount in parts
    ]
