"""Each row behind a figure leads to the record that was counted, and that record opens."""

import re
from datetime import date, datetime
from html import unescape
from random import Random

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.dashboard.filters import CustomerRowFilter, LineRowFilter, OrderRowFilter
from analytics.dashboard.refund_rows import RefundRowFilter
from analytics.dashboard.requirement_rows import RequirementRowFilter
from analytics.figures.addresses import rows_url
from analytics.figures.catalogue import KPIS
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.tests.world import World, add_orders
from core.workflow import born
from requirements.models import Requirement
from requirements.statuses import LostReason
from tests.factories import CategoryFactory, CustomerFactory, ProductFactory, RequirementFactory

pytestmark = pytest.mark.django_db
MAY = Month(2026, 5)
EVERY_LIST = [
    (rows, of)
    for rows, filters in (
        ("orders", OrderRowFilter),
        ("lines", LineRowFilter),
        ("customers", CustomerRowFilter),
        ("requirements", RequirementRowFilter),
    )
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
        for customer in own.customers:
            received = timezone.make_aware(datetime(2026, 5, 11, 9))
            RequirementFactory(customer=customer, received_at=received)
            lost = RequirementFactory(customer=customer, received_at=received, responded_at=received)
            lose(lost, date(2026, 5, 20), LostReason.PRICE)
    return world


def lose(requirement, day, reason):
    born([requirement], "lost")
    Requirement.objects.filter(pk=requirement.pk).update(lost_on=day, lost_reason=reason)


@pytest.fixture
def browsers(as_rep, as_manager, as_finance):
    return {"rep": as_rep, "manager": as_manager, "finance": as_finance}


def listed(browser, rows, of):
    """The rows of a list, and where the markup leads from each: from the table's row and from the link in it."""
    response = browser.get(reverse(f"analytics:{rows}"), {"month": str(MAY), "of": of})
    body = response.content.decode()
    found = re.findall(r'<tr data-href="([^"]*)">\s*<td[^>]*>\s*<a class="link" href="([^"]*)">', body)
    return list(response.context["rows"]), [tuple(map(unescape, pair)) for pair in found]


def record_of(rows, row):
    """The address of what a row is about: a customer, or the order itself or that of a line."""
    if rows == "customers":
        return reverse("customers:detail", args=[row.pk])
    if rows == "requirements":
        return row.get_absolute_url()
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
    of_row = {"customers": lambda r: r.pk, "lines": lambda r: r.order.customer_id}
    of_row |= dict.fromkeys(("orders", "requirements"), lambda r: r.customer_id)
    for rows, of in EVERY_LIST:
        customers = {who: {of_row[rows](row) for row in listed(browsers[who], rows, of)[0]} for who in browsers}
        assert customers["rep"] == customers["manager"] <= ours, (rows, of)
        assert customers["finance"] - ours, (rows, of)


def test_every_figure_of_orders_has_a_list_that_there_is():
    # Refunds are tried where they are made, with the archive.
    known = {*EVERY_LIST, *(("refunds", of) for of, _label in RefundRowFilter.selections)}
    behind = {kpi.rows for kpi in KPIS if kpi.rows}
    assert behind <= known
    assert {rows for rows, _of in behind} == {"orders", "lines", "customers", "requirements", "refunds"}


def test_every_figure_on_the_dashboard_opens_its_list(world, as_finance):
    body = unescape(as_finance.get(reverse("analytics:month", args=[MAY])).content.decode())
    for kpi in KPIS:
        if kpi.rows and kpi.key != "delay_rate_by_category":
            assert f'href="{rows_url(*kpi.rows, MAY, Segment())}"' in body, kpi.key
    assert f'href="{reverse("analytics:lines")}?month={MAY}&of=late&scope=all&part=category' in body


def test_a_customer_whose_order_is_cancelled_in_this_moment_has_bought_nothing(world, as_finance, monkeypatch):
    monkeypatch.setattr("analytics.dashboard.row_lists._bought_by", lambda customers, chosen: {})
    found, _leads = listed(as_finance, "customers", "buyers")
    assert {(row.bought, row.net, row.before) for row in found} == {(0, 0, False)}


def numbers(browser, month, of):
    return {row.number for row in browser.get(f"/analytics/requirements/?month={month}&of={of}").context["rows"]}


def test_the_rows_are_those_that_the_share_of_answers_in_time_counts(rep, as_rep):
    customer = CustomerFactory(owner=rep, team=rep.team)
    received = timezone.make_aware(datetime(2026, 5, 11, 9))
    known = {
        name: RequirementFactory(customer=customer, received_at=received, responded_at=answered).number
        for name, answered in (
            ("in time", timezone.make_aware(datetime(2026, 5, 13, 23, 30))),
            ("late", timezone.make_aware(datetime(2026, 5, 14, 0, 30))),
            ("never", None),
        )
    }
    RequirementFactory(customer=customer, received_at=timezone.now())  # neither over nor answered
    assert numbers(as_rep, MAY, "due") == set(known.values())
    assert numbers(as_rep, MAY, "late") == {known["late"], known["never"]}
    assert numbers(as_rep, Month.current(), "due") == set()


def test_lost_reasons_are_counted_by_owner_and_month(world, as_manager, as_finance, rep, other_rep):
    again = RequirementFactory(customer=world.customers[0])
    lose(again, date(2026, 6, 2), LostReason.SILENT)
    page = as_finance.get(reverse("analytics:month", args=[MAY]))
    assert page.context["lost_reasons"] == [str(LostReason.PRICE.label)]
    assert {(row.owner, row.total) for row in page.context["lost"]} == {(str(rep), 3), (str(other_rep), 3)}
    [own] = as_manager.get(reverse("analytics:month", args=[MAY])).context["lost"]
    assert len(as_manager.get(own.url).context["rows"]) == own.total == 3
    june = as_manager.get(reverse("analytics:month", args=[Month(2026, 6)]))
    assert june.context["lost_reasons"] == [str(LostReason.SILENT.label)]
