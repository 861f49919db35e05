"""What an order amounts to: lines, tax, totals and instalments. Pure rules; money in 元, percentages in points."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, round_money, share, total

#: The largest amount that a line or an order can have, because the database keeps fourteen digits.
LARGEST_AMOUNT = Decimal("999999999999.99")
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Amounts:
    """Net (without tax) and tax of a line or of a whole order, in 元."""

    net: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        """With tax."""
        return self.net + self.tax

    def __iter__(self):
        return iter((self.net, self.tax))


def line_amounts(quantity: Decimal | None, unit_price: Decimal | None, discount: Decimal, tax_rate: Decimal) -> Amounts:
    """Net = round(quantity × unit price × (1 − discount/100), 2), tax = round(net × tax rate/100, 2), both half up.

    A line without quantity or price amounts to nothing yet. Unpacks as ``net, tax``.
    """
    if quantity is None or unit_price is None:
        return Amounts()
    net = round_money(quantity * unit_price * (_HUNDRED - discount) / _HUNDRED)
    return Amounts(net, share(net, tax_rate))


def order_amounts(lines: Iterable[Amounts]) -> Amounts:
    """The sums of the lines' net amounts and of their rounded taxes."""
    lines = list(lines)
    return Amounts(total(line.net for line in lines), total(line.tax for line in lines))


def split_instalments(gross: Decimal, percents: Sequence[Decimal]) -> list[Decimal]:
    """The parts of an order's price by percentage, each rounded half up; the last takes the remainder.

    No part is negative, and together they are exactly ``gross``. Without percentages there are no parts.
    """
    parts, rest = [], gross
    for percent in percents[:-1]:
        # Many small parts rounded up may exceed the whole: then the later ones get what is left.
        parts.append(min(share(gross, percent), rest))
        rest -= parts[-1]
    return [*parts, rest] if percents else []
