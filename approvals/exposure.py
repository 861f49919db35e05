"""What a customer owes us or will owe us by its orders: the use of its credit limit, in 元 with tax."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from core.money import ZERO, round_money
from customers.models import Customer, GradePolicy
from orders.models import Instalment, Order, OrderLine
from orders.statuses import EXPOSED


@dataclass(frozen=True)
class Exposure:
    """The three parts of what is still to be received, in 元 with tax."""

    overdue: Decimal = ZERO
    shipped_unpaid: Decimal = ZERO
    not_shipped: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.overdue + self.shipped_unpaid + self.not_shipped

    def __add__(self, other: "Exposure") -> "Exposure":
        return Exposure(
            self.overdue + other.overdue,
            self.shipped_unpaid + other.shipped_unpaid,
            self.not_shipped + other.not_shipped,
        )


def exposure_of_order(
    *, amount: Decimal, received: Decimal, overdue: Decimal, shipped: Decimal = ZERO, refunded: Decimal = ZERO
) -> Exposure:
    """One order's exposure: max(0, amount − refunds − receipts), split into its parts (元 with tax).

    ``overdue`` is unpaid of due instalments; shipped unpaid = shipped − receipts − overdue, not below 0; not shipped is
    the rest. No part is larger than what is still owed.
    """
    owed = max(ZERO, amount - refunded - received)
    late = min(owed, overdue)
    on_the_way = min(owed - late, max(ZERO, shipped - received - late))
    return Exposure(late, on_the_way, owed - late - on_the_way)


@dataclass(frozen=True)
class OverduePart:
    """An instalment past its due date with what is unpaid of it (元)."""

    order_id: int
    order_number: str
    label: str
    due: date
    unpaid: Decimal


@dataclass(frozen=True)
class OrderAccount:
    """One order that uses its customer's credit: its exposure, and which of its instalments are overdue."""

    order_id: int
    exposure: Exposure
    overdue: list[OverduePart] = field(default_factory=list)


def accounts_of(customers: Iterable[int], today: date) -> dict[int, list[OrderAccount]]:
    """The unpaid orders that use the customers' credit (customer id → accounts), in three queries."""
    ids = list(customers)
    unpaid = Order.objects.filter(customer__in=ids, status__in=EXPOSED, received_total__lt=F("gross_total"))
    overdue, shipped = _overdue_by_order(ids, today), _shipped_by_order(ids)
    found = defaultdict(list)
    for pk, customer, amount, received in unpaid.values_list("pk", "customer", "gross_total", "received_total"):
        parts = overdue.get(pk, [])
        exposure = exposure_of_order(
            amount=amount,
            received=received,
            overdue=sum((part.unpaid for part in parts), ZERO),
            shipped=shipped[pk],
        )
        found[customer].append(OrderAccount(pk, exposure, parts))
    return found


def _shipped_by_order(customers: list[int]) -> dict[int, Decimal]:
    """What has left of each order that still uses credit, in 元 with tax: of a line, its share by quantity."""
    lines = OrderLine.objects.filter(
        order__customer__in=customers,
        order__status__in=EXPOSED,
        order__received_total__lt=F("order__gross_total"),
        revision=F("order__revision"),
        shipped_quantity__gt=0,
    )
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for order, net, tax, quantity, shipped in lines.values_list(
        "order", "net_amount", "tax_amount", "quantity", "shipped_quantity"
    ):
        found[order] += round_money((net + tax) * shipped / (quantity or shipped))
    return found


def _overdue_by_order(customers: list[int], today: date) -> dict[int, list[OverduePart]]:
    rows = (
        Instalment.objects.filter(
            order__customer__in=customers,
            order__status__in=EXPOSED,
            order__received_total__lt=F("order__gross_total"),
            revision=F("order__revision"),
            due_date__lt=today,
        )
        .select_related("order")
        .annotate(paid=Sum("allocations__amount"))
        .order_by("due_date", "pk")
    )
    found = defaultdict(list)
    for row in rows:
        unpaid = row.amount - round_money(row.paid or ZERO)
        if row.due_date and unpaid > 0:
            part = OverduePart(row.order_id, str(row.order), row.get_trigger_display(), row.due_date, unpaid)
            found[row.order_id].append(part)
    return found


def exposure_without(accounts: list[OrderAccount], order_id: int | None) -> Exposure:
    """The customer's exposure by every *other* order."""
    return sum((account.exposure for account in accounts if account.order_id != order_id), Exposure())


@dataclass(frozen=True)
class CreditLimit:
    """What a customer may owe us (元 with tax); ``amount`` None is "none set", which is never unlimited."""

    amount: Decimal | None
    is_own: bool


def limit_of(customer: Customer, policy: GradePolicy | None) -> CreditLimit:
    """The customer's own limit, else its grade's."""
    if customer.credit_limit is not None:
        return CreditLimit(customer.credit_limit, is_own=True)
    return CreditLimit(policy.credit_limit if policy else None, is_own=False)
