"""The figures by name: key, label and definition as people read them, in the order of the stable interface.

A figure whose records do not exist yet has no value, which reads "—"; its definition is shown all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.kpis import Figures, Share

#: Shown as: amount in 元, number, share (a fraction, as per cent), days, score (of five).
AMOUNT, NUMBER, RATE, DAYS, SCORE = "amount", "number", "rate", "days", "score"


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
    of: Callable[[Figures], Any] = lambda figures: None
    share_of: Callable[[Figures], Share] | None = None
    higher_is_better: bool | None = True
    rows: tuple[str, str] | None = None


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
        _("Sum of the refunds that happened in the month; shown beside the total of orders, not netted into it."),
        AMOUNT,
        higher_is_better=False,
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
        "delay_rate_by_category",
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
        _("Of the requirements whose response was due in the month, those first answered by their due time."),
        RATE,
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


def as_json(figures: Figures, categories: dict[str, str]) -> dict[str, Any]:
    """The figures of a month by the keys of the stable interface; ``categories`` are names by id.

    Amounts are strings with two digits, rates fractions, days numbers, None is "—".
    """
    found = {kpi.key: _plain(kpi.of(figures)) for kpi in KPIS}
    delays = {categories[category]: share.value for category, share in figures.delays.items()}
    return found | {"delay_rate_by_category": dict(sorted(delays.items()))}


def _plain(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, Decimal) else value
