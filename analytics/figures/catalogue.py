"""The figures by name: key, label and definition as people read them, in the order of the stable interface.

A figure whose records do not exist yet has no value, which reads "—"; its definition is shown all the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.figures.kpis import Figures, Share

#: Shown as: amount in 元, number, share (a fraction, as per cent), days, score (of five).
AMOUNT, NUMBER, RATE, DAYS, SCORE = "amount", "number", "rate", "days", "score"
#: The figure that has a value per category.
DELAYS = "delay_rate_by_category"
_DIGITS = 9  # of a fraction, or of days, where it is stored


def _nothing_yet(figures: Figures) -> None:
    """Of a figure whose records do not exist yet."""


@dataclass(frozen=True)
class Kpi:
    """One figure: where it stands in ``Figures``, how it is shown, and what it means.

    ``of`` gives the value: a Decimal in 元, a count, days, a fraction; None is "—". ``share_of`` gives the counts
    behind a fraction. ``higher_is_better`` is None where neither direction is. ``rows`` names the list and
    the selection that it opens.
    """

    key: str
    label: str | Promise
    definition: str | Promise
    kind: str
    of: Callable[[Figures], Any] = _nothing_yet
    share_of: Callable[[Figures], Share] | None = None
    higher_is_better: bool | None = True
    rows: tuple[str, str] | None = None

    @property
    def is_counted(self) -> bool:
        """Whether there are records that it could be counted from."""
        return self.of is not _nothing_yet


def _share(pick: Callable[[Figures], Share]) -> dict[str, Any]:
    return {"kind": RATE, "of": lambda figures: pick(figures).value, "share_of": pick}


KPIS = (
    Kpi(
        "order_total",
        _("Total of orders"),
        _("Sum of the net amounts (without tax) of the effective orders booked in the month."),
        AMOUNT,
        lambda figures: figures.order_total,
        rows=("orders", "booked"),
    ),
    Kpi(
        "order_count",
        _("Number of orders"),
        _("Number of effective orders (approved or completed, not cancelled) booked in the month."),
        NUMBER,
        lambda figures: figures.order_count,
        rows=("orders", "booked"),
    ),
    Kpi(
        "average_order",
        _("Average order"),
        _("Total of orders divided by their number."),
        AMOUNT,
        lambda figures: figures.average_order,
        rows=("orders", "booked"),
    ),
    Kpi(
        "refunds",
        _("Refunds"),
        _(
            "Sum of the refunds that happened in the month, as they were paid, less those that were undone in it; "
            "shown beside the total of orders, not netted into it."
        ),
        AMOUNT,
        lambda figures: figures.refunds,
        higher_is_better=False,
        rows=("refunds", "paid"),
    ),
    Kpi(
        "repurchase_rate",
        _("Repurchase rate"),
        _(
            "Of the customers who bought in the month, those who have an effective order before their first one in it, "
            "or two or more in it. Customers are counted, not orders."
        ),
        **_share(lambda figures: figures.repurchase),
        rows=("customers", "buyers"),
    ),
    Kpi(
        "repurchase_rate_12m",
        _("12-month repurchase rate"),
        _(
            "Of the customers with an effective order in the twelve months that end with this one, those with two or "
            "more."
        ),
        **_share(lambda figures: figures.repurchase_12m),
        rows=("customers", "year"),
    ),
    Kpi(
        "a_share",
        _("A share"),
        _(
            "Net amount of the month's orders whose customer had grade A on the order date, divided by the total of "
            "orders."
        ),
        **_share(lambda figures: figures.a_share),
        higher_is_better=None,
        rows=("orders", "grade_a"),
    ),
    Kpi(
        "delivery_cycle_mean",
        _("Delivery cycle"),
        _("Mean calendar days from order date to final sign-off, of the orders finally signed off in the month."),
        DAYS,
        lambda figures: figures.delivery_cycle.value,
        higher_is_better=False,
        rows=("orders", "signed"),
    ),
    Kpi(
        "delivery_cycle_median",
        _("Delivery cycle (median)"),
        _("Median calendar days from order date to final sign-off, of the orders finally signed off in the month."),
        DAYS,
        lambda figures: figures.delivery_median,
        higher_is_better=False,
        rows=("orders", "signed"),
    ),
    Kpi(
        "on_time_rate",
        _("On-time rate"),
        _(
            "Of the effective orders whose promised date (the one at first approval) is in the month, those finally "
            "signed off on or before it. In the running month only promised dates already past count."
        ),
        **_share(lambda figures: figures.on_time),
        rows=("orders", "promised"),
    ),
    Kpi(
        DELAYS,
        _("Delay rate by category"),
        _(
            "Of the lines of the orders promised for the month, per product category: those signed off after the "
            "promised date or not yet by the end of the month."
        ),
        RATE,
        higher_is_better=False,
        rows=("lines", "all"),
    ),
    Kpi(
        "satisfaction",
        _("Satisfaction"),
        _("Mean of each score, and overall, of the answers that customers gave in the month."),
        SCORE,
    ),
    Kpi(
        "response_in_time",
        _("Requirements answered in time"),
        _(
            "Of the requirements whose response was due in the month, those first answered on or before the due day; "
            "in the running month only those whose due day is past or that were answered."
        ),
        **_share(lambda figures: figures.response),
        rows=("requirements", "due"),
    ),
    Kpi(
        "callback_in_time",
        _("Callbacks in time"),
        _("Of the callbacks due in the month, those made by their due time."),
        RATE,
    ),
    Kpi(
        "ticket_in_time",
        _("Tickets answered in time"),
        _("Of the tickets whose first response was due in the month, those answered by their due time."),
        RATE,
    ),
    Kpi(
        "cost_deviation",
        _("Cost deviation"),
        _("Sum of actual minus budgeted costs divided by the budget, of the orders whose costing closed in the month."),
        RATE,
        higher_is_better=False,
    ),
    Kpi(
        "waste_rate",
        _("Waste"),
        _(
            "Wasted direct materials divided by actual direct materials, of the orders whose costing closed in the "
            "month."
        ),
        RATE,
        higher_is_better=False,
    ),
    Kpi(
        "marginal_cost",
        _("Marginal cost"),
        _("Per product: change of the actual cost against the month before, divided by the change of the quantity."),
        AMOUNT,
        higher_is_better=None,
    ),
)
BY_KEY = {kpi.key: kpi for kpi in KPIS}


def json_of(value_of: Callable[[Kpi], Any], delays: Mapping[str, float | None]) -> dict[str, Any]:
    """The figures of a month by the keys of the stable interface; ``delays`` are the delay rates by name of category.

    Amounts are strings with two digits, rates fractions, days numbers, None is "—". What has no record yet has the
    shape that it will have.
    """
    found = {kpi.key: _plain(value_of(kpi)) for kpi in KPIS}
    for key, shape in _SHAPES.items():
        found[key] = shape if found[key] is None else found[key]
    return found | {DELAYS: dict(sorted(delays.items()))}


def as_json(figures: Figures, categories: Mapping[str, str]) -> dict[str, Any]:
    """The same of a month's figures; ``categories`` are names by id."""
    return json_of(lambda kpi: kpi.of(figures), {categories[key]: share.value for key, share in figures.delays.items()})


#: Of each score the mean; of each product the cost of one more.
_SHAPES: dict[str, Any] = {
    "refunds": "0.00",
    "satisfaction": dict.fromkeys(("quality", "delivery", "attitude", "response", "overall")),
    "marginal_cost": {},
}


def _plain(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, Decimal) else value


def stored(value: Any) -> str | None:
    """A figure as archive and report store it: text that reads the same for ever; None for "—"."""
    if isinstance(value, float):
        return f"{value:.{_DIGITS}f}"
    return None if value is None else str(value)
