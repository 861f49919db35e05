"""Σ over the rows of many orders, and names of orders of which little is known."""

from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Abs, Coalesce

from core.money import ZERO
from orders.models import Order

MONEY: DecimalField = DecimalField(max_digits=16, decimal_places=2)
BATCH = 5000
# SQLite sums decimals as floats: less than a cent apart is equal.
HALF_A_CENT = Decimal("0.005")


def sum_over(rows: QuerySet, field: str) -> Coalesce:
    """Σ ``field`` over the rows of each outer order, 0.00 without rows."""
    total = rows.order_by().values("order").annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(total), Value(ZERO), output_field=MONEY)


def in_force(model) -> QuerySet:
    return model.objects.filter(order=OuterRef("pk"), revision=OuterRef("revision"))


def apart(queryset: QuerySet, one: str, other: str) -> QuerySet:
    """Rows in which two amounts differ by a cent or more."""
    return queryset.annotate(apart=Abs(F(one) - F(other), output_field=MONEY)).filter(apart__gt=HALF_A_CENT)


def called(pk: int, number: str | None) -> str:
    """What people call the order of which only these are known."""
    return str(Order(pk=pk, number=number))
