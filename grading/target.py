"""Which grade a customer's figures ask for, and the twelve months that are looked at. Pure rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.workdays import workdays_between
from customers.activity import year_before
from customers.models import Grade, GradePolicy


@dataclass(frozen=True)
class Figures:
    """What a grade is judged by, in 元: net amounts of effective orders booked in the twelve months before the quarter
    and in those before them, the average overall score in the former (None: nobody answered), and what is overdue."""

    annual_amount: Decimal
    previous_amount: Decimal
    average_score: Decimal | None
    overdue_amount: Decimal
    overdue_days: int


def quarter_of(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def years_before(quarter: date) -> tuple[date, date]:
    """From which days the twelve months before a quarter, and those before them, are counted."""
    return year_before(quarter), year_before(quarter, 2)


def first_working_day(quarter: date) -> date:
    """The first working day of a quarter; the longest holidays are over within half a month."""
    days = workdays_between(quarter, quarter.replace(day=15))
    return next((each.day for each in days if each.worked), quarter)


def target_of(figures: Figures, policies: Iterable[GradePolicy]) -> str:
    """The best grade whose threshold is met and whose least score is not missed; without answers it is not missed.

    Where no policy fits, C.
    """
    for policy in sorted(policies, key=lambda each: each.grade):
        score, least = figures.average_score, policy.least_score
        if figures.annual_amount >= policy.annual_threshold and (score is None or least is None or score >= least):
            return policy.grade
    return Grade.C
