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


def cut_instalments(gross: Decimal, parts: Sequence[tuple[Decimal, Decimal]]) -> list[Decimal]:
    """The same for instalments ``(percent, received)`` of an order that costs less than it did (元).

    No part is less than what it has received; what that is too much the others lack, the last one first. Together they
    are exactly ``gross``: where that is less than what was received, the last ones lose it, too, and it becomes the
    customer's balance.
    """
    wanted = split_instalments(gross, [percent for percent, _received in parts])
    cut = [max(amount, received) for amount, (_percent, received) in zip(wanted, parts, strict=True)]
    beyond = total(cut) - gross
    for floor in ([received for _percent, received in parts], [ZERO] * len(parts)):
        for place in reversed(range(len(parts))):
            less = min(beyond, cut[place] - floor[place])
            cut[place] -= less
            beyond -= less
    return cut


def shift_instalments(gross: Decimal, parts: Sequence[tuple[Decimal, Decimal]]) -> list[Decimal]:
    """The amounts of instalments ``(amount, received)`` of an order whose total became another one (元).

    The last one takes the difference. What it cannot take without falling below what was received for it the others
    lack, the last one first; where the whole order costs less than was received, so do they below that.
    """
    shifted = [amount for amount, _received in parts]
    beyond = total(shifted) - gross
    if beyond < 0 and shifted:
        shifted[-1] -= beyond
    for floors in ([received for _amount, received in parts], [ZERO] * len(parts)):
        for place in reversed(range(len(shifted))):
            less = min(max(beyond, ZERO), max(shifted[place] - floors[place], ZERO))
            shifted[place] -= less
            beyond -= less
    return shifted
