"""From where on something is worth a finding; every number may be changed in the administration."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import policy
from core.models import PolicyValue

PREFIX = "report_"
DELAY_LIMIT = "delay_limit"  # the line in the dashboard's chart as well

#: Key → (default, label).
THRESHOLDS: dict[str, tuple[Decimal | int, Any]] = {
    "on_time_drop": (Decimal(3), _("report: on-time rate lower than the month before by (points)")),
    "silence": (Decimal(2), _("report: A customer silent for so many times its usual interval")),
    "concentration": (Decimal(50), _("report: share of the five largest customers above (%)")),
    "b_fall": (Decimal(30), _("report: B customer's three months below the three before by (%)")),
    "sent_back": (Decimal(20), _("report: a representative's share of reviews sent back above (%)")),
    "stage_late": (Decimal(10), _("report: share of a review stage's decisions after their due day above (%)")),
    "discount_rise": (Decimal(1), _("report: discounts above the three months before by (points)")),
    "repurchase_drop": (Decimal(5), _("report: repurchase rate below the three months before by (points)")),
    "prepayment_releases": (0, _("report: releases in spite of a failed prepayment check, more than")),
    "check_releases": (2, _("report: releases in spite of another failed check, more than")),
    "overdue_rise": (Decimal(10), _("report: overdue receivables above the month before by (%)")),
    "average_drop": (Decimal(15), _("report: average order below the three months before by (%)")),
    "total_drop": (Decimal(20), _("report: total of orders below the month before by (%)")),
    "sample": (5, _("report: fewest lines or reviews that a rate is judged by")),
}
Limits = dict[str, Decimal]


def limits() -> Limits:
    """Every threshold in force, in two queries."""
    stored = dict(PolicyValue.objects.filter(key__startswith=PREFIX).values_list("key", "value"))
    found = {key: _number(default, stored.get(PREFIX + key)) for key, (default, _label) in THRESHOLDS.items()}
    return found | {"delay_rate": policy.value(DELAY_LIMIT)}


def _number(default: Decimal | int, text: str | None) -> Decimal:
    return Decimal(default if text is None else policy.parse(default, text))
