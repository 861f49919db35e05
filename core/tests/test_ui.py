"""Figures, days, badges and icons as they stand on the page."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from core.templatetags import ui


def render(source: str, **context) -> str:
    return Template("{% load ui %}" + source).render(Context(context)).strip()


@pytest.fixture
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def noon(monkeypatch):
    """It is 2026-11-24 12:00 in Shanghai."""
    now = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234.5"), "1,234.50"),
        (Decimal("0"), "0.00"),
        (Decimal("-48235.09"), "−48,235.09"),
        (Decimal("2.345"), "2.35"),
        (1000000, "1,000,000.00"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_money_has_thousands_and_two_digits(value, text):
    assert ui.money(value) == text


def test_yuan_puts_the_sign_before_the_currency():
    assert ui.yuan(Decimal("116616")) == "¥116,616.00"
    assert ui.yuan(Decimal("-5")) == "−¥5.00"
    assert ui.yuan(None) == "—"


@pytest.mark.parametrize(
    ("value", "text"), [("8600.000000", "8,600.00"), ("0.125000", "0.125"), ("92.100000", "92.10"), (None, "—")]
)
def test_a_unit_price_keeps_its_own_decimals(value, text):
    assert ui.price(value and Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [("12.000", "12"), ("1250.500", "1,250.5"), ("0.000", "0"), ("100", "100"), (None, "—")]
)
def test_a_quantity_drops_trailing_zeros(value, text):
    assert ui.quantity(value and Decimal(value)) == text


@pytest.mark.parametrize(("value", "text"), [("13.00", "13%"), ("12.5", "12.5%"), ("0", "0%"), (None, "—")])
def test_percent_takes_percentage_points(value, text):
    assert ui.percent(value and Decimal(value)) == text


def test_a_short_date_names_the_year_only_when_it_is_another_one(noon):
    assert ui.short_date(date(2026, 11, 4)) == "11-04"
    assert ui.short_date(date(2027, 1, 5)) == "2027-01-05"
    assert ui.short_date(None) == "—"


def test_a_short_date_of_an_instant_is_the_day_in_shanghai(noon):
    assert ui.short_date(datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) == "11-24"


@pytest.mark.parametrize(
    ("hours", "text"),
    [(-3, "today 09:00"), (-20, "yesterday 16:00"), (20, "tomorrow 08:00"), (-72, "11-21 12:00")],
)
def test_when_speaks_of_near_days_by_name(noon, in_english, hours, text):
    assert ui.when(noon + timedelta(hours=hours)) == text


@pytest.mark.parametrize(
    ("due", "text"),
    [((23, 18), "18 h overdue"), ((22, 18), "2 d overdue"), ((21, 6), "3 d overdue"), ((24, 18), "by 18:00")],
)
def test_what_is_over_counts_its_days_by_the_calendar_as_every_page_does(noon, in_english, due, text):
    day, hour = due
    assert ui.due_in(timezone.make_aware(datetime(2026, 11, day, hour))) == text


def test_from_now_lies_ahead(noon):
    assert ui.from_now(timedelta(minutes=15)) == noon + timedelta(minutes=15)


def test_an_icon_comes_from_the_sprite_and_is_hidden_from_screen_readers():
    html = render('{% icon "x" "icon-lg" %}')
    assert html == '<svg class="icon icon-lg" aria-hidden="true"><use href="/static/icons.svg#i-x"/></svg>'


def test_a_status_badge_is_a_dot_in_tables_and_a_pill_in_headers():
    assert render('{% status_badge "wait" "待复审" %}') == '<span class="st st-wait">待复审</span>'
    assert render('{% status_badge "wait" "待复审" pill=True %}') == '<span class="st st-wait st-pill">待复审</span>'


def test_badges_escape_what_people_wrote():
    assert "&lt;script&gt;" in render('{% status_badge "idle" label %}', label="<script>")


def test_a_grade_badge_is_empty_without_a_grade():
    assert 'class="gr gr-a"' in render('{% grade_badge "A" %}')
    assert render('{% grade_badge "" %}') == ""
