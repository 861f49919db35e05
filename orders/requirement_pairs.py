"""A requirement beside the order that was made of it: what was wanted, what is ordered, and where they differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.templatetags.ui import money, quantity
from core.text_key import text_key
from orders.models import Order, OrderLine
from requirements.models import Requirement, WantedProduct


@dataclass(frozen=True)
class Pair:
    """One thing on both sides, in words."""

    label: str
    wanted: str
    ordered: str
    differs: bool


def pairs_of(
    requirement: Requirement, order: Order, lines: Iterable[OrderLine], wanted: list[WantedProduct]
) -> list[Pair]:
    """Date, budget, special demands and each wanted product; what the requirement leaves open differs from nothing."""
    lines = list(lines)
    return [
        *_dates(requirement, order),
        *_budget(requirement, order),
        *_demands(requirement, order, lines),
        *(_product(row, lines) for row in wanted),
    ]


def _dates(requirement: Requirement, order: Order) -> list[Pair]:
    wanted, promised = requirement.wanted_date, order.promised_date
    if wanted is None:
        return []
    words = promised.isoformat() if promised else ""
    return [Pair(_("Wanted date"), wanted.isoformat(), words, promised is None or promised > wanted)]


def _budget(requirement: Requirement, order: Order) -> list[Pair]:
    lower, upper, net = requirement.budget_from, requirement.budget_to, order.net_total
    if lower is None and upper is None:
        return []
    words = "–".join(money(amount) if amount is not None else "" for amount in (lower, upper))
    outside = (upper is not None and net > upper) or (lower is not None and net < lower)
    return [Pair(_("Budget, without tax"), words, money(net), outside)]


def _demands(requirement: Requirement, order: Order, lines: list[OrderLine]) -> list[Pair]:
    """Every line of the demands must stand in the order, in its header or beside a line."""
    if not requirement.special_demands.strip():
        return []
    said = "\n".join([order.special_requirements, *(line.special_demand for line in lines)])
    missing = [each for each in requirement.special_demands.splitlines() if text_key(each) not in text_key(said)]
    return [Pair(_("Special demands"), requirement.special_demands, said.strip(), bool(missing))]


def _product(row: WantedProduct, lines: list[OrderLine]) -> Pair:
    same = [line for line in lines if _is_of(line, row)]
    number = sum((line.quantity or Decimal(0) for line in same), Decimal(0))
    return Pair(row.name, quantity(row.quantity), quantity(number) if same else "", number != row.quantity)


def _is_of(line: OrderLine, row: WantedProduct) -> bool:
    if row.product_id:
        return line.product_id == row.product_id
    return text_key(line.name) in (text_key(row.name), text_key(row.name.split()[0]))
