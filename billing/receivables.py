"""What customers owe (应收): unpaid instalments with a due date, by how long they are overdue, in 元 with tax.

What no trigger has made due yet is no receivable. Everything is asked of the open instalments through indexes: a page's
customers, a rep's, or all of them.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum

from billing.models import Dunning
from core.money import ZERO, round_money, total
from orders.models import Instalment

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


def owed_by(rows: QuerySet[Instalment], key: str, today: date) -> dict[int, Owed]:
    """What is owed by each value of ``key`` (a path from the instalment), in one statement."""
    unpaid = F("amount") - F("received")
    sums = {age: Sum(unpaid, filter=condition) for age, condition in age_conditions(today).items()}
    grouped = rows.order_by().values(key).annotate(**sums, since=Min("due_date"), number=Count("pk"))
    return {
        row[key]: Owed({age: round_money(row[age] or ZERO) for age in sums}, row["since"], row["number"])
        for row in grouped
    }


def owed_by_customers(customers: Collection[int], today: date) -> dict[int, Owed]:
    """What each of some customers owes, in one statement over their own orders."""
    return owed_by(receivable_instalments().filter(order__customer__in=customers), "order__customer", today)


def owes_something_that(condition: Q) -> Exists:
    """Whether a customer owes an instalment of which this holds."""
    return Exists(receivable_instalments().filter(condition, order__customer=OuterRef("pk")))


def owes_something() -> Exists:
    """Whether a customer owes anything that has a due date."""
    return owes_something_that(Q())


def with_promises(rows: QuerySet[Instalment]) -> QuerySet[Instalment]:
    """The instalments with the latest day that was promised for each (``promised_on``) and who was asked last when."""
    latest = Dunning.objects.filter(order=OuterRef("order"), position=OuterRef("position")).order_by("-pk")
    return rows.annotate(
        promised_on=Subquery(latest.values("promised_on")[:1]),
        asked_on=Subquery(latest.values("asked_on")[:1]),
        asked_whom=Subquery(latest.values("whom")[:1]),
    )
