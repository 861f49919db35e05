"""The dashboard of a month: what it shows, from a few rows of the roll-ups."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.models import User
from analytics.addresses import dashboard_url, part_key, rows_url
from analytics.catalogue import BY_KEY, KPIS, Kpi
from analytics.kpis import NOTHING, Figures
from analytics.models import Archive, BookedRollUp, Dimension, Scope, StageRollUp
from analytics.months import Month
from analytics.names import category_names, value_names
from analytics.reading import figures_by_month, figures_by_value
from analytics.sealed import Sealed, sealed
from analytics.shown import Change, Shown, change, in_ten_thousands, line_of, shown
from analytics.slices import Slice
from analytics.targets import targets_of
from core import policy
from core.money import ZERO, round_money
from customers.models import Grade

TILES = ("order_total", "repurchase_rate", "a_share", "delivery_cycle_mean", "on_time_rate", "satisfaction")
BY_VALUE = ("order_total", "order_count", "average_order", "repurchase_rate", "delivery_cycle_mean", "on_time_rate")
DELAYS = "delay_rate_by_category"
MOST_REPS = 10
_STAGES = (
    ("submitted", pgettext_lazy("stage reached", "Ordered")),
    ("approved", pgettext_lazy("stage reached", "Approved")),
    ("shipped", pgettext_lazy("stage reached", "Shipped")),
    ("signed", pgettext_lazy("stage reached", "Signed off")),
)


@dataclass(frozen=True)
class Figure:
    """One figure as a tile or a row shows it; ``line`` and ``dot`` are paths of its last twelve months, ``told`` says
    the same in words."""

    kpi: Kpi
    value: Shown
    month_before: Change
    year_before: Change
    url: str = ""
    line: str = ""
    dot: str = ""
    told: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: its length, how that reads, a remark at the end of its row, where it leads."""

    label: str
    value: float
    text: str
    remark: str = ""
    url: str = ""
    is_bad: bool = False
    # Against last month and the same month last year.
    changes: tuple[Change, ...] = ()

    @property
    def size(self) -> str:
        """The length as a script reads it, in every language."""
        return f"{self.value:.4f}"


@dataclass(frozen=True)
class Board:
    """One slice's figures over thirteen months, ready to be shown for the last of them.

    Of archived months everybody's figures are the archive's; roll-ups stay as they were when it was made.
    """

    slice: Slice
    month: Month
    figures: dict[Month, Figures]
    # The delay rate (per cent) beyond which somebody must act.
    delay_limit: Decimal
    sealed: dict[Month, Sealed] = field(default_factory=dict)

    @property
    def now(self) -> Figures:
        return self.figures[self.month]

    @property
    def archive(self) -> Archive | None:
        """The month's archive, if it is closed."""
        return self.sealed[self.month].archive if self.month in self.sealed else None

    def value(self, kpi: Kpi, month: Month) -> Any:
        """A figure of one of the months; None for "—"."""
        if self.slice == Slice() and month in self.sealed and kpi.key in self.sealed[month].values:
            return self.sealed[month].values[kpi.key]
        return kpi.of(self.figures[month])

    def figure(self, key: str) -> Figure:
        """The figure with its changes against last month and the same month last year, and its line."""
        kpi, months = BY_KEY[key], self.month.back(12)
        value, limit = self.value(kpi, self.month), self._limit_of(key)
        year = [self.value(kpi, month) for month in months]
        line, dot = line_of(year)
        return Figure(
            kpi=kpi,
            value=shown(kpi.kind, value),
            month_before=change(kpi, value, self.value(kpi, self.month.shifted(-1)), limit),
            year_before=change(kpi, value, self.value(kpi, self.month.shifted(-12)), limit),
            url=rows_url(*kpi.rows, self.month, self.slice) if kpi.rows and value is not None else "",
            line=line,
            dot=dot,
            told=_told(kpi, months, year),
        )

    def _limit_of(self, key: str) -> float | None:
        return float(1 - self.delay_limit / 100) if key == "on_time_rate" else None

    def tiles(self) -> list[Figure]:
        return [self.figure(key) for key in TILES]

    def others(self) -> list[Figure]:
        """The figures that have no tile; delays by category have a chart."""
        return [self.figure(kpi.key) for kpi in KPIS if kpi.key not in (*TILES, DELAYS)]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all happened in the month."""
        return self.now == Figures(repurchase_12m=self.now.repurchase_12m)


def _told(kpi: Kpi, months: list[Month], values: list[Any]) -> str:
    """A line of months in words, those that have a value."""
    known = ((month, value) for month, value in zip(months, values, strict=True) if value is not None)
    return ", ".join(f"{month} {shown(kpi.kind, value)}" for month, value in known)


def board_of(slice_: Slice, month: Month) -> Board:
    """The figures of a slice for a month and the twelve before it."""
    months = month.back(13)
    return Board(slice_, month, figures_by_month(slice_, months), policy.value("delay_limit"), sealed(months))


def totals_by_grade(slice_: Slice, month: Month) -> list[tuple[Month, list[str], Shown]]:
    """Twelve months of order totals in 万元: per grade, and in all; of a whole scope only."""
    months = month.back(12)
    rows = BookedRollUp.objects.filter(
        scope=slice_.scope, scope_id=slice_.scope_id, dimension=Dimension.GRADE, month__in=[m.first for m in months]
    )
    found = {(Month.of(row.month), row.value): round_money(row.net_total) for row in rows}
    parts = {each: [found.get((each, grade), Decimal(0)) for grade in Grade.values] for each in months}
    return [
        (each, [_ten_thousands(amount) for amount in parts[each]], in_ten_thousands(sum(parts[each], ZERO)))
        for each in months
    ]


def _ten_thousands(amount: Decimal) -> str:
    return f"{amount / 10_000:.2f}"


def delays(board: Board) -> list[Bar]:
    """The delay rate of each category, the worst first."""
    names, limit = category_names(), float(board.delay_limit) / 100
    worst_first = sorted(board.now.delays.items(), key=lambda item: -(item[1].value or 0))
    return [
        Bar(
            label=names.get(category, category),
            value=(share.value or 0) * 100,
            text=str(shown("rate", share.value)),
            remark=_("%(late)s of %(all)s lines") % {"late": share.part, "all": share.whole},
            url=rows_url("lines", "late", board.month, _part_or(board.slice, Dimension.CATEGORY, category)),
            is_bad=(share.value or 0) > limit,
            changes=tuple(_delay_change(board, category, back, limit) for back in (1, 12)),
        )
        for category, share in worst_first
    ]


def _delay_change(board: Board, category: str, back: int, limit: float) -> Change:
    """How a category's delay rate has changed since so many months before."""
    then = board.figures[board.month.shifted(-back)].delays.get(category, NOTHING)
    return change(BY_KEY[DELAYS], board.now.delays[category].value, then.value, limit)


