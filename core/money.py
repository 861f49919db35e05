"""Money in 元: Decimal, two digits, half up, and nowhere else rounded."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet, Sum

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def round_money(value: Decimal) -> Decimal:
    """The amount in 元 rounded half up to cents (分)."""
    return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def rounded(value: Decimal | float | int, digits: int = 1) -> Decimal:
    """Any figure rounded half up, as people do by hand, and never a nought with a sign."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def percentage(fraction: Decimal | float, digits: int = 1) -> Decimal:
    """A fraction as percentage points, rounded half up."""
    return rounded(Decimal(str(fraction)) * 100, digits)


def total(values: Iterable[Decimal]) -> Decimal:
    """The sum of amounts in 元, quantised to cents."""
    return round_money(sum(values, ZERO))


def sum_of(queryset: QuerySet, field: str) -> Decimal:
    """Σ ``field`` over the queryset in 元; 0.00 when empty. Quantised because SQLite sums decimals as floats."""
    return round_money(queryset.order_by().aggregate(total=Sum(field))["total"] or ZERO)


def share(amount: Decimal, percent: Decimal) -> Decimal:
    """``percent`` per cent of an amount in 元, rounded to cents."""
    return round_money(amount * percent / 100)
