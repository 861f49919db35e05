"""What a customer owes us or will owe us by its orders: the use of its credit limit, in 元 with tax."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.models import Refund
from core.money import ZERO, round_money
from customers.models import Customer
from orders.models import Instalment, Order, OrderLine
from orders.models.order import owes

_MONEY = DecimalField(max_digits=14, decimal_places=2)


@dataclass(frozen=True)
class Exposure:
    """The three parts of what is still to be received, and the balance that counts against them, in 元 with tax."""

    overdue: Decimal = ZERO
    shipped_unpaid: Decimal = ZERO
    not_shipped: Decimal = ZERO
    balance: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Below zero where we hold more of the customer's money than its orders still cost."""
        return self.overdue + self.shipped_unpaid + self.not_shipped - self.balance

    def __add__(self, other: "Exposure") -> "Exposure":
        return Exposure(
            self.overdue + other.overdue,
            self.shipped_unpaid + other.shipped_unpaid,
            self.not_shipped + other.not_shipped,
            self.balance + other.balance,
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
    """One order that uses its customer's credit: its exposure, and which of its instalments are overdue.

    Without an order it is the customer's balance.
    """

    order_id: int | None
    exposure: Exposure
    overdue: list[OverduePart] = field(default_factory=list)


def accounts_of(customers: Iterable[int], today: date) -> dict[int, list[OrderAccount]]:
    """The unpaid orders that use the customers' credit, and balances (customer id → accounts), in four queries."""
    ids = list(customers)
    unpaid = Order.objects.filter(owes(), customer__in=ids)
    back = Refund.objects.filter(order=OuterRef("pk")).order_by().values("order").annotate(sum=Sum("amount"))
    unpaid = unpaid.annotate(refunded=Coalesce(Subquery(back.values("sum")), Value(ZERO), output_field=_MONEY))
    overdue, shipped = _overdue_by_order(ids, today), _shipped_by_order(ids)
    found = defaultdict(list)
    columns = ("pk", "customer", "gross_total", "received_total", "refunded")
    for pk, customer, amount, received, refunded in unpaid.values_list(*columns):
        parts = overdue.get(pk, [])
        exposure = exposure_of_order(
            amount=amount,
            received=received,
            overdue=sum((part.unpaid for part in parts), ZERO),
            shipped=shipped[pk],
            refunded=round_money(refunded),
        )
        found[customer].append(OrderAccount(pk, exposure, parts))
    for pk, balance in Customer.objects.filter(pk__in=ids, balance__gt=0).order_by().values_list("pk", "balance"):
        found[pk].append(OrderAccount(None, Exposure(balance=balance)))
    return found


def _shipped_by_order(customers: list[int]) -> dict[int, Decimal]:
    """What has left of each order that still uses credit, in 元 with tax: of a line, its share by quantity."""
    lines = OrderLine.objects.filter(
        owes("order__"), order__customer__in=customers, revision=F("order__revision"), shipped_quantity__gt=0
    )
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for order, net, tax, quantity, shipped in lines.values_list(
        "order", "net_amount", "tax_amount", "quantity", "shipped_quantity"
    ):
        found[order] += round_money((net + tax) * shipped / (quantity or shipped))
    return found


def _overdue_by_order(customers: list[int], today: date) -> dict[int, list[OverduePart]]:
    late = Instalment.objects.owed().filter(order__customer__in=customers, due_date__lt=today)
    found = defaultdict(list)
    for row in late.select_related("order").order_by("due_date", "pk"):
        if row.due_date:
            part = OverduePart(row.order_id, str(row.order), row.get_trigger_display(), row.due_date, row.unpaid)
            found[row.order_id].append(part)
    return found


def exposure_without(accounts: list[OrderAccount], order_id: int | None) -> Exposure:
    """The customer's exposure by every *other* order, less its balance."""
    others = (account for account in accounts if account.order_id is None or account.order_id != order_id)
    return sum((account.exposure for account in others), Exposure())
