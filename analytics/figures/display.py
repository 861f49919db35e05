"""Figures as people read them: text with unit, changes against another month, and the line of a year."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from analytics.figures.catalogue import AMOUNT, DAYS, NUMBER, RATE, SCORE, Kpi
from core.money import percentage, rounded
from core.templatetags.ui import MINUS, NOTHING, money

_TEN_THOUSAND = 10_000
_STEP = {AMOUNT: 0.1, NUMBER: 0.1, RATE: 0.1, DAYS: 0.1, SCORE: 0.05}


@dataclass(frozen=True)
class FigureText:
    """A figure's text and unit."""

    text: str
    unit: str = ""

    def __str__(self):
        return f"{self.text} {self.unit}".strip() if self.unit != "%" else f"{self.text}%"


@dataclass(frozen=True)
class Comparison:
    """How a figure differs from another month's: ``direction`` is up, down, flat or empty (nothing to compare)."""

    text: str = NOTHING
    direction: str = ""
    is_bad: bool = False


def as_text(kind: str, value: Any) -> FigureText:
    """The value with one digit in the unit that suits it; ten thousands of 元 from ten thousand on."""
    if value is None:
        return FigureText(NOTHING)
    if kind == AMOUNT:
        return in_ten_thousands(value) if abs(value) >= _TEN_THOUSAND else FigureText(money(value), _("元"))
    if kind == RATE:
        return FigureText(_signed(percentage(value)), "%")
    if kind == NUMBER:
        return FigureText(f"{value:,}")
    return FigureText(_digits(value), _("days") if kind == DAYS else "/ 5")


def in_ten_thousands(amount: Decimal) -> FigureText:
    """An amount of 元 in 万元, as charts show it."""
    return FigureText(_digits(amount / _TEN_THOUSAND), _("10,000 元"))


def _digits(value: Any) -> str:
    return _signed(rounded(value))


def _signed(number: Decimal) -> str:
    return f"{number:,}".replace("-", MINUS)


def compare(kpi: Kpi, now: Any, then: Any, limit: float | None = None) -> Comparison:
    """The change from ``then`` to ``now``: per cent of an amount, points of a rate, days.

    It is bad when the figure got worse and lies beyond its limit: somebody must act.
    """
    if now is None or then is None:
        return Comparison()
    value, before = Decimal(str(now)), Decimal(str(then))  # a float's text is what was meant by it
    if kpi.kind in (AMOUNT, NUMBER):
        if not before:
            return Comparison()
        difference = (value - before) / before * 100
    else:
        difference = (value - before) * (100 if kpi.kind == RATE else 1)
    if abs(difference) < _STEP[kpi.kind] / 2:
        return Comparison(_("unchanged"), "flat")
    direction = "up" if difference > 0 else "down"
    units = {RATE: _("%(n)s points"), DAYS: _("%(n)s days"), SCORE: "%(n)s"}
    text = units.get(kpi.kind, "%(n)s%%") % {"n": f"{rounded(abs(difference)):,}"}
    worse = kpi.higher_is_better is not None and (difference > 0) != kpi.higher_is_better
    beyond = limit is not None and (now < limit if kpi.higher_is_better else now > limit)
    return Comparison(text, direction, worse and beyond)


def unit_of(kind: str) -> str:
    """The unit of a figure's plain value in a workbook; empty for a number."""
    return {AMOUNT: "元", RATE: "%", DAYS: _("days")}.get(kind, "")
