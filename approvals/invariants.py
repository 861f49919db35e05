"""What must always hold about reviews and credit."""

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from approvals.exposure import accounts_of, exposure_without, limit_of
from approvals.models import Decision, Stage
from core.invariants import Invariant
from core.models import Event
from customers.models import Customer, GradePolicy
from orders.models import Order
from orders.statuses import EFFECTIVE, EXPOSED

#: Marks of orders that came with their history behind them: nobody decided them here.
TAKEN_OVER = ("taken_over", "imported")
#: The check's code in decisions.
CREDIT = "credit"
_BATCH = 500


def reviewed_here(orders: QuerySet) -> QuerySet:
    """Those whose reviews happened in this system."""
    marks = Event.objects.filter(subject_type=ContentType.objects.get_for_model(Order), verb__in=TAKEN_OVER)
    return orders.exclude(pk__in=marks.values("subject_id"))


def unapproved_effective_orders() -> Iterator[str]:
    """Approved and completed orders without an approval at each of the three stages of their latest round."""
    latest = Q(rounds__number=F("round"), rounds__decisions__verdict=Decision.Verdict.APPROVED)
    counted = Order.objects.filter(status__in=EFFECTIVE).annotate(
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
    """Customers whose exposure is above their limit without a recorded release in one of the orders that make it."""
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
        if (limit is None or used > limit) and not _released(customer):
            yield f"{customer.number}: exposure {used}, limit {limit}"


def _released(customer: Customer) -> bool:
    """Whether somebody released the credit check, with a reason, of an order that still uses the credit."""
    decisions = Decision.objects.filter(
        round__order__customer=customer, round__order__status__in=EXPOSED, verdict=Decision.Verdict.APPROVED
    )
    found = (check for decision in decisions for check in decision.checks)
    return any(check["code"] == CREDIT and check.get("override") for check in found)


INVARIANTS = [
    Invariant(
        "approvals", "effective orders passed all three stages of their latest round", unapproved_effective_orders
    ),
    Invariant("four eyes", "nobody reviews an own draft after stage one or both later stages", broken_four_eyes),
    Invariant("credit", "exposure is within the limit, or somebody released it with a reason", exceeded_credit),
]
