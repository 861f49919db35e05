"""What the archive's pages show, as plain values."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from analytics.archive import checklist
from analytics.archive.figures import FIGURES, kpi_of, value_of
from analytics.archive.opening import due_at, opening_month
from analytics.archive.sections import BY_KEY, SECTIONS, Row
from analytics.archive.signed_report import words_of
from analytics.archive.supplements import late_of, rows_of
from analytics.models import Archive, SignedReport
from analytics.months import Month
from core.models import ClosedMonth
from core.money import total

EXAMPLES = 5


@dataclass(frozen=True)
class MonthLine:
    """One month of the list: its archive if it has one, else when it closes by itself (None: before the opening)."""

    month: Month
    period: ClosedMonth | None
    archive: Archive | None
    due_at: Any

    @property
    def orders(self) -> int | None:
        return self.archive.count_of("orders") if self.archive else None

    @property
    def net(self) -> str | None:
        return self.archive.total_of("orders", "net") if self.archive else None


@dataclass(frozen=True)
class Part:
    """Records of one section that came late: how many, and what some of them are called."""

    label: Any
    count: int
    names: list[str]

    @property
    def more(self) -> int:
        """How many beyond those that are named."""
        return self.count - len(self.names)


def months() -> list[MonthLine]:
    """Every month that is over since the opening or since the first closed one, newest first."""
    closed = {
        Month.of(period.first_day): period
        for period in ClosedMonth.objects.select_related("closed_by", "archive").order_by("first_day")
    }
    opening = opening_month()
    first = min([opening, *closed])
    known = {*first.until(Month.current().shifted(-1)), *closed}
    return [
        MonthLine(
            month,
            closed.get(month),
            getattr(closed.get(month), "archive", None),
            due_at(month) if month >= opening else None,
        )
        for month in sorted(known, reverse=True)
    ]


def period_of(month: Month) -> ClosedMonth | None:
    """The month's closing, if it is closed."""
    return ClosedMonth.objects.select_related("closed_by").filter(first_day=month.first).first()


def of_archive(archive: Archive) -> dict[str, Any]:
    """Sections with counts and sums, figures, what was not in order, supplements, what came late, the report."""
    figures = archive.rows_of(FIGURES).values_list("content", flat=True)
    return {
        "sections": [_section(archive, section) for section in SECTIONS],
        "figures": [_figure(json.loads(content)) for content in figures],
        "problems": [(checklist.told(problem), problem["records"]) for problem in archive.problems],
        "supplements": [(s, _parts(rows_of(s))) for s in archive.supplements.select_related("by")],
        "late": _parts(late_of(archive)),
        "signed": _signed(archive),
    }


def _section(archive: Archive, section) -> dict[str, Any]:
    labels = {column.key: column.label for column in section.columns}
    sums = [(labels[key], archive.total_of(section.key, key)) for key in section.sums]
    return {"label": section.label, "count": archive.count_of(section.key), "sums": sums}


def _figure(row: dict) -> dict[str, Any]:
    kpi, value = kpi_of(row), value_of(row)
    return {"label": kpi.label, "of": row["of"], "kind": kpi.kind, "value": value, "definition": kpi.definition}


def _parts(found: dict[str, list[Row]]) -> list[Part]:
    labels = {section.key: section.label for section in SECTIONS}
    return [
        Part(labels[key], len(rows), [_NAMES[key](row) for _pk, row in rows[:EXAMPLES]]) for key, rows in found.items()
    ]


def _receipt_name(row: dict[str, Any]) -> str:
    amount = Decimal(row["amount"])
    words = f"{row['received_on']} {row['customer_name']} ¥{abs(amount):,.2f}"
    return words if amount > 0 else _("%(receipt)s reversed") % {"receipt": words}


def _shipment_name(row: dict[str, Any]) -> str:
    days = [_("shipped on %(day)s") % {"day": row["shipped_on"]}]
    if row["signed_on"]:
        days.append(_("signed off on %(day)s") % {"day": row["signed_on"]})
    return f"{row['order']}-{row['sequence']} {', '.join(days)}"


_NAMES: dict[str, Callable[[dict[str, Any]], str]] = {"receipts": _receipt_name, "shipments": _shipment_name}


def adjustments_in(month: Month) -> dict[str, Any]:
    """What a month that is not archived will have as adjustments, so far: orders, and their net amount (元)."""
    orders = list(BY_KEY["adjustments"].query(month))
    return {"orders": orders, "net": total(order.net_total for order in orders)}


def _signed(archive: Archive) -> dict[str, Any] | None:
    kept = SignedReport.objects.filter(archive=archive).first()
    return {"kept": kept, **words_of(kept)} if kept else None
