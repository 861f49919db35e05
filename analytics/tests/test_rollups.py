"""Roll-ups say what the definitions say, for every scope and dimension, also after anything has changed."""

from datetime import date, timedelta
from random import Random

import pytest
from django.utils import timezone

from analytics.figures.counted_orders import NO_CATEGORY, lines_in_force, orders_in
from analytics.figures.counting import FAMILIES, differences
from analytics.figures.kpis import LineFacts, OrderFacts, figures_of, lines_of_category
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Change, Dimension, MonthCount, Scope
from analytics.rollups.freshness import is_fresh, mark_changed_months, mark_every_month, refresh
from analytics.rollups.lookup import figures_by_month, figures_by_value
from analytics.tests.world import GRADES, PROVINCES, add_orders, build_world
from core.workflow import born
from orders.models import Order, OrderLine
from orders.statuses import Status

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2025, 3, 10), date(2026, 6, 20)
MONTHS = list(Month(2025, 2).until(Month(2026, 10)))


def scopes(world):
    teams = {rep.team_id for rep in world.reps}
    return [
        Segment(),
        *(Segment(Scope.TEAM, team) for team in teams),
        *(Segment(Scope.REP, rep.pk) for rep in world.reps),
    ]


def segments(world, scope):
    categories = ["0", *(str(product.category_id) for product in world.products)]
    values = {Dimension.GRADE: GRADES, Dimension.PROVINCE: PROVINCES, Dimension.CATEGORY: categories}
    return [scope, *(scope.of(dimension, value) for dimension in values for value in values[dimension])]


def plain_facts(orders):
    """What the definitions count, read from the orders and their lines in force."""
    lines = {}
    rows = lines_in_force().filter(order__in=orders)
    for order, category, net, day in rows.values_list("order", "product__category", "net_amount", "signed_off_on"):
        lines.setdefault(order, []).append(LineFacts(str(category or NO_CATEGORY), net, day))
    columns = ("customer", "order_date", "booking_date", "first_promised_date", "signed_off_on", "grade", "net_total")
    found = orders.values_list("pk", *columns)
    return [OrderFacts(*row, lines=tuple(lines.get(pk, ()))) for pk, *row in found]


def by_definition(segment, months):
    orders = plain_facts(orders_in(segment))
    if segment.dimension == Dimension.CATEGORY:
        orders = lines_of_category(orders, segment.value)
    return {month: figures_of(orders, month, timezone.localdate()) for month in months}


def assert_true(world):
    for scope in scopes(world):
        for segment in segments(world, scope):
            assert figures_by_month(segment, MONTHS) == by_definition(segment, MONTHS), segment


@pytest.fixture
def world():
    return build_world()


def test_roll_ups_of_every_scope_and_dimension_follow_the_definitions(world):
    add_orders(Random(1), world, 150, FIRST, LAST)
    assert refresh()
    assert_true(world)


def test_values_of_a_dimension_are_the_same_as_one_by_one(world):
    add_orders(Random(2), world, 60, FIRST, LAST)
    refresh()
    month = Month(2026, 1)
    for dimension in (Dimension.GRADE, Dimension.PROVINCE, Dimension.CATEGORY):
        for value, figures in figures_by_value(Segment(), dimension, month).items():
            assert figures_by_month(Segment().of(dimension, value), [month])[month] == figures


def some(rng, orders=None, n=3):
    orders = Order.objects.effective() if orders is None else orders
    return Order.objects.filter(pk__in=rng.sample(list(orders.values_list("pk", flat=True)), n))


def cancel(rng, world):
    born(list(some(rng, Order.objects.filter(status=Status.APPROVED))), Status.CANCELLED)


def complete(rng, world):
    born(list(some(rng, Order.objects.filter(status=Status.APPROVED))), Status.COMPLETED)


def sign_off(rng, world):
    for order in some(rng, Order.objects.effective().filter(signed_off_on=None)):
        order.signed_off_on, order.delivery_status = order.promised_date + timedelta(days=rng.randint(-3, 9)), "signed"
        order.save(update_fields=["signed_off_on", "delivery_status"])
        order.lines.update(signed_off_on=order.signed_off_on)


def correct_a_sign_off(rng, world):
    signed = Order.objects.effective().exclude(signed_off_on=None)
    some(rng, signed).update(signed_off_on=date(2026, 2, rng.randint(1, 28)))


def sign_off_lines(rng, world):
    waiting = Order.objects.effective().filter(signed_off_on=None)
    lines = OrderLine.objects.filter(order__in=waiting, signed_off_on=None)[:5]
    OrderLine.objects.filter(pk__in=[line.pk for line in lines]).update(signed_off_on=date(2025, 9, 1))


def move_a_product(rng, world):
    product, other = rng.sample(world.products, 2)
    product.category = other.category
    product.save(update_fields=["category"])


def sell_more(rng, world):
    add_orders(rng, world, 5, FIRST, LAST)


def hand_over(rng, world):
    some(rng).update(rep=world.reps[0], team=world.reps[0].team)


