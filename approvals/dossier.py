"""The dossier of an order under review: what the checks look at, for many orders with a bounded number of queries.

A ``Batch`` asks each question once for all its orders and only when a check wants the answer; a ``Dossier`` is its view
of one order. The review of one order is a batch of one.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import F, prefetch_related_objects
from django.utils import timezone

from agreements.models import PriceAgreement
from agreements.prices import AgreedPrices
from approvals.checks.result import from_json
from approvals.credit_limit import CreditLimit, limit_of
from approvals.feasible_date import Feasible, feasible_dates
from approvals.models import Decision, Stage
from billing.exposure import Exposure, OrderAccount, OverduePart, accounts_of, exposure_without
from customers.completeness import missing_parts
from customers.models import GradePolicy, PaymentTerms
from orders.models import Instalment, Order, OrderLine
from orders.requirement_pairs import Pair, pairs_of
from requirements.models import Requirement


@dataclass(frozen=True)
class CreditOverride:
    """A credit shortage that a manager overrode in this round: who, why, and what was available then (元, negative)."""

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

    def dossiers(self) -> list["Dossier"]:
        return [Dossier(order, self) for order in self.orders]

    @cached_property
    def lines(self) -> dict[int, list[OrderLine]]:
        rows = OrderLine.objects.filter(order__in=self._ids, revision=F("order__revision"))
        return _grouped(rows.order_by("position"), "order_id")

    @cached_property
    def instalments(self) -> dict[int, list[Instalment]]:
        rows = Instalment.objects.filter(order__in=self._ids, revision=F("order__revision"))
        return _grouped(rows.order_by("position"), "order_id")

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
    def requirements(self) -> dict[int, Requirement]:
        """The requirements that orders were made of, with what they want; order id → requirement."""
        made = {order.pk: order.requirement_id for order in self.orders if order.requirement_id}
        found = Requirement.objects.prefetch_related("wanted").in_bulk(set(made.values())) if made else {}
        return {order: found[requirement] for order, requirement in made.items()}

    @cached_property
    def agreed(self) -> AgreedPrices:
        """What is agreed with the customers about the products of the lines, on the days of their orders."""
        return AgreedPrices(
            (order.customer_id, line.product_id, order.order_date)
            for order in self.orders
            for line in self.lines[order.pk]
            if line.product_id
        )

    @cached_property
    def credit_overrides(self) -> dict[int, CreditOverride]:
        """Credit shortages overridden at stage two of each order's present round."""
        decisions = Decision.objects.filter(
            round__order__in=self._ids, round__number=F("round__order__round"), stage=Stage.MANAGER
        ).select_related("by", "round")
        return {
            decision.round.order_id: CreditOverride(
                str(decision.by), check["override"], from_json(check).figure("available")
            )
            for decision in decisions
            for check in decision.checks
            if check["code"] == "credit" and check.get("override")
        }


class Dossier:
    """Everything the checks look at about one order."""

    def __init__(self, order: Order, batch: Batch):
        self.order = order
        self.today = batch.today
        self._batch = batch

    @property
    def lines(self) -> list[OrderLine]:
        return self._batch.lines[self.order.pk]

    def agreement_about(self, line: OrderLine) -> PriceAgreement | None:
        """What is agreed with the customer about a line's product on the order date."""
        return self._batch.agreed.on(self.order.customer_id, line.product_id, self.order.order_date)

    @property
    def instalments(self) -> list[Instalment]:
        return self._batch.instalments[self.order.pk]

    @property
    def requirement(self) -> Requirement | None:
        return self._batch.requirements.get(self.order.pk)

    @property
    def requirement_pairs(self) -> list[Pair]:
        """The order beside its requirement; empty without one."""
        if self.requirement is None:
            return []
        return pairs_of(self.requirement, self.order, self.lines, list(self.requirement.wanted.all()))

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
        return limit_of(self.order.customer, self.policy, self.today)

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
    def credit_override(self) -> CreditOverride | None:
        return self._batch.credit_overrides.get(self.order.pk)

    @property
    def _accounts(self) -> list[OrderAccount]:
        return self._batch.accounts.get(self.order.customer_id, [])


def dossier_of(order: Order) -> Dossier:
    """The dossier of one order, a batch by itself."""
    return Dossier(order, Batch([order]))


def _grouped(rows, key: str) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found
