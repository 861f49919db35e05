"""What the checks look at, gathered for many orders with a bounded number of queries.

A ``Batch`` asks each question once for all its orders and only when a check wants the answer; ``Facts`` is its view of
one order. The review of one order is a batch of one.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import F, Sum, prefetch_related_objects
from django.utils import timezone

from approvals.checks.result import from_json
from approvals.exposure import (
    CreditLimit,
    Exposure,
    OrderAccount,
    OverduePart,
    accounts_of,
    exposure_without,
    limit_of,
)
from approvals.feasible_date import Feasible, feasible_dates
from approvals.models import Decision, Stage
from core.money import ZERO, round_money
from customers.completeness import missing_parts
from customers.models import GradePolicy, PaymentTerms
from orders.models import Instalment, Order, OrderLine


@dataclass(frozen=True)
class CreditRelease:
    """A manager's release of a credit shortage in this round: who, why, and what was available then (元, negative)."""

    by: str
    reason: str
    available: Decimal


class Batch:
    """Some orders (with customer and payment terms loaded) and the answers about all of them."""

    def __init__(self, orders: list[Order]):
        self.orders = orders
        self.today = timezone.localdate()
        self._ids = [order.pk for order in orders]
        self._customers = {order.customer_id for order in orders}

    def facts(self) -> list["Facts"]:
        return [Facts(order, self) for order in self.orders]

    @cached_property
    def lines(self) -> dict[int, list[OrderLine]]:
        rows = OrderLine.objects.filter(order__in=self._ids, revision=F("order__revision"))
        return _grouped(rows.order_by("position"), "order_id")

    @cached_property
    def instalments(self) -> dict[int, list[Instalment]]:
        """Each with ``paid``, what has been received for it in 元."""
        rows = Instalment.objects.filter(order__in=self._ids, revision=F("order__revision")).order_by("position")
        found = list(rows.annotate(allocated=Sum("allocations__amount")))
        for row in found:
            row.paid = round_money(row.allocated or ZERO)
        return _grouped(found, "order_id")

    @cached_property
    def missing_in_files(self) -> dict[int, list[str]]:
        """What each customer's file lacks (customer id → names of parts)."""
        customers = {order.customer_id: order.customer for order in self.orders}
        prefetch_related_objects(list(customers.values()), "contacts")
        return {pk: missing_parts(customer) for pk, customer in customers.items()}

    @cached_property
    def policies(self) -> dict[str, GradePolicy]:
        return {row.grade: row for row in GradePolicy.objects.prefetch_related("allowed_terms")}

    @cached_property
    def accounts(self) -> dict[int, list[OrderAccount]]:
        return accounts_of(self._customers, self.today)

    @cached_property
    def feasible(self) -> dict[int, Feasible]:
        return feasible_dates(self.orders, self.lines)

    @cached_property
    def releases(self) -> dict[int, CreditRelease]:
        """Credit shortages released at stage two of each order's present round."""
        decisions = Decision.objects.filter(
            round__order__in=self._ids, round__number=F("round__order__round"), stage=Stage.MANAGER
        ).select_related("by", "round")
        found = ((decision.round.order_id, _release_in(decision)) for decision in decisions)
        return {order: release for order, release in found if release}


class Facts:
    """Everything the checks look at about one order."""

    def __init__(self, order: Order, batch: Batch):
        self.order = order
        self.today = batch.today
        self._batch = batch

    @property
    def lines(self) -> list[OrderLine]:
        return self._batch.lines[self.order.pk]

    @property
    def instalments(self) -> list[Instalment]:
        return self._batch.instalments[self.order.pk]

    @property
    def missing_in_file(self) -> list[str]:
        return self._batch.missing_in_files[self.order.customer_id]

    @property
    def policy(self) -> GradePolicy | None:
        return self._batch.policies.get(self.order.customer.grade)

    @property
    def allowed_terms(self) -> list[PaymentTerms]:
        return list(self.policy.allowed_terms.all()) if self.policy else []

    @property
    def credit_limit(self) -> CreditLimit:
        return limit_of(self.order.customer, self.policy)

    @property
    def exposure(self) -> Exposure:
        return exposure_without(self._accounts, self.order.pk)

    @property
    def overdue(self) -> list[OverduePart]:
        others = (account for account in self._accounts if account.order_id != self.order.pk)
        return [part for account in others for part in account.overdue]

    @property
    def feasible(self) -> Feasible:
        return self._batch.feasible[self.order.pk]

    @property
    def credit_release(self) -> CreditRelease | None:
        return self._batch.releases.get(self.order.pk)

    @property
    def _accounts(self) -> list[OrderAccount]:
        return self._batch.accounts.get(self.order.customer_id, [])


def facts_of(order: Order) -> Facts:
    """The facts about one order."""
    return Facts(order, Batch([order]))


def _grouped(rows, key: str) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _release_in(decision: Decision) -> CreditRelease | None:
    for kept in decision.checks:
        if kept["code"] == "credit" and kept.get("override"):
            return CreditRelease(str(decision.by), kept["override"], from_json(kept).figure("available"))
    return None
