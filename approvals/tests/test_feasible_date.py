"""The earliest feasible date: stock, what others have of it, lead times in working days."""

from datetime import date
from decimal import Decimal

import pytest

from approvals.feasible_date import Need, earliest_day, feasible_for
from products.services import record_stock_move
from tests.factories import ProductFactory, UserFactory, released_order

MONDAY = date(2026, 11, 23)


def need(wanted, available, lead_time):
    return Need("控制柜 KX-200", Decimal(wanted), Decimal(available), lead_time)


@pytest.mark.parametrize(
    ("needs", "day"),
    [
        ([], MONDAY),
        ([need(3, 3, 10)], MONDAY),
        ([need(4, 3, 3)], date(2026, 11, 26)),
        ([need(4, 3, 5)], date(2026, 11, 30)),
        ([need(4, 3, 3), need(4, 3, 5), need(1, 9, 40)], date(2026, 11, 30)),
        ([need(4, -2, 0)], MONDAY),
    ],
)
def test_the_slowest_line_short_of_stock_decides(needs, day):
    assert earliest_day(MONDAY, needs, {}).day == day


def test_the_explanation_names_the_product_that_decides():
    found = earliest_day(MONDAY, [need(10, 3, 12), Need("端子", Decimal(1), Decimal(0), 1)], {})
    assert "KX-200" in found.explanation
    assert "10" in found.explanation
    assert "3" in found.explanation


def test_a_company_holiday_moves_the_date():
    assert earliest_day(MONDAY, [need(1, 0, 1)], {date(2026, 11, 24): False}).day == date(2026, 11, 25)


def test_a_year_without_calendar_is_an_estimate():
    assert earliest_day(date(2031, 1, 6), [need(1, 0, 1)], {}).estimated
    assert not earliest_day(MONDAY, [need(1, 0, 1)], {}).estimated


@pytest.fixture(autouse=True)
def it_is_monday(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: MONDAY)


@pytest.fixture
def product(db):
    product = ProductFactory(lead_time=5)
    record_stock_move(product=product, quantity=Decimal(10), reason="opening", by=UserFactory())
    return product


def test_what_released_orders_hold_is_not_there_for_others(product):
    released_order(lines=[(product, 4, "10")])
    assert feasible_for(MONDAY, [(product.pk, Decimal(6))]).day == MONDAY
    assert feasible_for(MONDAY, [(product.pk, Decimal(7))]).day == date(2026, 11, 30)


def test_lead_times_count_from_today_when_the_order_date_is_over(product):
    quantities = [(product.pk, Decimal(11))]
    assert feasible_for(date(2026, 11, 2), quantities).day == date(2026, 11, 30)
    assert feasible_for(date(2026, 11, 24), quantities).day == date(2026, 12, 1)


def test_two_lines_of_one_product_share_its_stock(product):
    assert feasible_for(MONDAY, [(product.pk, Decimal(6)), (product.pk, Decimal(4))]).day == MONDAY
    assert feasible_for(MONDAY, [(product.pk, Decimal(6)), (product.pk, Decimal(5))]).day == date(2026, 11, 30)


def test_free_text_and_unknown_products_wait_for_nothing(product):
    assert feasible_for(MONDAY, [(None, Decimal(6)), (product.pk + 1, Decimal(5)), (product.pk, None)]).day == MONDAY


def test_the_answer_costs_two_queries(product, django_assert_num_queries):
    quantities = [(ProductFactory().pk, Decimal(1)) for _n in range(5)]
    released_order(lines=[(product, 4, "10")])
    with django_assert_num_queries(2):
        feasible_for(MONDAY, [*quantities, (product.pk, Decimal(1))])


def test_a_date_at_the_end_of_the_calendar_breaks_no_queue():
    assert earliest_day(date(9999, 12, 30), [need(1, 0, 400)], {}).day == date.max
