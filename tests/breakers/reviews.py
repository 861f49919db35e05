"""Approvals and credit."""

from datetime import timedelta

from django.utils import timezone

from accounts.roles import Role
from approvals.models import Decision, ShortClosing, Stage
from billing.models import Receipt
from billing.receipts import reverse_receipt
from core import protections
from core.events import record
from core.models import Event
from core.workflow import take
from customers.models import Customer, GradePolicy
from fulfilment.statuses import ShipmentStatus
from orders.models import Drafter, Order
from orders.statuses import Status
from tests.breakers.kit import (
    approved_here,
    breaks,
    damage,
    decide,
    numbered,
    pay,
)
from tests.factories import (
    CustomerFactory,
    UserFactory,
    make_order,
    make_shipment,
    released_order,
)


@breaks("approvals")
def an_approval_that_nobody_gave():
    decide(numbered(), Stage.REP, Stage.MANAGER)
    yield
    make_order(status=Status.APPROVED)


@breaks("approvals")
def an_approval_of_an_earlier_round():
    order = approved_here()
    record(order, "created", by=None)
    # Another record's mark is none of this order's.
    record(Customer.objects.filter(pk=order.pk).first() or CustomerFactory(pk=order.pk), "imported", by=None)
    yield
    damage(order, round=2)


@breaks("approvals")
def a_released_order_cancelled_since_that_nobody_approved():
    order = approved_here()
    damage(order, status=Status.CANCELLED)
    yield
    Decision.objects.filter(stage=Stage.MANAGER).delete()


@breaks("approvals")
def an_approval_that_was_a_refusal():
    approved_here()
    yield
    protections.drop_all()
    Decision.objects.filter(stage=Stage.FINANCE).update(verdict=Decision.Verdict.SENT_BACK)


def reviewed_by_three() -> Order:
    """Stage one by who drafted it, as ever; another order was reviewed before by others."""
    decide(make_order(status=Status.FINANCE_REVIEW), Stage.MANAGER, Stage.FINANCE)
    order = numbered()
    decide(order, *Stage.values)
    protections.drop_all()
    Decision.objects.filter(round__order=order, stage=Stage.REP).update(by=order.drafted_by)
    return order


@breaks("four eyes")
def a_draft_that_passed_stage_two_by_its_own_hand():
    order = reviewed_by_three()
    yield
    Decision.objects.filter(round__order=order, stage=Stage.MANAGER).update(by=order.drafted_by)


@breaks("four eyes")
def a_draft_that_passed_stage_three_by_its_own_hand():
    order = reviewed_by_three()
    yield
    Decision.objects.filter(round__order=order, stage=Stage.FINANCE).update(by=order.drafted_by)


@breaks("four eyes")
def both_later_stages_by_one_person():
    order = reviewed_by_three()
    yield
    later = Decision.objects.filter(round__order=order).exclude(stage=Stage.REP)
    later.update(by=UserFactory(role=Role.FINANCE))


@breaks("four eyes")
def stage_two_by_somebody_who_had_changed_the_draft():
    """What was written after the decision, or replaced before it, does not count."""
    order, now = reviewed_by_three(), timezone.now()
    second = Decision.objects.get(round__order=order, stage=Stage.MANAGER)
    Drafter.objects.create(order=order, revision=1, person=second.by, at=now + timedelta(hours=1))
    earlier = now - timedelta(hours=1)
    Drafter.objects.create(order=order, revision=2, person=second.by, at=earlier, replaced_at=earlier)
    yield
    Drafter.objects.filter(order=order).update(replaced_at=None, at=earlier)


def drafted_by_two() -> Order:
    order = numbered(status=Status.DRAFT)
    record(order, "created", by=order.drafted_by)
    record(order, "draft_changed", by=order.drafted_by)
    record(order, "draft_changed", by=None)
    second = UserFactory(role=Role.MANAGER)
    record(order, "draft_changed", by=second)
    Drafter.objects.create(order=order, revision=1, person=second)
    return order


