"""The figures of a month, one pure function each; the docstring is the definition.

They count plain facts of *effective* orders (approved or completed) and ask no database: the archive and the tests
compute with them what the roll-ups keep ready. Within a scope or a dimension they are given the orders of that scope or
value alone, earlier ones included; for a category the orders that have lines of it, with the net amount of those lines.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from statistics import median

from analytics.figures.months import Month
from core.money import ZERO, round_money, total

A_GRADE = "A"
NO_CATEGORY = "0"  # of lines of free text
YEAR = 12  # months


@dataclass(frozen=True)
class LineFacts:
    """One line of the revision in force: its product's category ("0": none) and when the last of it was signed off."""

    category: str
    net: Decimal
    signed_off_on: date | None


@dataclass(frozen=True)
class OrderFacts:
    """What figures see of one effective order.

    ``promised_date`` is the one at first approval, ``grade`` the customer's on the order date, ``net`` without tax.
    """

    customer: int | str
    order_date: date
    booking_date: date
    promised_date: date
    signed_off_on: date | None
    grade: str
    net: Decimal
    lines: tuple[LineFacts, ...] = ()


@dataclass(frozen=True)
class Share:
    """A part of a whole, counts or amounts in 元; there is no fraction of nothing."""

    part: Decimal | int = 0
    whole: Decimal | int = 0

    @property
    def value(self) -> float | None:
        """The fraction, None ("—") where the whole is zero."""
        return float(self.part / self.whole) if self.whole else None


NOTHING = Share()
Orders = Iterable[OrderFacts]


def booked_in(orders: Orders, month: Month) -> list[OrderFacts]:
    """The orders whose booking date lies in the month."""
    return [order for order in orders if order.booking_date in month]


def order_total(orders: Orders, month: Month) -> Decimal:
    """Σ net amount (元 without tax) of the effective orders booked in the month."""
    return total(order.net for order in booked_in(orders, month))


def order_count(orders: Orders, month: Month) -> int:
    """The number of effective orders booked in the month."""
    return len(booked_in(orders, month))


def average_order(orders: Orders, month: Month) -> Decimal | None:
    """Order total ÷ number of orders, in 元; None without orders."""
    return average(order_total(orders, month), order_count(orders, month))


def average(amount: Decimal, count: int) -> Decimal | None:
    """An amount per piece, rounded to cents; None without pieces."""
    return round_money(amount / count) if count else None


def repurchase_rate(orders: Orders, month: Month) -> Share:
    """Of the customers who bought in the month, those who have an effective order before their first one in it or two
    or more in it. Customers are counted, not orders."""
    bought = Counter(order.customer for order in booked_in(orders, month))
    before = {order.customer for order in orders if order.booking_date < month.first}
    return Share(sum(n >= 2 or customer in before for customer, n in bought.items()), len(bought))


def repurchase_rate_12m(orders: Orders, month: Month) -> Share:
    """Of the customers with an effective order in the twelve months that end with this one, those with two or more."""
    year = set(month.back(YEAR))
    bought = Counter(order.customer for order in orders if Month.of(order.booking_date) in year)
    return Share(sum(n >= 2 for n in bought.values()), len(bought))


def a_share(orders: Orders, month: Month) -> Share:
    """Σ net amount of the month's orders whose customer had grade A on the order date ÷ order total."""
    of_a = [order for order in booked_in(orders, month) if order.grade == A_GRADE]
    return Share(order_total(of_a, month), order_total(orders, month))


def delivery_days(orders: Orders, month: Month) -> list[int]:
    """Calendar days from order date to final sign-off of each order that was finally signed off in the month."""
    return [(o.signed_off_on - o.order_date).days for o in orders if o.signed_off_on and o.signed_off_on in month]


def delivery_cycle_mean(orders: Orders, month: Month) -> Share:
    """Mean calendar days from order date to final sign-off, of the orders finally signed off in the month."""
    days = delivery_days(orders, month)
    return Share(sum(days), len(days))


def delivery_cycle_median(orders: Orders, month: Month) -> float | None:
    """Median calendar days from order date to final sign-off, of the orders finally signed off in the month."""
    days = delivery_days(orders, month)
    return float(median(days)) if days else None


