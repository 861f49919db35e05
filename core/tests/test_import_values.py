"""Cells as people fill them in: each is understood, or refused; none is guessed."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from core.imports.values import Misread, choice, code, day, displayed, figure, is_blank, note, percent, text, whole

amount = figure(places=2, largest=Decimal("999999999999.99"))
FIFTH = date(2026, 1, 5)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-01-05",
        "2026/1/5",
        " 2026.1.5 ",
        "2026年1月5日",
        "2026 年 1 月 5 日",
        "２０２６年０１月０５号",
        "2026-01-05 00:00:00",
        "20260105",
        20260105,
        "46027",
        46027,
        46027.75,
        FIFTH,
        datetime(2026, 1, 5, 13, 30),
    ],
)
def test_a_day_is_understood_however_it_is_written(raw):
    assert day(raw) == FIFTH


@pytest.mark.parametrize(
    "raw",
    ["26/1/5", "5/1/2026", "1月5日", "2026年1月", "2026-02-30", "昨天", "2026-1/5", True, 5, time(8), "1926-01-05"],
)
def test_what_may_be_another_day_or_none_is_refused(raw):
    with pytest.raises(Misread):
        day(raw)


@pytest.mark.parametrize(
    ("raw", "meaning"),
    [
        ("¥1,234.50", "1234.50"),
        ("￥１，２３４.5", "1234.5"),
        ("RMB 1 234.5元", "1234.5"),
        (1234, "1234"),
        (11.520000000000001, "11.52"),
        ("0", "0"),
    ],
)
def test_an_amount_may_carry_its_currency_and_separators(raw, meaning):
    assert amount(raw) == Decimal(meaning)


@pytest.mark.parametrize(
    "raw",
    ["-5", "−5", "(5)", "12,34", "1.234,50", "1O0", "1e3", "12万", "约100", "1.234", float("nan"), True, FIFTH, 10**15],
)
def test_what_is_no_amount_is_refused(raw):
    with pytest.raises(Misread):
        amount(raw)


@pytest.mark.parametrize(
    ("raw", "points"),
    [("13%", 13), ("13％", 13), (13, 13), (0.13, 13), ("0.13", 13), (0, 0), ("6.5%", "6.5"), (0.065, "6.5"), (1, 1)],
)
def test_percentages_come_in_three_ways(raw, points):
    assert percent(raw) == Decimal(points)


@pytest.mark.parametrize("raw", [0.5, "0.8", "130%", "-1%", "免税"])
def test_a_percentage_that_can_be_read_in_two_ways_is_refused(raw):
    with pytest.raises(Misread):
        percent(raw)


def test_numbers_and_texts_lose_what_nobody_sees():
    assert text(40)("  海雅　装备\u200b\u00a0有限公司 ") == "海雅　装备\u00a0有限公司"
    assert text(40)("型号：ＫＸ２００（双门）") == "型号：ＫＸ２００（双门）"
    assert code(40)("ＫＸ－２００ ") == "ＫＸ－２００"
    assert note()("一\r\n 二_x000D_\n") == "一\n二"
    assert is_blank(" \u3000\u200b")


@pytest.mark.parametrize(("raw", "meaning"), [(10248, "10248"), (10248.0, "10248"), (1.5, "1.5"), ("0012", "0012")])
def test_a_number_column_takes_what_excel_made_of_it(raw, meaning):
    assert code(40)(raw) == meaning


@pytest.mark.parametrize("raw", [1.23456789012346e17, datetime(2026, 3, 4), date(2026, 3, 4), True])
def test_what_excel_has_spoilt_is_refused(raw):
    with pytest.raises(Misread):
        text(40)(raw)


def test_texts_counts_and_choices_know_their_bounds():
    with pytest.raises(Misread):
        text(3)("太长的字")
    assert whole(999)("12个工作日") == whole(999)(12.0) == 12
    for wrong in ("3.5", "12天", -1, 1000):
        with pytest.raises(Misread):
            whole(999)(wrong)
    assert choice({"A": "a"})(" ａ ") == "a"
    with pytest.raises(Misread):
        choice({"A": "a"})("D")


def test_marks_that_nobody_sees_are_no_part_of_a_number():
    assert code(40)("\u202aK\u00ad-7\u202c\u2066") == "K-7"
    assert text(40)("海雅_x0007_装备_x000B_") == "海雅 装备"


def test_numbers_beyond_all_bounds_are_refused_and_break_nothing():
    for wrong in (10**400, -(10**400), float("inf")):
        for read in (day, percent, code(40), whole(9), figure(places=2, largest=Decimal(9))):
            with pytest.raises(Misread):
                read(wrong)


def test_a_value_is_shown_without_what_no_database_keeps():
    assert displayed("a\0b\x0bc\n d") == "a b c d"
