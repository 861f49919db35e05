"""Review rounds: the order's content as it was submitted, and what has changed since the round before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from approvals.models import Round
from core.templatetags import ui
from orders.models import Order, OrderLine

HEADER = (
    "order_date",
    "promised_date",
    "contact",
    "channel",
    "delivery_method",
    "shipping_address",
    "payment_terms",
    "special_requirements",
    "liability_clauses",
    "customer_reference",
    "remarks",
    "net_total",
    "tax_total",
    "gross_total",
)
LINE = (
    "name",
    "specification",
    "unit",
    "quantity",
    "unit_price",
    "discount",
    "tax_rate",
    "net_amount",
    "special_demand",
)
_SHOWN_AS = {
    "quantity": ui.quantity,
    "unit_price": ui.price,
    "discount": ui.percent,
    "tax_rate": ui.percent,
    "net_amount": ui.money,
    "net_total": ui.money,
    "tax_total": ui.money,
    "gross_total": ui.money,
}
_CHOICES = {"channel": Order.Channel, "delivery_method": Order.DeliveryMethod}


def content_of(order: Order, lines: Iterable[OrderLine] | None = None) -> dict:
    """Header and lines as plain text, language-free: what a round keeps of a submission.

    ``lines`` are the order's, for whoever has them at hand.
    """
    lines = order.current_lines() if lines is None else lines
    return {
        "header": {name: _kept(getattr(order, name)) for name in HEADER},
        "lines": [{"product": line.product_id, **_kept_line(line)} for line in lines],
    }


def _kept_line(line: OrderLine) -> dict:
    return {name: _kept(getattr(line, name)) for name in LINE}


def _kept(value) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True)
class Value:
    """One value as it reads now, and how it read in the round before (the same when it did not change)."""

    now: str
    was: str

    @property
    def changed(self) -> bool:
        return self.now != self.was

    @property
    def shown(self) -> bool:
        """Whether there is, or was, anything to show."""
        return bool(self.now or self.was)


@dataclass(frozen=True)
class Row:
    """One line with its values; ``state`` is added, removed or empty, against the round before."""

    number: int
    values: dict[str, Value]
    state: str = ""


@dataclass(frozen=True)
class Content:
    """An order as the reviewer reads it. ``compared`` tells whether there was a round to compare with."""

    header: dict[str, Value]
    rows: list[Row] = field(default_factory=list)
    compared: bool = False


def content_with_changes(order: Order) -> Content:
    """The order's present content beside that of the round before this one."""
    before = Round.objects.filter(order=order, number=order.round - (0 if order.is_draft else 1)).first()
    return compare(content_of(order), before.content if before else None)


def compare(now: dict, before: dict | None) -> Content:
    """Present content with the old value beside each; without ``before`` nothing counts as changed."""
    was = (before or now)["header"]
    header = {name: Value(_shown(name, text), _shown(name, was.get(name, ""))) for name, text in now["header"].items()}
    return Content(header, _rows(now["lines"], (before or now)["lines"]), compared=before is not None)


def _rows(now: list[dict], before: list[dict]) -> list[Row]:
    """The present lines, each beside the old one of the same product, then those that are gone."""
    old = defaultdict(list)
    for line in before:
        old[_identity(line)].append(line)
    rows = []
    for number, line in enumerate(now, start=1):
        twins = old[_identity(line)]
        rows.append(_row(number, line, twins.pop(0)) if twins else _row(number, line, {}, "added"))
    gone = (line for line in before if any(line is rest for rest in old[_identity(line)]))
    return rows + [_row(number, line, line, "removed") for number, line in enumerate(gone, start=len(now) + 1)]


def _identity(line: dict) -> tuple:
    """What makes two lines of different rounds the same line: the product, or for free text its words."""
    return (line["product"],) if line["product"] else (line["name"], line["specification"])


def _row(number: int, line: dict, twin: dict, state: str = "") -> Row:
    values = {name: Value(_shown(name, line[name]), _shown(name, twin.get(name, ""))) for name in LINE}
    return Row(number, values, state)


def _shown(name: str, text: str) -> str:
    if text and name in _SHOWN_AS:
        return _SHOWN_AS[name](text)
    if text and name in _CHOICES:
        return str(dict(_CHOICES[name].choices).get(text, text))
    return text
