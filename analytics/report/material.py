"""What rules look at: figures and plain rows of one month, so that a rule needs no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from analytics.figures.kpis import NOTHING, Figures, Share
from analytics.figures.months import Month
from analytics.report.findings import Row
from core.money import ZERO


@dataclass(frozen=True)
class Buyer:
    """A customer with an amount (元 without tax)."""

    pk: int
    name: str
    net: Decimal


@dataclass(frozen=True)
class Rhythm:
    """On how many different days a customer ordered in two years, the first and the last of them."""

    pk: int
    name: str
    first: date
    last: date
    times: int

    @property
    def interval(self) -> float | None:
        """Mean days from one order to the next; None below three, which are no rhythm."""
        return (self.last - self.first).days / (self.times - 1) if self.times > 2 else None


@dataclass(frozen=True)
class Fall:
    """What a customer bought in the three months that end with this one, and in the three before (元)."""

    pk: int
    name: str
    recent: Decimal
    before: Decimal

    @property
    def fraction(self) -> Decimal:
        return (self.before - self.recent) / self.before if self.before else ZERO


@dataclass(frozen=True)
class Rated:
    """A part of a whole that belongs to somebody or something, with the worst records."""

    key: str
    name: Any
    share: Share
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Release:
    """A failed check that a reviewer released, with the written reason."""

    check: str
    order: int
    number: str
    reason: str


@dataclass(frozen=True)
class Shares:
    """A share now and before, with the records that weigh most."""

    now: Share = NOTHING
    before: Share = NOTHING
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Amounts:
    """An amount (元) now and before, with the records that weigh most."""

    now: Decimal = ZERO
    before: Decimal = ZERO
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Material:
    """Everything about one month. ``earlier`` are the figures of the three months before it, the latest last.

    ``as_of`` is the month's last day, or yesterday while it runs.
    """

    month: Month
    as_of: date
    figures: Figures = field(default_factory=Figures)
    earlier: tuple[Figures, ...] = ()
    categories: Mapping[str, Any] = field(default_factory=dict)
    late_lines: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    late_orders: tuple[Row, ...] = ()
    of_a: tuple[Rhythm, ...] = ()
    largest: tuple[Buyer, ...] = ()
    of_b: tuple[Fall, ...] = ()
    once: tuple[Buyer, ...] = ()
    reps: tuple[Rated, ...] = ()
    stages: tuple[Rated, ...] = ()
    releases: tuple[Release, ...] = ()
    discounts: Shares = Shares()
    overdue: Amounts = Amounts()

    @property
    def is_over(self) -> bool:
        """Whether the whole month is counted."""
        return self.as_of == self.month.last

    @property
    def before(self) -> Figures:
        """The month before."""
        return self.earlier[-1] if self.earlier else Figures()
