"""The earliest day by which an order can be delivered: stock that is nobody's before it, else the longest lead time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from care.supply import is_supplied_first, supplied_first
from core.workdays import add_workdays, exceptions_between, horizon
from orders.models import Order, OrderLine
from products.models import Product


@dataclass(frozen=True)
class Need:
    """A product that an order wants (in its unit), what is available to it, and its lead time in working days.

    ``passed`` is the part of what is available that others would have, were it not for its priority supply.
    """

    product: str
    wanted: Decimal
    available: Decimal
    lead_time: int
    passed: Decimal = Decimal(0)

    @property
    def is_short(self) -> bool:
        return self.wanted > self.available

    @property
    def passes(self) -> bool:
        """Whether it is there only because it comes before others."""
        return not self.is_short and self.wanted > self.available - self.passed


@dataclass(frozen=True)
class Feasible:
    """The earliest day, why it is that one, and whether it rests on a year whose holidays are not published."""

    day: date
    explanation: str
    estimated: bool


def earliest_day(start: date, needs: Iterable[Need], exceptions: dict[date, bool]) -> Feasible:
    """``start`` + the longest lead time (working days) among what stock does not cover; else ``start`` itself.

    ``exceptions`` are the calendar's exceptions as of ``core.workdays.exceptions_between``.
    """
    needs = list(needs)
    short = [need for need in needs if need.is_short]
    if passing := [need.product for need in needs if need.passes and not short]:
        words = _("Priority supply: %(products)s from stock that others wait for.")
        return Feasible(start, words % {"products": ", ".join(passing)}, estimated=False)
    if not short:
        return Feasible(start, _("Everything is in stock."), estimated=False)
    slowest = max(short, key=lambda need: need.lead_time)
    due = add_workdays(start, slowest.lead_time, exceptions)
    return Feasible(due.day, _sentence(slowest, start), due.estimated)


def _sentence(need: Need, start: date) -> str:
    return _("%(product)s: wanted %(wanted)s, available %(available)s; %(days)s working days from %(start)s.") % {
        "product": need.product,
        "wanted": _plain(need.wanted),
        "available": _plain(max(need.available, Decimal(0))),
        "days": need.lead_time,
        "start": start.isoformat(),
    }


def _plain(quantity: Decimal) -> str:
    """A quantity without trailing zeros."""
    text = f"{quantity:.3f}".rstrip("0").rstrip(".")
    return text or "0"


def _products(ids: Iterable[int | None]) -> dict[int, Product]:
    return Product.objects.in_bulk({pk for pk in ids if pk})


Quantities = Iterable[tuple[int | None, Decimal | None]]


def needs_of(
    quantities: Quantities,
    products: dict[int, Product],
    *,
    first: bool = False,
    own: Mapping[int, Decimal] | None = None,
) -> list[Need]:
    """What (product id, quantity) pairs want, summed per product; free-text lines want nothing that stock knows.

    With priority supply (``first``) an order passes those that have none. ``own`` is what is reserved for it already.
    """
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for pk, quantity in quantities:
        if pk in products and quantity:
            wanted[pk] += quantity
    reserved = own or {}
    return [_need(products[pk], total, first, reserved.get(pk, Decimal(0))) for pk, total in wanted.items()]


def _need(product: Product, wanted: Decimal, first: bool, own: Decimal) -> Need:
    available = product.available_to(first=first)
    return Need(str(product), wanted, available + own, product.lead_time, passed=available - product.available)


def feasible_dates(orders: list[Order], lines: dict[int, list[OrderLine]]) -> dict[int, Feasible]:
    """The earliest day of each order (by id), in three queries however many there are."""
    products = _products(line.product_id for order in orders for line in lines[order.pk])
    starts = {order.pk: start_of_work(order.order_date) for order in orders}
    # Coming first changes nothing where all that is reserved is reserved for such orders.
    passes = any(product.reserved != product.reserved_first for product in products.values())
    customers = supplied_first().filter(customer__in={order.customer_id for order in orders})
    first = set(customers.values_list("customer", flat=True)) if passes else set()
    days = starts.values()
    longest = max((product.lead_time for product in products.values()), default=0)
    exceptions = exceptions_between(min(days), horizon(max(days), longest)) if days else {}
    found = {}
    for order in orders:
        quantities = ((line.product_id, line.quantity) for line in lines[order.pk])
        needs = needs_of(quantities, products, first=order.customer_id in first)
        found[order.pk] = earliest_day(starts[order.pk], needs, exceptions)
    return found


def start_of_work(order_date: date) -> date:
    """From when lead times count: the order date, but nothing is made before today."""
    return max(order_date, timezone.localdate())


def feasible_for(
    order_date: date, quantities: list[tuple[int | None, Decimal | None]], customer: int | None = None
) -> Feasible:
    """The earliest day for lines that are still being typed: (product id, quantity) pairs, for a customer's id."""
    products = _products(pk for pk, _quantity in quantities)
    longest = max((product.lead_time for product in products.values()), default=0)
    start = start_of_work(order_date)
    exceptions = exceptions_between(start, horizon(start, longest))
    needs = needs_of(quantities, products, first=is_supplied_first(customer))
    return earliest_day(start, needs, exceptions)