def promised_in(orders: Orders, month: Month, today: date) -> list[OrderFacts]:
    """The orders promised for the month; in the running month only those whose promised date is past already."""
    return [order for order in orders if order.promised_date in month and order.promised_date < today]


def in_time(signed_off_on: date | None, promised: date) -> bool:
    """Whether it had arrived on the promised date. Late stays late, also when it has arrived by now."""
    return signed_off_on is not None and signed_off_on <= promised


def on_time_rate(orders: Orders, month: Month, today: date) -> Share:
    """Of the effective orders whose promised date is in the month, those finally signed off on or before it."""
    due = promised_in(orders, month, today)
    return Share(sum(in_time(order.signed_off_on, order.promised_date) for order in due), len(due))


def delay_rate_by_category(orders: Orders, month: Month, today: date) -> dict[str, Share]:
    """Per product category, of the lines of the orders promised for the month: those signed off after the promised date
    or not yet by the end of the month. Free text is in no category."""
    late, lines = Counter[str](), Counter[str]()
    for order in promised_in(orders, month, today):
        for line in order.lines:
            if line.category == NO_CATEGORY:
                continue
            lines[line.category] += 1
            late[line.category] += not in_time(line.signed_off_on, order.promised_date)
    return {category: Share(late[category], lines[category]) for category in sorted(lines)}


@dataclass(frozen=True)
class RequirementFacts:
    """What figures see of one requirement: by which working day it was to be answered, and when it was."""

    due_on: date
    responded_on: date | None


@dataclass(frozen=True)
class RefundFacts:
    """What figures see of one refund: its day and its amount in 元 as it was paid, below zero where it was undone."""

    refunded_on: date
    amount: Decimal


def refunds(rows: Iterable[RefundFacts], month: Month) -> Decimal:
    """Sum of the refunds that happened in the month, as they were paid, less those that were undone in it; shown beside
    the total of orders, not netted into it."""
    return total(each.amount for each in rows if each.refunded_on in month)


def response_in_time(requirements: Iterable[RequirementFacts], month: Month, today: date) -> Share:
    """Of the requirements whose response was due in the month, those first answered on or before the due day; in the
    running month only those whose due day is past or that were answered."""
    due = [each for each in requirements if each.due_on in month and (each.due_on < today or each.responded_on)]
    return Share(sum(in_time(each.responded_on, each.due_on) for each in due), len(due))


@dataclass(frozen=True)
class Figures:
    """All figures of one month for one scope and value, as counts and amounts, so that equal means equal."""

    order_total: Decimal = ZERO
    order_count: int = 0
    a_share: Share = NOTHING
    repurchase: Share = NOTHING
    repurchase_12m: Share = NOTHING
    delivery_cycle: Share = NOTHING
    delivery_median: float | None = None
    on_time: Share = NOTHING
    delays: dict[str, Share] = field(default_factory=dict)
    response: Share = NOTHING
    refunds: Decimal = ZERO

    @property
    def average_order(self) -> Decimal | None:
        return average(self.order_total, self.order_count)


def figures_of(orders: Orders, month: Month, today: date) -> Figures:
    """Every figure of the month, counted from the orders themselves."""
    orders = list(orders)
    return Figures(
        order_total=order_total(orders, month),
        order_count=order_count(orders, month),
        a_share=a_share(orders, month),
        repurchase=repurchase_rate(orders, month),
        repurchase_12m=repurchase_rate_12m(orders, month),
        delivery_cycle=delivery_cycle_mean(orders, month),
        delivery_median=delivery_cycle_median(orders, month),
        on_time=on_time_rate(orders, month, today),
        delays=delay_rate_by_category(orders, month, today),
    )


def lines_of_category(orders: Orders, category: str) -> list[OrderFacts]:
    """The orders that have lines of the category, with those lines and their net amount alone."""
    split = ((order, tuple(line for line in order.lines if line.category == category)) for order in orders)
    return [replace(order, net=total(line.net for line in lines), lines=lines) for order, lines in split if lines]