def _part_or(slice_: Slice, dimension: str, value: str) -> Slice:
    """One value of a dimension of a whole scope; a part stays as it is, because it has its dimension already."""
    return slice_ if slice_.dimension else slice_.of(dimension, value)


def stages(slice_: Slice, month: Month) -> list[Bar]:
    """How many of the orders dated in the month have come how far by now, each beside the stage before."""
    row = StageRollUp.objects.filter(
        month=month.first, scope=slice_.scope, scope_id=slice_.scope_id, dimension=Dimension.NONE
    ).first()
    counts = [(label, getattr(row, name)) for name, label in _STAGES] if row else []
    before = [None, *(count for _label, count in counts)]
    return [
        Bar(str(label), count, f"{count:,}", f"{count / was:.1%}" if was else "")
        for (label, count), was in zip(counts, before, strict=False)
    ]


def reps(month: Month, people: Iterable[User]) -> list[Bar]:
    """The reps with the largest order totals among these people, with their targets."""
    names = {person.pk: str(person) for person in people}
    rows = BookedRollUp.objects.filter(
        month=month.first, scope=Scope.REP, dimension=Dimension.NONE, scope_id__in=list(names)
    ).order_by("-net_total", "scope_id")[:MOST_REPS]
    targets = targets_of(Scope.REP, month)
    return [_rep_bar(row, names[row.scope_id], month, targets.get(row.scope_id)) for row in rows]


def _rep_bar(row: BookedRollUp, name: str, month: Month, target: Decimal | None) -> Bar:
    remark = ngettext("%(n)s order", "%(n)s orders", row.orders) % {"n": row.orders}
    if target:
        remark = _("%(orders)s, target %(share)s") % {"orders": remark, "share": f"{row.net_total / target:.0%}"}
    url = dashboard_url(month, Slice(Scope.REP, row.scope_id))
    return Bar(name, float(row.net_total / 10_000), in_ten_thousands(row.net_total).text, remark, url)


def values(scope: Slice, dimension: str, month: Month) -> list[tuple[str, str, list[Shown]]]:
    """The main figures of each value of a dimension, the largest order total first: name, address, figures."""
    found = figures_by_value(scope, dimension, month)
    names = value_names(dimension, found)
    largest_first = sorted(found, key=lambda value: -found[value].order_total)
    return [
        (
            names[value],
            dashboard_url(month, scope.of(dimension, value), dimension),
            [shown(BY_KEY[key].kind, BY_KEY[key].of(found[value])) for key in BY_VALUE],
        )
        for value in largest_first
    ]


def name_of_part(slice_: Slice) -> str:
    """What the value of a slice's dimension is called; empty for a whole scope."""
    return value_names(slice_.dimension, [slice_.value])[slice_.value] if part_key(slice_) else ""
