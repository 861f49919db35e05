"""A closed month's pages show the archive's figures, whatever happens to its orders and its roll-ups afterwards."""

import json
from datetime import date
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import gettext

from analytics.archive.closing import archive_of, request_closing
from analytics.archive.figures import archived_figures
from analytics.figures.catalogue import BY_KEY
from analytics.figures.months import Month
from analytics.models import BookedRollUp, Scope
from analytics.rollups.freshness import mark_every_month, refresh
from analytics.tests.world import World, add_orders
from core import protections
from core.jobs import runner
from core.workflow import born
from orders.models import Order
from orders.statuses import Status
from tests.factories import CategoryFactory, CustomerFactory, ProductFactory

pytestmark = pytest.mark.django_db
CLOSED, OPEN = Month(2026, 5), Month(2026, 6)


@pytest.fixture
def orders(rep, finance):
    """Orders of two months, the first of which is archived."""
    world = World(reps=[rep])
    world.customers = [CustomerFactory(owner=rep, team=rep.team) for _n in range(3)]
    world.products = [ProductFactory(category=CategoryFactory(name=name)) for name in ("控制柜", "变频器")]
    add_orders(Random(3), world, 30, CLOSED.first, date(2026, 6, 30))
    runner.run_job(request_closing(month=CLOSED, by=finance).pk)
    return Order.objects.effective()


def booked(orders, month):
    return orders.filter(booking_date__range=(month.first, month.last))


def board(browser, month, **query):
    response = browser.get(reverse("analytics:month", args=[month]), query)
    return response.context["board"], response.content.decode()


def cancel_one(orders, month):
    born([booked(orders, month).filter(status=Status.APPROVED).first()], Status.CANCELLED)


def values_of(shown):
    return {key: shown.value(kpi, CLOSED) for key, kpi in BY_KEY.items()}


def test_a_later_cancellation_changes_the_open_month_and_not_the_closed_one(orders, as_finance):
    before, was = values_of(board(as_finance, CLOSED)[0]), board(as_finance, OPEN)[0].now.order_count
    cancel_one(orders, CLOSED)
    cancel_one(orders, OPEN)
    assert values_of(board(as_finance, CLOSED)[0]) == before
    assert board(as_finance, OPEN)[0].now.order_count == was - 1
    assert booked(orders, CLOSED).count() == before["order_count"] - 1


@pytest.mark.parametrize("who", ["rep", "manager", "finance"])
def test_every_scope_keeps_its_figures_even_when_everything_is_counted_anew(orders, request, who):
    browser = request.getfixturevalue(f"as_{who}")
    before = board(browser, CLOSED)[0].now
    cancel_one(orders, CLOSED)
    mark_every_month()
    refresh()
    assert board(browser, CLOSED)[0].now == before


def test_everybodys_figures_are_the_archives_own_not_the_roll_ups(orders, as_finance):
    archive = archive_of(CLOSED)
    protections.drop_all()
    BookedRollUp.objects.filter(month=CLOSED.first, scope=Scope.ALL).update(orders=999, net_total=1)
    shown, _page = board(as_finance, CLOSED)
    assert shown.value(BY_KEY["order_count"], CLOSED) == archive.count_of("orders")
    assert f"{shown.value(BY_KEY['order_total'], CLOSED)}" == archive.total_of("orders", "net")


def test_the_figures_beside_it_compare_with_the_archived_ones(orders, as_finance):
    protections.drop_all()
    BookedRollUp.objects.filter(month=CLOSED.first, scope=Scope.ALL).update(orders=999)
    count = BY_KEY["order_count"]
    change = board(as_finance, OPEN)[0].figure("order_count").month_before
    now, then = booked(orders, OPEN).count(), archived_figures([CLOSED])[CLOSED].figures[count.key]
    assert change.text == (f"{abs(now - then) / then * 100:,.1f}%" if now != then else gettext("unchanged"))


def test_the_page_says_that_its_figures_are_archived(orders, as_finance, as_manager, as_rep):
    said, link = gettext("See the archive"), f'href="/archive/{CLOSED}/"'
    for browser, may_read in ((as_finance, True), (as_manager, True), (as_rep, False)):
        shown, page = board(browser, CLOSED)
        assert shown.archive == archive_of(CLOSED)
        assert (said in page, link in page) == (may_read, may_read)
        assert 'role="note"' in page
        assert 'role="note"' not in board(browser, OPEN)[1]


@pytest.mark.parametrize("rows", ["orders", "lines", "customers"])
def test_the_rows_behind_it_say_that_they_are_of_today(orders, as_finance, rows):
    said = {
        month: 'role="note"' in as_finance.get(reverse(f"analytics:{rows}"), {"month": str(month)}).content.decode()
        for month in (CLOSED, OPEN)
    }
    assert said == {CLOSED: True, OPEN: False}


def test_the_command_prints_the_closed_months_figures_unchanged(orders):
    def printed():
        output = StringIO()
        call_command("kpi", str(CLOSED), "--json", stdout=output)
        return json.loads(output.getvalue())

    before = printed()
    cancel_one(orders, CLOSED)
    assert printed() == before


def test_what_the_archive_kept_is_read_as_it_was_counted(orders, as_finance):
    shown, _page = board(as_finance, CLOSED)
    for key, value in archived_figures([CLOSED])[CLOSED].figures.items():
        counted = BY_KEY[key].of(shown.now)
        assert type(value) is type(counted), key
        assert value == (pytest.approx(counted, abs=1e-9) if isinstance(counted, float) else counted), key
