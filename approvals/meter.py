"""The picture of a credit check: the parts of the exposure and this order on one bar, with the limit marked."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from approvals.checks.result import CheckResult

#: The parts from left to right, with their colour class in static/app.css.
PARTS = {"not_shipped": "d2", "shipped_unpaid": "d3", "overdue": "db", "this_order": "d1", "amendment": "dm"}


@dataclass(frozen=True)
class Segment:
    """One part of the bar, in per cent of its width, as text for SVG attributes."""

    css: str
    x: str
    width: str


@dataclass(frozen=True)
class Meter:
    """The bar: its segments, where the limit stands (empty: none set), and the same in words."""

    segments: list[Segment]
    limit: str
    anchor: str  # keeps the limit's name inside the picture
    words: str


def meter_of(result: CheckResult) -> Meter | None:
    """The bar of a credit check; None when there is nothing to draw."""
    # The balance lets a customer use as much more.
    limit = max(result.figure("own_limit"), result.figure("limit")) + result.figure("balance")
    amounts = {key: result.figure(key) for key in PARTS}
    used = sum(amounts.values(), Decimal(0))
    scale = max(limit, used)
    if scale <= 0:
        return None
    segments, x = [], Decimal(0)
    for key, amount in amounts.items():
        if amount > 0:
            segments.append(Segment(PARTS[key], _percent(x, scale), _percent(amount, scale)))
        x += amount
    words = _("used with this order %(used)s, limit %(limit)s") % {"used": f"{used:,.2f}", "limit": f"{limit:,.2f}"}
    anchor = "end" if limit > scale * Decimal("0.9") else "middle" if limit > scale / 10 else "start"
    return Meter(segments, _percent(limit, scale) if limit else "", anchor, words)


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{part / whole * 100:.2f}%"
