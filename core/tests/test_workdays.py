"""Working days by the statutory calendar, with exceptions on top."""

from datetime import date

import pytest

from core.models import WorkdayOverride
from core.workdays import add_workdays, workday, workdays_between

pytestmark = pytest.mark.django_db


def test_a_weekend_does_not_count():
    due = add_workdays(date(2026, 11, 20), 3)  # a Friday
    assert due.day == date(2026, 11, 25)
    assert due.skipped == (date(2026, 11, 21), date(2026, 11, 22))
    assert due.counted == (date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25))
    assert not due.estimated


def test_national_day_does_not_count_and_a_make_up_saturday_does():
    assert not workday(date(2025, 10, 1)).worked
    assert workday(date(2025, 10, 11)).worked  # Saturday, worked instead
    assert add_workdays(date(2025, 9, 30), 1).day == date(2025, 10, 9)


def test_zero_working_days_is_the_day_itself_even_on_a_sunday():
    assert add_workdays(date(2026, 11, 22), 0).day == date(2026, 11, 22)


def test_counting_backwards_is_refused():
    with pytest.raises(ValueError, match="forwards"):
        add_workdays(date(2026, 11, 22), -1)


def test_an_exception_wins_over_the_calendar():
    WorkdayOverride.objects.create(day=date(2026, 11, 23), is_workday=False, note="stocktaking")
    assert not workday(date(2026, 11, 23)).worked
    assert add_workdays(date(2026, 11, 20), 1).day == date(2026, 11, 24)


def test_a_year_without_calendar_counts_weekdays_and_says_so():
    far = workday(date(2099, 1, 1))
    assert far.estimated
    assert far.worked  # a Thursday
    assert add_workdays(date(2099, 1, 1), 1).estimated


def test_an_exception_in_a_year_without_calendar_is_no_estimate():
    WorkdayOverride.objects.create(day=date(2099, 1, 1), is_workday=False)
    assert not workday(date(2099, 1, 1)).estimated


def test_a_range_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(workdays_between(date(2026, 1, 1), date(2026, 12, 31))) == 365
