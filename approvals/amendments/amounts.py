"""Amounts of two versions of an order side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from orders.models import Instalment


@dataclass(frozen=True)
class Amount:
    """An amount as it is and as it would be, in 元; one of them is missing where there is none."""

    label: str
    was: Decimal | None
    now: Decimal | None
    received: Decimal = Decimal(0)
    is_total: bool = False

    @property
    def difference(self) -> Decimal:
        return (self.now or Decimal(0)) - (self.was or Decimal(0))


def side_by_side(before: Sequence[Instalment], after: Sequence[Instalment]) -> list[Amount]:
    """Instalments of two versions: in pairs where the terms are the same, else the old ones and then the new ones."""
    if [_terms(part) for part in before] == [_terms(part) for part in after]:
        pairs = zip(before, after, strict=True)
        return [Amount(str(was), was.amount, now.amount, was.received) for was, now in pairs]
    gone = [Amount(str(part), part.amount, None, part.received) for part in before]
    return [*gone, *(Amount(str(part), None, part.amount) for part in after)]


def _terms(part: Instalment) -> tuple:
    return (part.percent, part.trigger, part.days)
