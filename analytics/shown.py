"""Figures as people read them: text with unit, changes against another month, and the line of a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from analytics.catalogue import AMOUNT, DAYS, NUMBER, RATE, SCORE, Kpi
from core.templatetags.ui import MINUS, NOTHING, money

_TEN_THOUSAND = 10_000
_STEP = {AMOUNT: 0.1, NUMBER: 0.1, RATE: 0.1, DAYS: 0.1, SCORE: 0.05}
_LEFT, _TOP, _WIDTH, _HEIGHT = 0, 3, 100, 24  # of the line, in the units of its picture


@dataclass(frozen=True)
class Shown:
    """A figure's text and unit."""

    text: str
    unit: str = ""

    def __str__(self):
        return f"{self.text} {self.unit}".strip() if self.unit != "%" else f"{self.text}%"


@dataclass(frozen=True)
class Change:
    """How a figure differs from another month's: ``direction`` is up, down, flat or empty (nothing to compare)."""

    text: str = NOTHING
    direction: str = ""
    is_bad: bool = False


def shown(kind: str, value: Any) -> Shown:
    """The value with one digit in the unit that suits it; ten thousands of 元 from ten thousand on."""
    if value is None:
        return Shown(NOTHING)
    if kind == AMOUNT:
        return in_ten_thousands(value) if abs(value) >= _TEN_THOUSAND else Shown(money(value), _("元"))
    if kind == RATE:
        return Shown(_digits(value * 100), "%")
    if kind == NUMBER:
        return Shown(f"{value:,}")
    return Shown(_digits(value), _("days") if kind == DAYS else "/ 5")


def in_ten_thousands(amount: Decimal) -> Shown:
    """An amount of 元 in 万元, as charts show it."""
    return Shown(_digits(amount / _TEN_THOUSAND), _("10,000 元"))


def _digits(value: Any) -> str:
    return f"{value:,.1f}".replace("-", MINUS)


def change(kpi: Kpi, now: Any, then: Any, limit: float | None = None) -> Change:
    """The change from ``then`` to ``now``: per cent of an amount, points of a rate, days.

    It is bad when the figure got worse and lies beyond its limit: somebody must act.
    """
    if now is None or then is None:
        return Change()
    difference = _difference(kpi.kind, now, then)
    if difference is None:
        return Change()
    if abs(difference) < _STEP[kpi.kind] / 2:
        return Change(_("unchanged"), "flat")
    direction = "up" if difference > 0 else "down"
    worse = kpi.higher_is_better is not None and (difference > 0) != kpi.higher_is_better
    return Change(_change_text(kpi.kind, abs(difference)), direction, worse and _beyond(kpi, now, limit))


def _difference(kind: str, now: Any, then: Any) -> float | None:
    if kind in (AMOUNT, NUMBER):
        return float((now - then) / then * 100) if then else None
    return (now - then) * (100 if kind == RATE else 1)


def _change_text(kind: str, size: float) -> str:
    words = {RATE: _("%(n)s points"), DAYS: _("%(n)s days"), SCORE: "%(n)s"}
    return words.get(kind, "%(n)s%%") % {"n": f"{size:,.1f}"}


def _beyond(kpi: Kpi, value: Any, limit: float | None) -> bool:
    if limit is None:
        return False
    return value < limit if kpi.higher_is_better else value > limit


def line_of(values: Sequence[Any]) -> tuple[str, str]:
    """The path of a line through the values, and of the dot at its last one; gaps where there is no value."""
    known = [float(value) for value in values if value is not None]
    if not known:
        return "", ""
    low, span = min(known), (max(known) - min(known)) or 1
    points = [
        None if value is None else _point(n, len(values), (float(value) - low) / span) for n, value in enumerate(values)
    ]
    pieces = [f"{'L' if n and points[n - 1] else 'M'}{point}" for n, point in enumerate(points) if point]
    return " ".join(pieces), f"M{points[-1]}h0" if points[-1] else ""


def _point(index: int, count: int, height: float) -> str:
    x = _LEFT + _WIDTH * index / max(count - 1, 1)
    return f"{x:.1f} {_TOP + _HEIGHT * (1 - height):.1f}"
