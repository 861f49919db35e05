"""What the archive's pages show, as plain values."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from analytics.archive import checklist
from analytics.archive.automatic_closing import due_at, opening_month
from analytics.archive.figures import FIGURES, figure_rows, kpi_of, shown_value
from analytics.archive.sections import BY_KEY, SECTIONS, Row, booked_in
from analytics.archive.signed_report import content_of
from analytics.archive.supplements import late_of, rows_of
from analytics.figures.months import Month
from analytics.models import Archive, BookedRollUp, Scope, SignedReport
from analytics.rights import home_scope, reads_all_teams
from billing.models import Receipt
from core.models import ClosedMonth
from core.money import ZERO, round_money, total
from fulfilment.models import Shipment
from orders.models import Order

EXAMPLES = 5


@dataclass(frozen=True)
class MonthLine:
    """One month of the list: its archive if it has one, else when it closes by itself (None: before the opening)."""

    month: Month
    period: ClosedMonth | None
    archive: Archive | None
    due_at: Any
    # Booked in it, as the archive keeps it; the net amount in 元.
    orders: int | None = None
    net: Any = None
    problems: int | None = None


@dataclass(frozen=True)
class LateRecords:
    """Records of one section that came late: how many, and what some of them are called."""

    label: Any
    count: int
    names: list[str]

    @property
    def more(self) -> int:
        """How many beyond those that are named."""
        return self.count - len(self.names)


def months(user: User) -> list[MonthLine]:
    """Every month that is over since the opening or since the first closed one, newest first."""
    closed = {
        Month.of(period.first_day): period
        for period in ClosedMonth.objects.select_related("closed_by", "archive").order_by("first_day")
    }
    opening = opening_month()
    first = min([opening, *closed])
    known = {*first.until(Month.current().shifted(-1)), *closed}
    booked, lines = _booked(user), []
    for month in sorted(known, reverse=True):
        period, due = closed.get(month), due_at(month) if month >= opening else None
        archive = getattr(period, "archive", None)
        if archive is None:
            lines.append(MonthLine(month, period, archive, due))
            continue
        orders, net = booked(archive)
        problems = len(checklist.problems_for(archive.problems, user))
        lines.append(MonthLine(month, period, archive, due, orders, net, problems))
    return lines


def _booked(user: User) -> Callable[[Archive], tuple[int, Any]]:
    """How many orders an archive's month has, and their net amount (元): everybody's, or those of the person's team."""
    if reads_all_teams(user):
        return lambda archive: (archive.count_of("orders"), archive.total_of("orders", "net"))
    team = {"scope": Scope.TEAM, "scope_id": user.team_id or 0, "dimension": ""}
    rows = BookedRollUp.objects.filter(**team).values_list("month", "orders", "net_total")
    of_team = {day: (orders, net) for day, orders, net in rows}
    return lambda archive: of_team.get(archive.period.first_day, (0, ZERO))


def booked_so_far(month: Month) -> tuple[int, Decimal]:
    """How many orders an open month has by now, and their net amount (元)."""
    found = booked_in(month).order_by().aggregate(number=Count("pk"), net=Sum("net_total"))
    return found["number"], round_money(found["net"] or ZERO)


def period_of(month: Month) -> ClosedMonth | None:
    """The month's closing, if it is closed."""
    return ClosedMonth.objects.select_related("closed_by").filter(first_day=month.first).first()


def of_archive(archive: Archive, user: User) -> dict[str, Any]:
    """What was not in order, figures, supplements and what came late; for who reads all teams also what was kept in
    all, and the report's words."""
    is_whole = reads_all_teams(user)
    problems = checklist.problems_for(archive.problems, user)
    kept = archive.supplements.select_related("by")
    parts: dict[str, Any] = {
        "is_whole": is_whole,
        "figures": list(_figures(archive, user)),
        "problems": [(checklist.in_words(problem), problem["records"]) for problem in problems],
        "supplements": [(s, _late_records(rows_of(s), user)) for s in kept],
        "late": _late_records(late_of(archive), user),
    }
    if not is_whole:
        parts["supplements"] = [(s, late) for s, late in parts["supplements"] if late]
        return parts
    signed = SignedReport.objects.filter(archive=archive).first()
    return parts | {
        "sections": _sections(archive),
        "signed": {"copy": signed, **content_of(signed)} if signed else None,
    }


def _sections(archive: Archive) -> list[dict[str, Any]]:
    sections = []
    for section in SECTIONS:
        labels = {column.key: column.label for column in section.columns}
        sums = [(labels[key], archive.total_of(section.key, key)) for key in section.sums]
        sections.append({"label": section.label, "count": archive.count_of(section.key), "sums": sums})
    return sections


def _figures(archive: Archive, user: User) -> Iterator[dict[str, Any]]:
    """Everybody's figures as the archive keeps them, a team's as its roll-ups do; none that could not be counted."""
    rows: Iterable[dict]
    if reads_all_teams(user):
        rows = map(json.loads, archive.rows_of(FIGURES).values_list("content", flat=True))
    else:
        rows = (row for _pk, row in figure_rows(Month.of(archive.period.first_day), home_scope(user)))
    for row in rows:
        kpi = kpi_of(row)
        if row["value"] is not None or kpi.is_counted:
            known = {"label": kpi.label, "kind": kpi.kind, "definition": kpi.definition}
            yield known | {"of": row["of"], "value": shown_value(row)}


def _late_records(found: dict[str, list[Row]], user: User) -> list[LateRecords]:
    late = []
    for key, rows in found.items():
        visible = _SEEN[key].objects.visible_to(user).filter(pk__in=[pk for pk, _row in rows])
        seen = set(visible.values_list("pk", flat=True))
        names = [_NAMES[key](row) for pk, row in rows if pk in seen or reads_all_teams(user)]
        if names:
            late.append(LateRecords(BY_KEY[key].label, len(names), names[:EXAMPLES]))
    return late


def _receipt_name(row: dict[str, Any]) -> str:
    amount = Decimal(row["amount"])
    words = f"{row['received_on']} {row['customer_name']} ¥{abs(amount):,.2f}"
    return words if amount > 0 else _("%(receipt)s reversed") % {"receipt": words}


def _shipment_name(row: dict[str, Any]) -> str:
    days = [_("shipped on %(day)s") % {"day": row["shipped_on"]}]
    if row["signed_on"]:
        days.append(_("signed off on %(day)s") % {"day": row["signed_on"]})
    return f"{row['order']}-{row['sequence']} {', '.join(days)}"


_SEEN: dict[str, Any] = {"receipts": Receipt, "shipments": Shipment}
_NAMES: dict[str, Callable[[dict[str, Any]], str]] = {"receipts": _receipt_name, "shipments": _shipment_name}


def adjustments_in(month: Month, user: User) -> dict[str, Any]:
    """What a month that is not archived will have as adjustments, so far: orders with what they no longer net (元)."""
    keys = ("adjustments", "short_closings", "amendments")
    cancelled, short, amended = (BY_KEY[key].query(month) for key in keys)
    if not reads_all_teams(user):
        seen = Order.objects.visible_to(user).values("pk")
        cancelled = cancelled.filter(pk__in=seen)
        short, amended = short.filter(order__in=seen), amended.filter(order__in=seen)
    orders = [(order, order.net_total) for order in cancelled]
    orders += [(closing.order, closing.net_lapsed) for closing in short.select_related("order")]
    orders += [(amendment.order, -amendment.net_change) for amendment in amended.select_related("order")]
    return {"orders": orders, "net": total(net for _order, net in orders)}
