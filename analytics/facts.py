"""The facts of orders that figures are defined on, read from the database."""

from dataclasses import replace

from django.db.models import Exists, F, OuterRef, QuerySet

from analytics.kpis import LineFacts, OrderFacts
from analytics.models import Dimension, Scope
from analytics.slices import Slice
from orders.models import Order, OrderLine

NO_CATEGORY = "0"
_OF_SCOPE = {Scope.TEAM: "sold_team", Scope.REP: "sold_by"}


def orders_in(slice_: Slice) -> QuerySet[Order]:
    """The effective orders of a slice, whoever may see them."""
    return narrowed(Order.objects.effective(), slice_)


def narrowed(orders: QuerySet[Order], slice_: Slice) -> QuerySet[Order]:
    """Those of the orders that a slice counts: by who sold them, and by the value of its dimension."""
    if slice_.dimension == Dimension.CATEGORY:
        lines = OrderLine.objects.filter(order=OuterRef("pk"), revision=OuterRef("revision"))
        return narrowed(orders, slice_.undivided).filter(Exists(lines.filter(**of_category(slice_.value))))
    return orders.filter(**sold_in(slice_))


def sold_in(slice_: Slice, at: str = "") -> dict:
    """The filter for orders of a slice of any dimension but category; ``at`` leads to the order, as in ``order__``."""
    found: dict = {}
    if slice_.scope != Scope.ALL:
        found[f"{at}{_OF_SCOPE[Scope(slice_.scope)]}"] = slice_.scope_id
    if slice_.dimension:
        found[f"{at}{slice_.dimension}"] = slice_.value
    return found


def lines_in_force() -> QuerySet[OrderLine]:
    """The lines of each order's present revision."""
    return OrderLine.objects.filter(revision=F("order__revision"))


def of_category(value: str) -> dict:
    """The filter for lines of a category; "0" is none: a line without a product."""
    return {"product__isnull": True} if value == NO_CATEGORY else {"product__category": int(value)}


def facts_of(orders: QuerySet[Order]) -> list[OrderFacts]:
    """The facts of these orders with their lines, in two queries."""
    lines: dict[int, list[LineFacts]] = {}
    rows = lines_in_force().filter(order__in=orders)
    for order, category, net, day in rows.values_list("order", "product__category", "net_amount", "signed_off_on"):
        lines.setdefault(order, []).append(LineFacts(str(category or NO_CATEGORY), net, day))
    columns = ("customer", "order_date", "booking_date", "first_promised_date", "signed_off_on", "grade", "net_total")
    return [_with_lines(lines.get(row[0], []), *row[1:]) for row in orders.values_list("pk", *columns)]


def _with_lines(lines: list[LineFacts], *facts) -> OrderFacts:
    return replace(OrderFacts(*facts), lines=tuple(lines))
