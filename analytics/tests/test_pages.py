"""The dashboard and the rows behind its figures: who sees whose, what is shown, what leads where."""

import re
from datetime import date, timedelta
from html import unescape
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics.dashboard.row_lists import repurchase
from analytics.figures.months import Month
from analytics.models import Dimension, MonthCount, SalesTarget, Scope
from analytics.rollups.freshness import is_fresh, mark_every_month, refresh
from analytics.tests.world import World, add_orders
from core.models import Job
from core.workflow import born
from orders.models import Order
from orders.statuses import Status
from tests.cast import one_of_everybody
from tests.factories import CategoryFactory, CustomerFactory, ProductFactory

pytestmark = pytest.mark.django_db
MAY = Month(2026, 5)


@pytest.fixture(scope="module")
def half_a_year(django_db_setup, django_db_blocker):
    """Login → person; two reps of two teams with customers, products and half a year of orders, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = one_of_everybody()
        reps = [people["rep"], people["other_rep"]]
        world = World(reps=reps)
        world.customers = [CustomerFactory(owner=owner, team=owner.team) for owner in reps for _n in range(4)]
        world.products = [ProductFactory(category=CategoryFactory(name=name)) for name in ("控制柜", "变频器")]
        add_orders(Random(1), world, 120, date(2026, 1, 1), date(2026, 6, 30))
        assert {order.sold_by for order in Order.objects.select_related("sold_by")} == set(reps)
        refresh()
        yield people, world
        transaction.set_rollback(True)


@pytest.fixture
def people(half_a_year, db):
    return half_a_year[0]


@pytest.fixture
def world(half_a_year, db):
    return half_a_year[1]


@pytest.fixture
def rep(people):
    return people["rep"]


@pytest.fixture
def other_rep(people):
    return people["other_rep"]


@pytest.fixture
def manager(people):
    return people["manager"]


@pytest.fixture
def finance(people):
    return people["finance"]


@pytest.fixture
def team(rep):
    return rep.team


@pytest.fixture
def other_team(other_rep):
    return other_rep.team


def page(browser, path="", **query):
    response = browser.get(path or reverse("analytics:month", args=[MAY]), query)
    assert response.status_code == 200
    return response


def text_of(response):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def booked(**who):
    return Order.objects.effective().filter(booking_date__range=(MAY.first, MAY.last), **who)


def test_a_rep_sees_own_figures_a_manager_the_teams_finance_all(world, as_rep, as_manager, as_finance, rep, team):
    counts = [page(browser).context["board"].now.order_count for browser in (as_rep, as_manager, as_finance)]
    assert counts == [booked(sold_by=rep).count(), booked(sold_team=team).count(), booked().count()]


def test_finance_chooses_a_team_or_a_rep(world, as_finance, other_rep):
    for scope, who in (
        (f"team:{other_rep.team_id}", {"sold_team": other_rep.team}),
        (f"rep:{other_rep.pk}", {"sold_by": other_rep}),
    ):
        board = page(as_finance, scope=scope).context["board"]
        assert board.now.order_count == booked(**who).count()


def test_nobody_chooses_a_scope_of_others(world, as_rep, as_manager, rep, other_rep):
    path = reverse("analytics:month", args=[MAY])
    for browser in (as_rep, as_manager):
        for scope in ("all", f"team:{other_rep.team_id}", f"rep:{other_rep.pk}", "rep:x", "nonsense"):
            assert browser.get(path, {"scope": scope}).status_code == 404
            assert browser.get(reverse("analytics:orders"), {"scope": scope}).status_code == 404
    assert as_rep.get(path, {"scope": f"team:{rep.team_id}"}).status_code == 404
    assert as_manager.get(path, {"scope": f"rep:{rep.pk}"}).status_code == 200


@pytest.mark.parametrize("month", ["2026-13", "0000-01", "x"])
def test_what_is_no_month_is_not_found(as_finance, month):
    assert as_finance.get(f"/analytics/{month}/").status_code == 404


def test_the_dashboard_counts_what_has_just_changed(world, as_finance):
    before = page(as_finance).context["board"].now.order_count
    born([booked().filter(status=Status.APPROVED).first()], Status.CANCELLED)
    assert page(as_finance).context["board"].now.order_count == before - 1


def test_what_takes_too_long_is_left_to_a_worker(world, as_finance):
    refresh()
    mark_every_month()
    MonthCount.objects.update(seconds=60)
    response = page(as_finance)
    assert response.context["fresh"] is False
    page(as_finance)
    job = Job.objects.get(kind="rollups")
    assert job.owner is None


def test_without_a_month_the_last_one_with_orders_opens(world, as_finance):
    last = Order.objects.effective().latest("booking_date").booking_date
    response = as_finance.get("/analytics/")
    assert response.status_code == 302
    assert response.url == f"/analytics/{last:%Y-%m}/"


def test_from_an_empty_month_one_gets_to_the_last_with_orders(world, as_finance):
    response = page(as_finance, "/analytics/2026-11/")
    last = Order.objects.effective().latest("booking_date").booking_date
    assert f"/analytics/{last:%Y-%m}/" in response.context["latest_url"]


def test_every_figure_shows_value_changes_and_definition(world, as_finance):
    response = page(as_finance)
    words = text_of(response)
    for figure in (*response.context["tiles"], *response.context["others"]):
        assert str(figure.kpi.label) in words
        assert str(figure.kpi.definition) in words
        assert str(figure.value.text) in words
    shown = {figure.kpi.key for figure in (*response.context["tiles"], *response.context["others"])}
    to_come = {kpi.key for kpi in response.context["to_come"]}
    assert (len(shown), len(to_come), shown & to_come) == (11, 6, set())
    assert {"satisfaction", "waste_rate", "marginal_cost"} < to_come


def test_changes_compare_with_last_month_and_last_year(world, as_finance):
    tile = page(as_finance).context["tiles"][0]
    board = page(as_finance).context["board"]
    april = board.figures[MAY.shifted(-1)].order_total
    change = abs((board.now.order_total - april) / april * 100)
    assert tile.month_before.text == f"{change:,.1f}%"
    assert tile.year_before.text == "—"


def links(response):
    return [unescape(url) for url in re.findall(r'href="(/analytics/[^"]+)"', response.content.decode())]


def test_every_figure_opens_the_rows_that_it_counts(world, as_finance):
    response = page(as_finance)
    now = response.context["board"].now
    expected = {
        "orders/?month=2026-05&of=booked&": now.order_count,
        "orders/?month=2026-05&of=signed&": now.delivery_cycle.whole,
        "orders/?month=2026-05&of=promised&": now.on_time.whole,
        "customers/?month=2026-05&of=buyers&": now.repurchase.whole,
        "customers/?month=2026-05&of=year&": now.repurchase_12m.whole,
    }
    for start, count in expected.items():
        url = next(url for url in links(response) if url.startswith(f"/analytics/{start}"))
        assert as_finance.get(url).context["page"].count == count, start
    for category, share in now.delays.items():
        url = next(url for url in links(response) if f"part=category%3A{category}" in url)
        assert as_finance.get(url).context["page"].count == share.part


def test_late_orders_are_those_that_are_not_in_time(world, as_finance):
    on_time = page(as_finance).context["board"].now.on_time
    rows = as_finance.get(reverse("analytics:orders"), {"month": str(MAY), "of": "late"})
    assert rows.context["page"].count == on_time.whole - on_time.part


def test_customers_that_came_again_are_marked(world, as_finance):
    now = page(as_finance).context["board"].now
    rows = as_finance.get(reverse("analytics:customers"), {"month": str(MAY), "of": "buyers"}).context["rows"]
    again = [repurchase(row) for row in rows]
    assert sum(family == "good" for family, _label in again) == now.repurchase.part


def test_rows_are_only_those_a_person_may_see_otherwise(world, as_rep, rep):
    mine = booked(sold_by=rep)
    taken_over = mine.first()
    Order.objects.filter(pk=taken_over.pk).update(rep=world.reps[1])
    assert page(as_rep).context["board"].now.order_count == mine.count()
    rows = as_rep.get(reverse("analytics:orders"), {"month": str(MAY)}).context["rows"]
    assert {row.pk for row in rows} == set(mine.exclude(pk=taken_over.pk).values_list("pk", flat=True))


@pytest.mark.parametrize("dimension", [Dimension.CATEGORY, Dimension.PROVINCE, Dimension.GRADE])
def test_a_dimension_splits_the_figures_and_stays_in_the_address(world, as_finance, dimension):
    response = page(as_finance, by=dimension)
    values = response.context["values"]
    assert values
    assert f"by={dimension}" in response.context["previous_url"]
    part = page(as_finance, unescape(values[0][1]))
    assert part.context["part_key"].startswith(f"{dimension}:")
    assert [str(figure) for figure in values[0][2]][1] == str(part.context["board"].now.order_count)
    rows = as_finance.get(part.context["tiles"][0].url)
    assert rows.context["page"].count == part.context["board"].now.order_count


@pytest.mark.parametrize("part", ["grade", "category:x", "nonsense:1", ":A"])
def test_a_part_that_there_is_not_is_not_found(as_finance, part):
    assert as_finance.get(reverse("analytics:month", args=[MAY]), {"part": part}).status_code == 404


def test_an_unknown_dimension_shows_the_whole(world, as_finance):
    assert page(as_finance, by="weather").context["values"] == []


def test_the_charts_have_their_data_as_tables(world, as_finance):
    content = page(as_finance).content.decode()
    assert content.count('class="chart-data"') == content.count("<figure data-chart=") == 4
    assert all("<table" in figure for figure in re.findall(r"<figure data-chart=.*?</figure>", content, re.DOTALL))


def test_stages_count_how_far_the_months_orders_have_come(world, as_finance):
    dated = Order.objects.filter(order_date__range=(MAY.first, MAY.last), submitted_at__isnull=False)
    ordered, approved, _shipped, signed = [int(bar.value) for bar in page(as_finance).context["stages"]]
    assert ordered == dated.count()
    assert approved == dated.effective().count()
    assert signed == dated.effective().exclude(signed_off_on=None).count()


def test_a_rep_is_not_compared_with_others(world, as_rep, as_manager, as_finance, rep, other_rep):
    def named(browser):
        return {bar.label for bar in page(browser).context["reps"]}

    assert (named(as_rep), named(as_manager)) == (set(), {str(rep)})
    assert named(as_finance) == {str(rep), str(other_rep)}


def test_a_target_is_shown_with_what_was_reached(world, as_rep, as_manager, as_finance, rep, team, other_team):
    total = sum(order.net_total for order in booked(sold_by=rep))
    SalesTarget.objects.create(month=MAY.first, rep=rep, amount=total * 2)
    SalesTarget.objects.create(month=MAY.first, team=team, amount=1000)
    SalesTarget.objects.create(month=MAY.first, team=other_team, amount=500)
    assert page(as_rep).context["target"].percent == "50.0%"
    assert page(as_manager).context["target"].target == 1000
    assert page(as_finance).context["target"].target == 1500
    assert "50%" in page(as_manager).context["reps"][0].remark
    assert "50.0%" in text_of(page(as_rep))


def test_without_a_target_none_is_shown(world, as_rep):
    assert page(as_rep).context["target"] is None


def queries(browser, path):
    browser.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "path",
    [
        "/analytics/2026-05/",
        "/analytics/2026-05/?by=category",
        "/analytics/2026-05/?part=grade:A",
        "/analytics/orders/?month=2026-05",
        "/analytics/lines/?month=2026-05",
        "/analytics/customers/?month=2026-05",
    ],
)
def test_the_number_of_queries_does_not_grow_with_the_orders(world, as_finance, path):
    refresh()
    few = queries(as_finance, path)
    add_orders(Random(2), world, 120, date(2026, 1, 1), date(2026, 6, 30))
    refresh()
    assert queries(as_finance, path) == few
    assert few <= 34


def test_the_lists_can_be_exported(world, as_finance, finance):
    keys = ("figure-orders", "figure-lines", "figure-customers", "figure-requirements")
    for key in keys:
        response = as_finance.post(f"/exports/{key}/?month=2026-05&of=promised")
        assert response.status_code == 303, key
    assert Job.objects.filter(kind="export", owner=finance).count() == len(keys)


def test_the_running_month_is_said_to_run(world, as_finance):
    assert page(as_finance, f"/analytics/{Month.current()}/").context["is_running"]
    assert page(as_finance, f"/analytics/{Month.current()}/").context["next_url"] == ""
    assert page(as_finance).context["next_url"]


def test_a_fresh_dashboard_writes_nothing(world, as_finance):
    refresh()
    page(as_finance)
    assert is_fresh()
    with CaptureQueriesContext(connection) as captured:
        page(as_finance)
    assert [q["sql"] for q in captured if re.match(r"(INSERT|UPDATE|DELETE)", q["sql"])] == []


def test_scopes_are_kept_in_the_address_of_the_neighbour_months(world, as_finance, other_rep):
    key = f"{Scope.REP}:{other_rep.pk}".replace(":", "%3A")
    response = page(as_finance, scope=f"rep:{other_rep.pk}")
    assert f"scope={key}" in response.context["previous_url"]
    assert f"/analytics/{MAY.shifted(-1)}/" in response.context["previous_url"]


def test_yesterdays_promise_is_late_today(world, as_finance):
    yesterday = timezone.localdate() - timedelta(days=1)
    orders = add_orders(
        Random(3), world, 1, yesterday - timedelta(days=9), yesterday - timedelta(days=9), Status.APPROVED
    )
    assert orders[0].first_promised_date
    rows = as_finance.get(
        reverse("analytics:orders"), {"month": f"{orders[0].first_promised_date:%Y-%m}", "of": "promised"}
    )
    past = orders[0].first_promised_date <= yesterday
    assert (orders[0].pk in {row.pk for row in rows.context["rows"]}) == past
