"""Each figure by its definition, on rows made by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from analytics.figures import kpis
from analytics.figures.kpis import Figures, LineFacts, OrderFacts, Share
from analytics.figures.months import Month

MAY = Month(2026, 5)
LATER = date(2026, 11, 22)


def order(customer="海雅", booked="2026-05-10", net="100.00", **facts):
    day = date.fromisoformat(booked)
    known = {
        "customer": customer,
        "order_date": day,
        "booking_date": day,
        "promised_date": date(2026, 5, 20),
        "signed_off_on": None,
        "grade": "C",
        "net": Decimal(net),
    }
    days = {name: date.fromisoformat(value) for name, value in facts.items() if name.endswith(("_date", "_on"))}
    return OrderFacts(**known | facts | days)


def test_the_total_counts_the_orders_booked_in_the_month():
    orders = [
        order(net="100.10"),
        order(booked="2026-05-31", net="0.05"),
        order(booked="2026-06-01"),
        order(booked="2026-04-30"),
    ]
    assert kpis.order_total(orders, MAY) == Decimal("100.15")
    assert kpis.order_count(orders, MAY) == 2


def test_an_order_counts_on_its_booking_date_not_on_its_order_date():
    late_approval = order(booked="2026-06-01", order_date="2026-05-28")
    assert kpis.order_count([late_approval], MAY) == 0
    assert kpis.order_count([late_approval], Month(2026, 6)) == 1


def test_the_average_is_rounded_to_cents():
    orders = [order(net="100.00"), order(net="100.00"), order(net="0.01")]
    assert kpis.average_order(orders, MAY) == Decimal("66.67")


def test_customers_are_counted_not_orders():
    twice = [order("海雅"), order("海雅", booked="2026-05-11"), order("海雅", booked="2026-05-12")]
    once = [order("华能")]
    assert kpis.repurchase_rate(twice + once, MAY) == Share(1, 2)


def test_who_bought_before_the_month_comes_again():
    orders = [order("海雅"), order("海雅", booked="2020-01-01"), order("华能"), order("北漠", booked="2026-04-01")]
    assert kpis.repurchase_rate(orders, MAY) == Share(1, 2)


def test_who_buys_after_the_month_has_not_come_again_yet():
    assert kpis.repurchase_rate([order("海雅"), order("海雅", booked="2026-06-01")], MAY) == Share(0, 1)


def test_the_twelve_months_end_with_this_one():
    within = [order("海雅", booked="2025-06-01"), order("海雅", booked="2026-05-31")]
    without = [
        order("华能", booked="2025-05-31"),
        order("华能", booked="2026-05-01"),
        order("北漠", booked="2026-06-01"),
    ]
    assert kpis.repurchase_rate_12m(within + without, MAY) == Share(1, 2)


def test_a_share_takes_the_grade_of_the_order_date():
    orders = [order("海雅", net="300", grade="A"), order("海雅", booked="2026-05-20", net="100", grade="B")]
    assert kpis.a_share(orders, MAY) == Share(Decimal(300), Decimal(400))
    assert kpis.a_share(orders, MAY).value == 0.75


def test_the_delivery_cycle_counts_what_was_signed_off_in_the_month():
    orders = [
        order(booked="2026-04-01", signed_off_on="2026-05-01"),
        order(booked="2026-05-01", signed_off_on="2026-05-03"),
        order(booked="2026-05-01", signed_off_on="2026-05-05"),
        order(booked="2026-05-01", signed_off_on="2026-06-01"),
        order(booked="2026-05-01"),
    ]
    assert kpis.delivery_cycle_mean(orders, MAY) == Share(36, 3)
    assert kpis.delivery_cycle_median(orders, MAY) == 4.0


def test_the_median_of_two_lies_between_them():
    orders = [order(booked="2026-05-01", signed_off_on=day) for day in ("2026-05-02", "2026-05-05")]
    assert kpis.delivery_cycle_median(orders, MAY) == 2.5


@pytest.mark.parametrize(
    ("signed", "in_time"),
    [("2026-05-19", 1), ("2026-05-20", 1), ("2026-05-21", 0), ("2026-07-01", 0), (None, 0)],
)
def test_late_is_late_even_when_it_is_finished_by_now(signed, in_time):
    facts = {"signed_off_on": signed} if signed else {}
    assert kpis.on_time_rate([order(**facts)], MAY, LATER) == Share(in_time, 1)


def test_orders_promised_for_another_month_do_not_count():
    orders = [order(promised_date="2026-04-30"), order(promised_date="2026-06-01"), order(promised_date="2026-05-31")]
    assert kpis.on_time_rate(orders, MAY, LATER).whole == 1


@pytest.mark.parametrize(("today", "counted"), [("2026-05-19", 0), ("2026-05-20", 0), ("2026-05-21", 1)])
def test_in_the_running_month_only_promises_already_past_count(today, counted):
    assert kpis.on_time_rate([order()], MAY, date.fromisoformat(today)).whole == counted


def lines(*facts):
    return tuple(
        LineFacts(category, Decimal("10"), date.fromisoformat(signed) if signed else None) for category, signed in facts
    )


def test_delays_are_counted_by_line_and_category():
    orders = [
        order(lines=lines(("控制柜", "2026-05-20"), ("控制柜", "2026-05-21"), ("线缆", None))),
        order(lines=lines(("控制柜", "2026-06-30"), ("服务", "2026-05-01"))),
        order(promised_date="2026-06-01", lines=lines(("服务", None))),
    ]
    assert kpis.delay_rate_by_category(orders, MAY, LATER) == {
        "控制柜": Share(2, 3),
        "服务": Share(0, 1),
        "线缆": Share(1, 1),
    }


def test_nothing_divided_by_nothing_is_no_figure():
    found = kpis.figures_of([], MAY, LATER)
    assert found == Figures()
    rates = [found.a_share, found.repurchase, found.repurchase_12m, found.delivery_cycle, found.on_time]
    assert [rate.value for rate in rates] == [None] * 5
    assert (found.average_order, found.delivery_median, found.order_total) == (None, None, Decimal("0.00"))


def test_a_part_of_zero_is_zero():
    assert Share(0, 7).value == 0.0


def test_an_order_total_of_zero_has_no_a_share():
    assert kpis.a_share([order(net="0.00", grade="A")], MAY).value is None


def test_of_a_category_an_order_counts_with_its_lines_alone():
    mixed = order(net="30.00", lines=lines(("控制柜", None), ("控制柜", None), ("线缆", None)))
    other = order("华能", lines=lines(("线缆", None)))
    assert kpis.lines_of_category([mixed, other], "控制柜") == [
        replace(mixed, net=Decimal("20.00"), lines=mixed.lines[:2])
    ]


def test_months_are_counted_back_and_forth():
    assert Month(2026, 1).shifted(-1) == Month(2025, 12)
    assert [str(month) for month in Month(2026, 2).back(3)] == ["2025-12", "2026-01", "2026-02"]
    assert Month(2026, 2).last == date(2026, 2, 28)
    assert date(2026, 2, 28) in Month(2026, 2)
    assert date(2026, 3, 1) not in Month(2026, 2)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "0000-01", "2026", "2026-1", "x"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match=text):
        Month.parse(text)