@breaks("drafters")
def a_change_by_somebody_who_is_not_known_as_a_drafter():
    order = drafted_by_two()
    yield
    protections.drop_all()
    order.drafters.all().delete()


@breaks("drafters")
def an_order_that_somebody_else_is_said_to_have_begun():
    order = drafted_by_two()
    record(make_order(status=Status.REP_REVIEW), "created", by=None)
    yield
    damage(order, drafted_by=order.drafters.get().person)


@breaks("rewritten")
def a_drafter_who_was_forgotten():
    order = drafted_by_two()
    order.drafters.update(replaced_at=timezone.now())
    record(order, "write_anew", by=order.drafted_by)
    yield
    other = make_order(status=Status.REP_REVIEW)
    Drafter.objects.create(order=other, revision=1, person=UserFactory(), replaced_at=timezone.now())


def credit(limit: str, **more) -> dict:
    return {"figures": [["own_limit", limit, "money"]], **more}


RELEASED = credit("1", verdict="fail", override="老客户")


@breaks("credit")
def an_exposure_that_nobody_checked():
    order = numbered(customer=CustomerFactory(credit_limit=50_000))
    yield
    damage(order.customer, credit_limit=1)


@breaks("credit")
def two_orders_that_use_the_same_credit():
    """Whatever else was released, reversed or brought, elsewhere or before: it grants nothing."""
    customer, other = CustomerFactory(credit_limit=12_000), CustomerFactory(credit_limit=1)
    decide(make_order(customer=other, status=Status.FINANCE_REVIEW), Stage.MANAGER, credit=RELEASED)
    order = numbered(customer=customer)
    record(order, "imported", by=None)
    reverse(pay(order))
    decide(order, Stage.MANAGER, cap=RELEASED, credit=credit("12000"))
    yield
    decide(make_order(customer=customer, status=Status.FINANCE_REVIEW), Stage.MANAGER, credit=credit("12000"))
    reverse(pay(other.orders.get()))


def reverse(receipt: Receipt) -> None:
    reverse_receipt(receipt=receipt, by=receipt.recorded_by, reason="录错")


@breaks("credit")
def credit_released_in_an_earlier_round():
    order = numbered(customer=CustomerFactory(credit_limit=1))
    decide(order, Stage.MANAGER, credit=RELEASED)
    yield
    damage(order, round=2)


@breaks("credit")
def an_exposure_without_any_limit():
    GradePolicy.objects.update(credit_limit=None)
    order = numbered(customer=CustomerFactory(credit_limit=50_000))
    decide(order, Stage.MANAGER, credit={"figures": [["limit", "0.00", "money"]]})
    yield
    damage(order.customer, credit_limit=None)


def closed_short() -> ShortClosing:
    """An order of ten pieces of which four arrived, closed short."""
    order = released_order()
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF, parts=[4])
    take(order, "close_short", by=UserFactory(role=Role.MANAGER, team=order.team), note="x")
    return order.short_closings.get()


@breaks("revisions")
def a_revision_that_nobody_made():
    order = released_order()
    yield
    damage(order, revision=2)


@breaks("revisions")
def an_order_moved_back_to_what_it_said_before():
    closing = closed_short()
    yield
    damage(closing.order, revision=1)


@breaks("short closings")
def a_short_closing_that_took_away_more_than_it_says():
    closing = closed_short()
    yield
    damage(closing, net_lapsed=1)


@breaks("short closings")
def a_revision_that_sells_more_than_the_one_before():
    closing = closed_short()
    yield
    line = closing.order.current_lines().get()
    damage(line, quantity=12)


@breaks("short closings")
def a_short_closing_that_the_history_does_not_know():
    closing = closed_short()
    yield
    protections.drop_all()
    Event.objects.filter(verb="close_short", subject_id=closing.order_id).delete()


@breaks("short closings")
def a_short_closing_by_somebody_else():
    closing = closed_short()
    yield
    damage(closing, by=UserFactory(role=Role.MANAGER))
