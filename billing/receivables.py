"""What customers owe (应收): unpaid instalments with a due date, by how long they are overdue, in 元 with tax.

What no trigger has made due yet is no receivable. Of a page's customers it is asked of their open instalments; the sums
over many customers add up what stands on each (``billing.customer_facts``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from billing.models import Dunning
from core.money import ZERO, round_money, total
from orders.models import Instalment

#: Because SQLite adds decimals as floats.
HALF_A_CENT = Decimal("0.005")
#: The ages from the youngest: key, and how many days overdue at most (0: not due, None: without an end).
AGES: tuple[tuple[str, int | None], ...] = (("not_due", 0), ("d30", 30), ("d60", 60), ("d90", 90), ("older", None))


@dataclass(frozen=True)
class Owed:
    """What somebody owes by age (元), since when, and how many instalments that are."""

    ages: dict[str, Decimal] = field(default_factory=dict)
    since: date | None = None
    number: int = 0

    @property
    def total(self) -> Decimal:
        return total(self.ages.values())

    @property
    def overdue(self) -> Decimal:
        return self.total - self.ages.get("not_due", ZERO)

    def days(self, today: date) -> int:
        """The largest delay in days; 0 when nothing is overdue."""
        return max((today - self.since).days, 0) if self.since else 0


def age_conditions(today: date, at: str = "due_date") -> dict[str, Q]:
    """For each age the condition of an instalment that has it on a day."""
    found, younger = {}, None
    for key, most in AGES:
        oldest = None if most is None else today - timedelta(days=most)
        condition = Q() if oldest is None else Q(**{f"{at}__gte": oldest})
        found[key] = condition if younger is None else condition & Q(**{f"{at}__lt": younger})
        younger = oldest
    return found


def receivable_instalments() -> QuerySet[Instalment]:
    """Unpaid instalments in force with a due date, of orders that use credit."""
    return Instalment.objects.owed().filter(due_date__isnull=False)


def overdue_instalments(today: date) -> QuerySet[Instalment]:
    """Instalments in force that are past their due date and not paid, of orders that use their customer's credit."""
    return receivable_instalments().filter(due_date__lt=today).order_by()


def owed_by_customers(customers: Collection[int], today: date) -> dict[int, Owed]:
    """What each of some customers owes, in one statement over their own orders."""
    key, unpaid = "order__customer", F("amount") - F("received")
    rows = receivable_instalments().filter(order__customer__in=customers)
    sums = {age: Sum(unpaid, filter=condition) for age, condition in age_conditions(today).items()}
    grouped = rows.order_by().values(key).annotate(**sums, since=Min("due_date"), number=Count("pk"))
    return {
        row[key]: Owed({age: round_money(row[age] or ZERO) for age in sums}, row["since"], row["number"])
        for row in grouped
    }


def sums_by_age() -> dict[str, Sum | Min]:
    """What stands on customers as aggregates over them, each called as the field that it adds up."""
    return {**{_field(age): Sum(_field(age)) for age, _most in AGES}, "owed_since": Min("owed_since")}


def owed_in(sums: Mapping[str, Any]) -> Owed:
    """What such sums come to, or what stands on one customer."""
    return Owed({age: round_money(sums[_field(age)] or ZERO) for age, _most in AGES}, sums["owed_since"])


def owes_something_not_invoiced() -> Exists:
    """Whether a customer owes something for which it has no invoice, see ``invoiced_part``."""
    of_orders = receivable_instalments().filter(order__customer=OuterRef("pk")).order_by().values("order")
    owed = Sum(F("amount") - F("received"))
    covered = Max(F("order__invoiced_total") - F("order__received_total"))
    return Exists(of_orders.annotate(owed=owed, covered=covered).filter(owed__gt=F("covered") + HALF_A_CENT))


def invoiced_part(owed: Decimal, invoiced: Decimal, received: Decimal) -> Decimal:
    """What of an order's receivable (元) is invoiced: money that was received pays what was invoiced first."""
    return min(owed, max(invoiced - received, ZERO))


def invoiced_by_customers(customers: Collection[int]) -> dict[int, Decimal]:
    """What of that which each of some customers owes is invoiced (元), in one statement over their open orders."""
    rows = receivable_instalments().filter(order__customer__in=customers).order_by()
    of_orders = rows.values_list("order__customer", "order__invoiced_total", "order__received_total", "order")
    found: dict[int, Decimal] = {}
    for customer, invoiced, received, _order, owed in of_orders.annotate(owed=Sum(F("amount") - F("received"))):
        part = invoiced_part(round_money(owed), round_money(invoiced), round_money(received))
        found[customer] = found.get(customer, ZERO) + part
    return found


def owing_at_age(age: str) -> Q:
    """Customers that owe something of an age."""
    return Q(**{f"{_field(age)}__gt": 0}, owed_since__isnull=False)


def _field(age: str) -> str:
    return f"owed_{age}"


def with_promises(rows: QuerySet[Instalment]) -> QuerySet[Instalment]:
    """The instalments with the latest day that was promised for each (``promised_on``) and who was asked last when."""
    latest = Dunning.objects.filter(order=OuterRef("order"), position=OuterRef("position")).order_by("-pk")
    return rows.annotate(
        promised_on=Subquery(latest.values("promised_on")[:1]),
        asked_on=Subquery(latest.values("asked_on")[:1]),
        asked_whom=Subquery(latest.values("whom")[:1]),
    )