#: Changes as people make them, each by another road; what was frozen at approval stays as it is.
CHANGES = [cancel, complete, sign_off, correct_a_sign_off, sign_off_lines, move_a_product, sell_more, hand_over]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_changes_the_roll_ups_follow(world, seed):
    rng = Random(seed)
    add_orders(rng, world, 80, FIRST, LAST)
    refresh()
    for change in rng.choices(CHANGES, k=6):
        change(rng, world)
        assert refresh()
        assert everything_that_differs() == [], change.__name__
    assert_true(world)


def everything_that_differs(until=MONTHS[-1]):
    today = timezone.localdate()
    return [
        (family.key, str(month), row)
        for family in FAMILIES
        for month in MONTHS[0].until(until)
        for row in differences(family, month, today)
    ]


def test_one_order_moves_the_figure(world):
    order = add_orders(Random(4), world, 20, FIRST, LAST, Status.APPROVED)[0]
    month = Month.of(order.booking_date)
    refresh()
    before = figures_by_month(Segment(), [month])[month].order_total
    born([order], Status.CANCELLED)
    assert not is_fresh()
    refresh()
    assert figures_by_month(Segment(), [month])[month].order_total == before - order.net_total


def test_what_is_not_counted_yet_is_found_by_the_recount(world):
    add_orders(Random(5), world, 20, FIRST, LAST)
    refresh()
    order = Order.objects.filter(status=Status.APPROVED).first()
    born([order], Status.CANCELLED)
    assert {family for family, _month, _row in everything_that_differs()} >= {"booked", "stages"}


def test_a_change_recounts_only_the_months_it_concerns(world):
    add_orders(Random(6), world, 40, FIRST, LAST)
    refresh()
    approved = Order.objects.filter(status=Status.APPROVED, signed_off_on__isnull=False)
    order = approved.latest("booking_date")
    born([order], Status.CANCELLED)
    mark_changed_months()
    stale = set(MonthCount.objects.filter(stale=True).values_list("family", "month"))
    booked = Month.of(order.booking_date)
    assert ("booked", booked.first) in stale
    assert ("booked", booked.shifted(-1).first) not in stale
    assert ("buyers", booked.shifted(1).first) in stale
    assert ("year_buyers", booked.shifted(-1).first) not in stale
    assert ("delivery", Month.of(order.signed_off_on).first) in stale
    assert ("punctuality", Month.of(order.first_promised_date).first) in stale


@pytest.mark.parametrize("update", [{"remarks": "x"}, {"customer_reference": "x"}, {"status_since": timezone.now()}])
def test_what_no_figure_counts_makes_nothing_stale(world, update):
    add_orders(Random(7), world, 10, FIRST, LAST)
    refresh()
    Order.objects.update(**update)
    assert is_fresh()


def test_a_draft_makes_nothing_stale(rep):
    assert refresh()
    draft = Order(customer=build_world(1).customers[0], rep=rep, drafted_by=rep, order_date=date(2026, 5, 1))
    draft.save()
    Order.objects.update(order_date=date(2026, 6, 1))
    assert not Change.objects.exists()


def test_completing_an_approved_order_moves_no_figure_but_its_stage(world):
    orders = add_orders(Random(8), world, 10, FIRST, LAST, Status.APPROVED)
    refresh()
    born(orders, Status.COMPLETED)
    assert set(Change.objects.values_list("kind", flat=True)) == {"stages"}


def test_everything_can_be_counted_anew(world):
    add_orders(Random(9), world, 20, FIRST, LAST)
    refresh()
    mark_every_month()
    assert not is_fresh()
    assert refresh()
    assert everything_that_differs() == []


def test_a_month_is_not_begun_when_there_is_no_time_for_it(world):
    add_orders(Random(10), world, 10, FIRST, LAST)
    refresh()
    mark_every_month()
    MonthCount.objects.update(seconds=5)
    assert not refresh(seconds=1)
    assert MonthCount.objects.filter(stale=True).count() == MonthCount.objects.count()


@pytest.fixture
def on_day(monkeypatch):
    def set_today(day):
        monkeypatch.setattr(timezone, "localdate", lambda *args: day)

    return set_today


def test_in_the_running_month_a_promise_counts_from_the_day_after(world, on_day):
    order = add_orders(Random(11), world, 1, date(2026, 5, 1), date(2026, 5, 1), Status.APPROVED)[0]
    month = Month.of(order.first_promised_date)
    for day, counted in (
        (order.first_promised_date, 0),
        (order.first_promised_date + timedelta(days=1), 1),
        (month.last + timedelta(days=1), 1),
    ):
        on_day(day)
        refresh()
        assert figures_by_month(Segment(), [month])[month].on_time.whole == counted
    assert MonthCount.objects.get(family="punctuality", month=month.first).settled


def test_a_new_month_has_its_twelve_months_before_anything_is_booked_in_it(world, on_day):
    on_day(date(2026, 6, 20))
    add_orders(Random(12), world, 30, FIRST, LAST)
    refresh()
    on_day(date(2026, 8, 1))
    refresh()
    august = Month(2026, 8)
    assert figures_by_month(Segment(), [august])[august].repurchase_12m.whole > 0
    assert everything_that_differs(until=august) == []
