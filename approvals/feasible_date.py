"""The earliest day by which an order can be delivered: stock on hand, else the longest lead time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.workdays import add_workdays, exceptions_between, horizon
from orders.models import Order, OrderLine
from products.models import Product


@dataclass(frozen=True)
class Need:
    """A product that an order wants (in its unit), what is available of it, and its lead time in working days."""

    product: str
    wanted: Decimal
    available: Decimal
    lead_time: int

    @property
    def is_short(self) -> bool:
        return self.wanted > self.available


@dataclass(frozen=True)
class Feasible:
    """The earliest day, why it is that one, and whether it rests on a year whose holidays are not published."""

    day: date
    explanation: str
    estimated: bool


def earliest_day(order_date: date, needs: Iterable[Need], exceptions: dict[date, bool]) -> Feasible:
    """Order date + the longest lead time (working days) among what stock does not cover; else the order date.

    ``exceptions`` are the calendar's exceptions as of ``core.workdays.exceptions_between``.
    """
    short = [need for need in needs if need.is_short]
    if not short:
        return Feasible(order_date, _("Everything is in stock."), estimated=False)
    slowest = max(short, key=lambda need: need.lead_time)
    due = add_workdays(order_date, slowest.lead_time, exceptions)
    return Feasible(due.day, _sentence(slowest, order_date), due.estimated)


def _sentence(need: Need, order_date: date) -> str:
    return _("%(product)s: wanted %(wanted)s, available %(available)s; %(days)s working days from %(start)s.") % {
        "product": need.product,
        "wanted": _plain(need.wanted),
        "available": _plain(max(need.available, Decimal(0))),
        "days": need.lead_time,
        "start": order_date.isoformat(),
    }


def _plain(quantity: Decimal) -> str:
    """A quantity without trailing zeros."""
    text = f"{quantity:.3f}".rstrip("0").rstrip(".")
    return text or "0"


def _products(ids: Iterable[int | None]) -> dict[int, Product]:
    return Product.objects.in_bulk({pk for pk in ids if pk})


def needs_of(quantities: Iterable[tuple[int | None, Decimal | None]], products: dict[int, Product]) -> list[Need]:
    """What (product id, quantity) pairs want, summed per product; free-text lines want nothing that stock knows."""
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for pk, quantity in quantities:
        if pk in products and quantity:
            wanted[pk] += quantity
    return [
        Need(str(products[pk]), total, products[pk].available, products[pk].lead_time) for pk, total in wanted.items()
    ]


def feasible_dates(orders: list[Order], lines: dict[int, list[OrderLine]]) -> dict[int, Feasible]:
    """The earliest day of each order (by id), in two queries however many there are."""
    products = _products(line.product_id for order in orders for line in lines[order.pk])
    days = [order.order_date for order in orders]
    longest = max((product.lead_time for product in products.values()), default=0)
    exceptions = exceptions_between(min(days), horizon(max(days), longest)) if days else {}
    return {
        order.pk: earliest_day(
            order.order_date, needs_of(((n.product_id, n.quantity) for n in lines[order.pk]), products), exceptions
        )
        for order in orders
    }


def feasible_for(order_date: date, quantities: list[tuple[int | None, Decimal | None]]) -> Feasible:
    """The earliest day for lines that are still being typed: (product id, quantity) pairs."""
    products = _products(pk for pk, _quantity in quantities)
    longest = max((product.lead_time for product in products.values()), default=0)
    exceptions = exceptions_between(order_date, horizon(order_date, longest))
    return earliest_day(order_date, needs_of(quantities, products), exceptions)
