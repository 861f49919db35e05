"""What must always hold about reviews, credit and what completion writes."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from approvals.checks.result import CheckResult, from_json
from approvals.exposure import OrderAccount, accounts_of, exposure_without, limit_of
from approvals.models import Decision, Stage
from core.invariants import Invariant
from core.models import Event
from core.money import sum_of, total
from customers.models import Customer, GradePolicy
from orders.models import Order, Receipt
from orders.statuses import EXPOSED, Status

#: Marks of orders that came with their history behind them: nobody decided them here.
TAKEN_OVER = ("taken_over", "imported")
#: The check's code in decisions.
CREDIT = "credit"
_BATCH = 500


def marks_of_history() -> QuerySet[Event]:
    """The marks of orders that came with their history behind them."""
    return Event.objects.filter(subject_type=ContentType.objects.get_for_model(Order), verb__in=TAKEN_OVER)


def reviewed_here(orders: QuerySet) -> QuerySet:
    """Those whose reviews happened in this system."""
    # Not "in none of the marks": a list of a million would be searched for each order.
    return orders.filter(~Exists(marks_of_history().filter(subject_id=OuterRef("pk"))))


def unapproved_orders() -> Iterator[str]:
    """Orders approved once, cancelled since or not, without an approval at each stage of their latest round."""
    latest = Q(rounds__number=F("round"), rounds__decisions__verdict=Decision.Verdict.APPROVED)
    counted = Order.objects.filter(approved_at__isnull=False).annotate(
        approvals=Count("rounds__decisions", filter=latest, distinct=True)
    )
    for order in reviewed_here(counted.filter(approvals__lt=len(Stage.values))).iterator():
        yield f"{order}: {order.approvals} of {len(Stage.values)} approvals in round {order.round}"


def broken_four_eyes() -> Iterator[str]:
    """Decisions of stages two and three by the one who drafted the order, or both by one person."""
    later = Decision.objects.filter(stage__in=(Stage.MANAGER, Stage.FINANCE))
    second = Decision.objects.filter(round=OuterRef("round"), stage=Stage.MANAGER).values("by")[:1]
    own = later.filter(by=F("round__order__drafted_by"))
    both = later.filter(stage=Stage.FINANCE, by=Subquery(second))
    for decision in (own | both).select_related("round__order").iterator():
        yield f"{decision}"


def exceeded_credit() -> Iterator[str]:
    """Customers whose exposure is above their limit although nobody granted it: neither by releasing the credit check
    of an order that makes it, nor because it was within the limit that was in force at the latest check."""
    policies = {policy.grade: policy for policy in GradePolicy.objects.all()}
    exposed = Order.objects.filter(status__in=EXPOSED, received_total__lt=F("gross_total"))
    customers = list(Customer.objects.filter(pk__in=reviewed_here(exposed).values("customer")).order_by("pk"))
    for start in range(0, len(customers), _BATCH):
        yield from _exceeded(customers[start : start + _BATCH], policies)


def _exceeded(customers: list[Customer], policies: dict) -> Iterator[str]:
    accounts = accounts_of([c.pk for c in customers], timezone.localdate())
    for customer in customers:
        limit = limit_of(customer, policies.get(customer.grade)).amount
        used = exposure_without(accounts.get(customer.pk, []), None).total
        if (limit is None or used > limit) and not _granted(customer, used, accounts.get(customer.pk, [])):
            yield f"{customer.number}: exposure {used}, limit {limit}"


def _granted(customer: Customer, used: Decimal, accounts: list[OrderAccount]) -> bool:
    """Whether somebody released the credit check, with a reason, of an order that still uses the credit; or whether the
    exposure is within the limit of the latest check, but for what came since then without one.

    A limit may be lowered afterwards, a receipt reversed, an open order imported: nobody is asked for credit then.
    """
    checks = [(decision.at, check) for decision in _decisions_of(customer) if (check := _credit_of(decision))]
    if any(check.override for _at, check in checks):
        return True
    if not checks:
        return False
    at, latest = checks[-1]
    limit = latest.figure("limit") + latest.figure("own_limit")
    return used - _unasked(customer, accounts, at) <= limit


def _decisions_of(customer: Customer) -> QuerySet[Decision]:
    """The approvals in force of its orders that use credit, the latest last."""
    orders = {"round__order__customer": customer, "round__order__status__in": EXPOSED}
    return Decision.objects.filter(
        **orders, round__number=F("round__order__round"), verdict=Decision.Verdict.APPROVED
    ).order_by("pk")


def _credit_of(decision: Decision) -> CheckResult | None:
    return next((from_json(check) for check in decision.checks if check["code"] == CREDIT), None)


def _unasked(customer: Customer, accounts: list[OrderAccount], since: datetime) -> Decimal:
    """By how much (元) the exposure has grown since then without a check: receipts reversed, open orders imported."""
    reversed_ = Receipt.objects.filter(customer=customer, reverses__isnull=False, recorded_at__gt=since)
    brought = set(
        marks_of_history()
        .filter(at__gt=since, subject_id__in=[account.order_id for account in accounts])
        .values_list("subject_id", flat=True)
    )
    return total(account.exposure.total for account in accounts if account.order_id in brought) - sum_of(
        reversed_, "amount"
    )


def wrong_last_cooperation() -> Iterator[str]:
    """Customers whose last cooperation is not the latest day on which one of their completed orders had arrived."""
    completed = Order.objects.filter(status=Status.COMPLETED).order_by().values_list("customer")
    arrived = dict(completed.annotate(last=Max("signed_off_on")))
    for pk, number, kept in Customer.objects.values_list("pk", "number", "last_cooperation_on").iterator():
        if kept != arrived.get(pk):
            yield f"{number}: last cooperation {kept}, counted {arrived.get(pk)}"


INVARIANTS = [
    Invariant("approvals", "approved orders passed all three stages of their latest round", unapproved_orders),
    Invariant("four eyes", "nobody reviews an own draft after stage one or both later stages", broken_four_eyes),
    Invariant("credit", "exposure is within the limit, or somebody released it with a reason", exceeded_credit),
    Invariant("cooperation", "the last cooperation is the last arrival of a completed order", wrong_last_cooperation),
]
