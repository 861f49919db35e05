"""Approvals and credit."""

from django.contrib.contenttypes.models import ContentType

from accounts.roles import Role
from approvals.models import Decision, Stage
from core import guards
from core.events import record
from core.models import Event
from customers.models import GradePolicy
from orders.models import Order, Receipt
from orders.receipts import reverse_receipt
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
    of_customers = ContentType.objects.get_for_model(order.customer)
    Event.objects.create(subject_type=of_customers, subject_id=order.pk, verb="imported")
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
    guards.drop_all()
    Decision.objects.filter(stage=Stage.FINANCE).update(verdict=Decision.Verdict.SENT_BACK)


def reviewed_by_three() -> Order:
    """Stage one by who drafted it, as ever; another order was reviewed before by others."""
    decide(make_order(status=Status.FINANCE_REVIEW), Stage.MANAGER, Stage.FINANCE)
    order = numbered()
    decide(order, *Stage.values)
    guards.drop_all()
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
