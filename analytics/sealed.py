"""What the archives of closed months say about their figures: from then on these are the month's figures."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from analytics.archive.figures import FIGURES
from analytics.catalogue import AMOUNT, BY_KEY, NUMBER
from analytics.models import Archive, ArchiveRow
from analytics.months import Month

_AS_FIGURES = {AMOUNT: Decimal, NUMBER: int}


@dataclass(frozen=True)
class Sealed:
    """A closed month's archive and everybody's figures in it by key, None for "—"."""

    archive: Archive
    values: dict[str, Any]


def sealed(months: Iterable[Month]) -> dict[Month, Sealed]:
    """Those of the months that are archived."""
    archives = Archive.objects.filter(period__first_day__in=[month.first for month in months])
    by_period = {archive.period_id: archive for archive in archives.select_related("period__closed_by")}
    values: dict[int, dict[str, Any]] = {period: {} for period in by_period}
    rows = ArchiveRow.objects.filter(period__in=by_period, section=FIGURES).values_list("period", "content")
    for period, content in rows if by_period else ():
        row = json.loads(content)
        if not row["of"]:  # a figure that has parts, such as the delay rates of categories, is kept part by part
            values[period][row["figure"]] = _value(row["figure"], row["value"])
    return {Month.of(a.period.first_day): Sealed(a, values[period]) for period, a in by_period.items()}


def _value(key: str, text: str | None) -> Any:
    return None if text is None else _AS_FIGURES.get(BY_KEY[key].kind, float)(text)
