"""Working hours: when spans begin, when they are due, and that the database's condition says the same."""

import random
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from core.office import Hours, due_after, last_beginning, worked_minutes

HOURS = Hours("09:00-18:00")
# 2026-11: Friday 27, weekend 28 and 29, Monday 30.
NONE: dict = {}


def moment(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(f"2026-{text}"))


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("11-26 15:00", "11-27 15:00"),
        ("11-27 15:00", "11-30 15:00"),
        ("11-27 20:30", "11-30 18:00"),
        ("11-28 11:00", "11-30 18:00"),
        ("11-30 07:10", "11-30 18:00"),
        ("11-30 18:00", "12-01 18:00"),
        # The national holiday, with Saturday the tenth made up.
        ("09-30 16:00", "10-08 16:00"),
    ],
)
def test_one_working_day_is_counted_in_working_hours(since, due):
    assert due_after(moment(since), 1, HOURS, NONE)[0] == moment(due)


def test_the_days_that_did_not_count_are_named():
    _due, counted = due_after(moment("11-27 20:30"), 1, HOURS, NONE)
    assert [f"{day:%m-%d}" for day in counted.skipped] == ["11-28", "11-29"]


def test_an_exception_to_the_calendar_counts():
    saturday = moment("11-28 00:00").date()
    assert due_after(moment("11-27 15:00"), 1, HOURS, {saturday: True})[0] == moment("11-28 15:00")


@pytest.mark.parametrize("days", [0, 1, 2, 3])
def test_what_is_due_before_an_instant_began_before_one_moment(days):
    rng = random.Random(days)
    start = moment("09-20 00:00")
    moments = [start + timedelta(minutes=rng.randrange(0, 60 * 24 * 40, 15)) for _n in range(150)]
    for instant in moments[:60]:
        lookup, border = last_beginning(instant, days, HOURS, NONE)
        for since in moments:
            says = since < border or (lookup == "lte" and since == border)
            assert says == (due_after(since, days, HOURS, NONE)[0] < instant), (since, instant)


def test_minutes_are_counted_while_the_office_is_open():
    assert worked_minutes(moment("11-27 17:00"), moment("11-30 10:30"), HOURS, NONE) == 150
    assert worked_minutes(moment("11-28 10:00"), moment("11-29 10:00"), HOURS, NONE) == 0


@pytest.mark.parametrize("text", ["", "9-18", "18:00-09:00", "09:00-25:00", "abc"])
def test_what_are_no_hours_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        Hours(text)


def test_hours_read_as_they_are_written():
    assert str(Hours("8:30–17:00")) == "08:30-17:00"
