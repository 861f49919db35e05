"""``manage.py kpi``."""

import json
from datetime import date
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import gettext

from analytics.tests.world import add_orders, build_world
from core.workflow import born
from orders.models import Order, OrderLine
from orders.statuses import Status

pytestmark = pytest.mark.django_db
KEYS = [
    "order_total",
    "order_count",
    "average_order",
    "refunds",
    "repurchase_rate",
    "repurchase_rate_12m",
    "a_share",
    "delivery_cycle_mean",
    "delivery_cycle_median",
    "on_time_rate",
    "delay_rate_by_category",
    "satisfaction",
    "response_in_time",
    "callback_in_time",
    "ticket_in_time",
    "cost_deviation",
    "waste_rate",
    "marginal_cost",
]


@pytest.fixture
def world():
    world = build_world()
    add_orders(Random(1), world, 60, date(2026, 1, 1), date(2026, 6, 30))
    return world


def kpi(*arguments):
    printed = StringIO()
    call_command("kpi", *arguments, stdout=printed)
    return printed.getvalue()


def figures(*arguments):
    return json.loads(kpi(*arguments, "--json"))


def test_json_has_the_keys_of_the_stable_interface(world):
    found = figures("2026-05")
    assert list(found) == KEYS
    assert found["order_total"] == f"{sum(o.net_total for o in booked(5)):.2f}"
    assert found["order_count"] == len(booked(5))
    assert set(found["delay_rate_by_category"]) <= {"控制柜", "变频器", "线缆"}


def booked(month):
    return list(Order.objects.effective().filter(booking_date__year=2026, booking_date__month=month))


def test_a_month_without_orders_has_no_rates():
    found = figures("2026-05")
    assert found["order_total"] == "0.00"
    assert found["delay_rate_by_category"] == {}
    assert [key for key in KEYS[4:10] if found[key] is not None] == []


def test_changing_one_order_moves_the_figure(world):
    order = next(each for each in booked(5) if each.status == Status.APPROVED)
    before = figures("2026-05")
    born([order], Status.CANCELLED)
    after = figures("2026-05")
    assert float(before["order_total"]) - float(after["order_total"]) == pytest.approx(float(order.net_total))
    assert after["order_count"] == before["order_count"] - 1


def test_scopes_are_parts_of_the_whole(world):
    reps = [figures("2026-05", "--scope", f"rep:{rep.username}") for rep in world.reps]
    teams = [figures("2026-05", "--scope", f"team:{team}") for team in {rep.team_id for rep in world.reps}]
    whole = figures("2026-05")["order_count"]
    assert sum(f["order_count"] for f in reps) == sum(f["order_count"] for f in teams) == whole


@pytest.mark.parametrize("dimension", ["category", "province", "grade"])
def test_a_dimension_gives_figures_per_value(world, dimension):
    found = figures("2026-05", "--by", dimension)
    assert all(list(value) == KEYS for value in found.values())
    totals = sum(float(value["order_total"]) for value in found.values())
    lines = OrderLine.objects.filter(order__in=booked(5))
    if dimension == "category":  # free text is in none
        lines = lines.filter(product__isnull=False)
    assert totals == pytest.approx(float(sum(line.net_amount for line in lines)))


def test_within_a_scope_a_dimension_gives_the_figures_of_that_scope_alone(world):
    rep = world.reps[1]
    found = figures("2026-05", "--scope", f"rep:{rep.username}", "--by", "grade")
    for grade, each in found.items():
        orders = [order for order in booked(5) if order.sold_by == rep and order.grade == grade]
        assert each["order_count"] == len(orders)
        assert each["order_total"] == f"{sum(order.net_total for order in orders):.2f}"
        assert each["a_share"] in (None, 1.0 if grade == "A" else 0.0)
    assert (
        sum(each["order_count"] for each in found.values())
        == figures("2026-05", "--scope", f"rep:{rep.username}")["order_count"]
    )


def test_by_category_an_order_counts_in_each_of_its_categories_with_its_lines_alone(world):
    found = figures("2026-05", "--by", "category")
    for category, each in found.items():
        lines = OrderLine.objects.filter(order__in=booked(5), product__category__name=category)
        assert each["order_count"] == lines.values("order").distinct().count()
        assert each["order_total"] == f"{sum(line.net_amount for line in lines):.2f}"
        assert set(each["delay_rate_by_category"]) <= {category}
    assert sum(each["order_count"] for each in found.values()) > figures("2026-05")["order_count"]


def test_a_person_without_sales_is_no_scope(service):
    with pytest.raises(CommandError, match="scope"):
        kpi("2026-05", "--scope", f"rep:{service.username}")


def test_a_missing_province_is_named_unknown(world):
    assert gettext("Unknown") in figures("2026-05", "--by", "province")


def test_without_json_it_prints_lines(world):
    printed = kpi("2026-05", "--by", "grade")
    assert "order_total" in printed
    assert "—" in printed


@pytest.mark.parametrize(
    "arguments",
    [
        ["2026-13"],
        ["2026-05", "--scope", "team:999"],
        ["2026-05", "--scope", "rep:nobody"],
        ["2026-05", "--scope", "x"],
    ],
)
def test_nonsense_is_refused_with_a_sentence(arguments):
    with pytest.raises(CommandError, match=r"YYYY-MM|2026-10|scope"):
        kpi(*arguments)
