"""Each row behind a figure leads to the record that was counted, and that record opens."""

import re
from datetime import date
from html import unescape
from random import Random

import pytest
from django.urls import reverse

from analytics.addresses import rows_url
from analytics.catalogue import KPIS
from analytics.filters import CustomerRowFilter, LineRowFilter, OrderRowFilter
from analytics.months import Month
from analytics.slices import Slice
from analytics.tests.world import World, add_orders
from tests.factories import CategoryFactory, CustomerFactory, ProductFactory

pytestmark = pytest.mark.django_db
MAY = Month(2026, 5)
EVERY_LIST = [
    (rows, of)
    for rows, filters in (("orders", OrderRowFilter), ("lines", LineRowFilter), ("customers", CustomerRowFilter))
    for of, _label in filters.selections
]


@pytest.fixture
def world(rep, other_rep):
    world = World(reps=[rep, other_rep])
    world.customers = [CustomerFactory(owner=owner, team=owner.team) for owner in (rep, other_rep) for _n in range(3)]
    world.products = [ProductFactory(category=CategoryFactory(name=name)) for name in ("控制柜", "变频器")]
    rng = Random(7)
    for owner in (rep, other_rep):
        own = World([owner], [c for c in world.customers if c.owner == owner], world.products)
        add_orders(rng, own, 30, date(2026, 3, 1), date(2026, 6, 30))
    return world


@pytest.fixture
def browsers(as_rep, as_manager, as_finance):
    return {"rep": as_rep, "manager": as_manager, "finance": as_finance}


def listed(browser, rows, of):
    """The rows of a list, and where the markup leads from each: from the table's row and from the link in it."""
    response = browser.get(reverse(f"analytics:{rows}"), {"month": str(MAY), "of": of})
    body = response.content.decode()
    found = re.findall(r'<tr data-href="([^"]*)">\s*<td[^>]*>\s*<a class="link" href="([^"]*)">', body)
    return [row for row, _cells in response.context["rows"]], [tuple(map(unescape, pair)) for pair in found]


def record_of(rows, row):
    """The address of what a row is about: a customer, or the order itself or that of a line."""
    if rows == "customers":
        return reverse("customers:detail", args=[row.pk])
    return reverse("orders:detail", args=[row.order_id if rows == "lines" else row.pk])


@pytest.mark.parametrize("who", ["rep", "manager", "finance"])
def test_every_row_leads_to_its_record_and_the_record_opens(world, browsers, who):
    led_to = set()
    for rows, of in EVERY_LIST:
        found, leads = listed(browsers[who], rows, of)
        assert found, (rows, of)
        assert leads == [(record_of(rows, row),) * 2 for row in found], (rows, of)
        led_to |= {url for url, _same in leads}
    assert {url: browsers[who].get(url).status_code for url in led_to} == dict.fromkeys(led_to, 200)


def test_a_rep_and_a_manager_see_their_own_rows_only(world, browsers, rep):
    ours = {customer.pk for customer in world.customers if customer.owner == rep}
    of_row = {"customers": lambda r: r.pk, "orders": lambda r: r.customer_id, "lines": lambda r: r.order.customer_id}
    for rows, of in EVERY_LIST:
        customers = {who: {of_row[rows](row) for row in listed(browsers[who], rows, of)[0]} for who in browsers}
        assert customers["rep"] == customers["manager"] <= ours, (rows, of)
        assert customers["finance"] - ours, (rows, of)


def test_every_figure_of_orders_has_a_list_that_there_is():
    known = set(EVERY_LIST)
    behind = {kpi.rows for kpi in KPIS if kpi.rows}
    assert behind <= known
    assert {rows for rows, _of in behind} == {"orders", "lines", "customers"}


def test_every_figure_on_the_dashboard_opens_its_list(world, as_finance):
    body = unescape(as_finance.get(reverse("analytics:month", args=[MAY])).content.decode())
    for kpi in KPIS:
        if kpi.rows and kpi.key != "delay_rate_by_category":
            assert f'href="{rows_url(*kpi.rows, MAY, Slice())}"' in body, kpi.key
    assert f'href="{reverse("analytics:lines")}?month={MAY}&of=late&scope=all&part=category' in body


def test_a_customer_whose_order_is_cancelled_in_this_moment_has_bought_nothing(world, as_finance, monkeypatch):
    monkeypatch.setattr("analytics.rows._bought_by", lambda customers, chosen: {})
    found, _leads = listed(as_finance, "customers", "buyers")
    assert {(row.bought, row.net, row.before) for row in found} == {(0, 0, False)}
