"""What follows from a customer's effective orders: its type, and whether it still cooperates."""

from datetime import date

from customers.statuses import Cooperation, CustomerType


def year_before(day: date, years: int = 1) -> date:
    """The same day of an earlier year; of a 29 February, the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def type_of(order_count: int) -> CustomerType:
    """Potential without an effective order, new with one, returning with more."""
    if not order_count:
        return CustomerType.POTENTIAL
    return CustomerType.NEW if order_count == 1 else CustomerType.RETURNING


def cooperation_on(today: date, last_order_on: date | None) -> Cooperation:
    """Whether it has ordered within the twelve months up to today; who never did does not cooperate yet."""
    if last_order_on is None:
        return Cooperation.NONE
    return Cooperation.ACTIVE if last_order_on > year_before(today) else Cooperation.DORMANT
