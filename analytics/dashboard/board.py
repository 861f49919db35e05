"""The dashboard of a month: what it shows, from a few rows of the roll-ups."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.models import User
from analytics.archive.figures import ArchivedMonth, archived_figures
from analytics.dashboard.targets import targets_of
from analytics.figures.addresses import dashboard_url, part_key, rows_url
from analytics.figures.catalogue import BY_KEY, DELAYS, KPIS, Kpi
from analytics.figures.display import Comparison, FigureText, as_text, compare, in_ten_thousands
from analytics.figures.kpis import NOTHING, Figures
from analytics.figures.months import Month
from analytics.figures.names import category_names, value_names
from analytics.figures.same_days import same_days_of
from analytics.figures.segments import Segment
from analytics.models import Archive, BookedRollUp, Dimension, Scope, StageRollUp
from analytics.rollups.lookup import figures_by_month, figures_by_value
from core import policy
from core.money import ZERO, percentage, round_money
from core.sparkline import sparkline
from customers.models import Grade

TILES = ("order_total", "repurchase_rate", "a_share", "delivery_cycle_mean", "on_time_rate", "average_order")
BY_VALUE = ("order_total", "order_count", "average_order", "repurchase_rate", "delivery_cycle_mean", "on_time_rate")
MOST_REPS = 10
_STAGES = (
    ("submitted", pgettext_lazy("stage reached", "Ordered")),
    ("approved", pgettext_lazy("stage reached", "Approved")),
    ("shipped", pgettext_lazy("stage reached", "Shipped")),
    ("signed", pgettext_lazy("stage reached", "Signed off")),
)


@dataclass(frozen=True)
class Figure:
    """One figure as a tile or a row shows it; ``line`` and ``dot`` are paths of its last twelve months,
    ``months_in_words`` says the same."""

    kpi: Kpi
    value: FigureText
    month_before: Comparison
    year_before: Comparison
    url: str = ""
    line: str = ""
    dot: str = ""
    months_in_words: str = ""


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
    changes: tuple[Comparison, ...] = ()

    @property
    def size(self) -> str:
        """The length as a script reads it, in every language."""
        return f"{self.value:.4f}"


@dataclass(frozen=True)
class Board:
    """One segment's figures over thirteen months, ready to be shown for the last of them.

    Of archived months everybody's figures are the archive's; roll-ups stay as they were when it was made.
    """

    segment: Segment
    month: Month
    figures: dict[Month, Figures]
    # The delay rate (per cent) beyond which somebody must act.
    delay_limit: Decimal
    archived: dict[Month, ArchivedMonth] = field(default_factory=dict)
    # While the month runs: what as many days of the month before, and of this month last year, came to.
    same_days: dict[Month, Figures] = field(default_factory=dict)

    @property
    def now(self) -> Figures:
        return self.figures[self.month]

    @property
    def archive(self) -> Archive | None:
        """The month's archive, if it is closed."""
        return self.archived[self.month].archive if self.month in self.archived else None

    def value(self, kpi: Kpi, month: Month) -> Any:
        """A figure of one of the months; None for "—"."""
        if self.segment == Segment() and month in self.archived and kpi.key in self.archived[month].figures:
            return self.archived[month].figures[kpi.key]
        return kpi.of(self.figures[month])

    def figure(self, key: str) -> Figure:
        """The figure with its changes against last month and the same month last year, and its line."""
        kpi, value = BY_KEY[key], self.value(BY_KEY[key], self.month)
        limit = float(1 - self.delay_limit / 100) if key == "on_time_rate" else None
        year = {month: self.value(kpi, month) for month in self.month.back(12)}
        line, dot = sparkline(list(year.values()))
        known = (f"{month} {as_text(kpi.kind, of_month)}" for month, of_month in year.items() if of_month is not None)
        return Figure(
            kpi=kpi,
            value=as_text(kpi.kind, value),
            month_before=compare(kpi, value, self._earlier(kpi, self.month.shifted(-1)), limit),
            year_before=compare(kpi, value, self._earlier(kpi, self.month.shifted(-12)), limit),
            url=rows_url(*kpi.rows, self.month, self.segment) if kpi.rows and value is not None else "",
            line=line,
            dot=dot,
            months_in_words=", ".join(known),
        )

    def _earlier(self, kpi: Kpi, month: Month) -> Any:
        """What a figure is compared with: the whole month, or as many days of it as the running one has had."""
        return kpi.of(self.same_days[month]) if month in self.same_days else self.value(kpi, month)

    def tiles(self) -> list[Figure]:
        return [self.figure(key) for key in TILES]

    def others(self) -> list[Figure]:
        """The figures that have no tile; delays by category have a chart."""
        return [self.figure(kpi.key) for kpi in KPIS if kpi.is_counted and kpi.key not in TILES]

    def to_come(self) -> list[Kpi]:
        """The figures that nothing could be counted from yet."""
        return [kpi for kpi in KPIS if not kpi.is_counted and kpi.key != DELAYS]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all happened in the month."""
        return self.now == Figures(repurchase_12m=self.now.repurchase_12m)


def board_of(segment: Segment, month: Month) -> Board:
    """The figures of a segment for a month and the twelve before it."""
    months = month.back(13)
    limit, archived = policy.value("delay_limit"), archived_figures(months)
    earlier = (month.shifted(-1), month.shifted(-12)) if month == Month.current() else ()
    same_days = {each: same_days_of(segment, each) for each in earlier}
    return Board(segment, month, figures_by_month(segment, months), limit, archived, same_days)


def totals_by_grade(segment: Segment, month: Month) -> list[tuple[Month, list[str], FigureText]]:
    """Twelve months of order totals in 万元: per grade, and in all; of a whole scope only."""
    months = month.back(12)
    rows = BookedRollUp.objects.filter(
        scope=segment.scope, scope_id=segment.scope_id, dimension=Dimension.GRADE, month__in=[m.first for m in months]
    )
    found = {(Month.of(row.month), row.value): round_money(row.net_total) for row in rows}
    parts = {each: [found.get((each, grade), Decimal(0)) for grade in Grade.values] for each in months}
    return [
        (each, [f"{amount / 10_000:.2f}" for amount in parts[each]], in_ten_thousands(sum(parts[each], ZERO)))
        for each in months
    ]


def delays(board: Board) -> list[Bar]:
    """The delay rate of each category, the worst first."""
    names, limit = category_names(), float(board.delay_limit) / 100
    earlier = [board.figures[board.month.shifted(-back)].delays for back in (1, 12)]
    bars = []
    for category, share in sorted(board.now.delays.items(), key=lambda item: -(item[1].value or 0)):
        # A part stays as it is, because it has its dimension already.
        segment = board.segment if board.segment.dimension else board.segment.of(Dimension.CATEGORY, category)
        then = [delays.get(category, NOTHING).value for delays in earlier]
        bars.append(
            Bar(
                label=names.get(category, category),
                value=(share.value or 0) * 100,
                text=str(as_text("rate", share.value)),
                remark=_("%(late)s of %(all)s lines") % {"late": share.part, "all": share.whole},
                url=rows_url("lines", "late", board.month, segment),
                is_bad=(share.value or 0) > limit,
                changes=tuple(compare(BY_KEY[DELAYS], share.value, value, limit) for value in then),
            )
        )
    return bars


def stages(segment: Segment, month: Month) -> list[Bar]:
    """How many of the orders dated in the month have come how far by now, each beside the stage before."""
    row = StageRollUp.objects.filter(
        month=month.first, scope=segment.scope, scope_id=segment.scope_id, dimension=Dimension.NONE
    ).first()
    counts = [(label, getattr(row, name)) for name, label in _STAGES] if row else []
    before = [None, *(count for _label, count in counts)]
    return [
        Bar(str(label), count, f"{count:,}", f"{percentage(count / was)}%" if was else "")
        for (label, count), was in zip(counts, before, strict=False)
    ]


def reps(month: Month, people: Iterable[User]) -> list[Bar]:
    """The reps with the largest order totals among these people, with their targets."""
    names = {person.pk: str(person) for person in people}
    rows = BookedRollUp.objects.filter(
        month=month.first, scope=Scope.REP, dimension=Dimension.NONE, scope_id__in=list(names)
    ).order_by("-net_total", "scope_id")[:MOST_REPS]
    targets, bars = targets_of(Scope.REP, month), []
    for row in rows:
        remark = ngettext("%(n)s order", "%(n)s orders", row.orders) % {"n": row.orders}
        if target := targets.get(row.scope_id):
            remark = _("%(orders)s, target %(share)s") % {
                "orders": remark,
                "share": f"{percentage(row.net_total / target, 0)}%",
            }
        url = dashboard_url(month, Segment(Scope.REP, row.scope_id))
        text = in_ten_thousands(row.net_total).text
        bars.append(Bar(names[row.scope_id], float(row.net_total / 10_000), text, remark, url))
    return bars


def values(scope: Segment, dimension: str, month: Month) -> list[tuple[str, str, list[FigureText]]]:
    """The main figures of each value of a dimension, the largest order total first: name, address, figures."""
    found = figures_by_value(scope, dimension, month)
    names = value_names(dimension, found)
    largest_first = sorted(found, key=lambda value: -found[value].order_total)
    return [
        (
            names[value],
            dashboard_url(month, scope.of(dimension, value), dimension),
            [as_text(BY_KEY[key].kind, BY_KEY[key].of(found[value])) for key in BY_VALUE],
        )
        for value in largest_first
    ]


def name_of_part(segment: Segment) -> str:
    """What the value of a segment's dimension is called; empty for a whole scope."""
    return value_names(segment.dimension, [segment.value])[segment.value] if part_key(segment) else ""
