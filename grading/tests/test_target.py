"""Which grade figures ask for, and of which months they are."""

from datetime import date
from decimal import Decimal

import pytest

from customers.models import GradePolicy
from grading.target import Figures, first_working_day, quarter_of, target_of, years_before

POLICIES = [
    GradePolicy(grade="C", annual_threshold=0),
    GradePolicy(grade="A", annual_threshold=500_000, least_score=Decimal("3.5")),
    GradePolicy(grade="B", annual_threshold=100_000),
]


def figures(amount: int, score: str | None = None) -> Figures:
    return Figures(Decimal(amount), Decimal(0), Decimal(score) if score else None, Decimal(0), 0)


@pytest.mark.parametrize(
    ("amount", "score", "grade"),
    [
        (0, None, "C"),
        (99_999, "5", "C"),
        (100_000, None, "B"),
        (499_999, "5", "B"),
        (500_000, None, "A"),
        (500_000, "3.5", "A"),
        (500_000, "3.49", "B"),
        (50_000, "1", "C"),
    ],
)
def test_the_best_grade_whose_threshold_is_met_and_whose_score_is_not_missed(amount, score, grade):
    assert target_of(figures(amount, score), POLICIES) == grade


def test_the_twelve_months_end_where_the_quarter_begins():
    quarter = quarter_of(date(2026, 11, 29))
    assert quarter == date(2026, 10, 1)
    assert years_before(quarter) == (date(2025, 10, 1), date(2024, 10, 1))


@pytest.mark.django_db
def test_the_first_working_day_comes_after_the_holidays():
    assert first_working_day(date(2025, 10, 1)) == date(2025, 10, 9)
    assert first_working_day(date(2026, 4, 1)) == date(2026, 4, 1)
