"""The review queue: what waits for whom, in which order, and approving several at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals.models import Decision
from approvals.queue import clocks_of, place_of, waiting_for
from core.workflow import take
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, UserFactory, make_order

pytestmark = pytest.mark.django_db
QUEUE = "/approvals/"
SEVERAL = "/approvals/approve-several/"


def shown(client, query=""):
    return [row.order for row in client.get(QUEUE + query).context["rows"]]


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def one_each(order_at):
    return {status: order_at(status) for status in Status.values}


def test_everybody_sees_what_waits_for_their_stage(one_each, as_rep, as_manager, as_finance):
    assert shown(as_rep) == [one_each["rep_review"]]
    assert shown(as_manager) == [one_each["manager_review"]]
    assert shown(as_finance) == [one_each["finance_review"]]


def test_another_team_sees_nothing_of_it(one_each, browser_of, as_other_rep, other_manager):
    assert shown(as_other_rep) == []
    assert shown(browser_of(other_manager)) == []


def test_what_a_manager_drafted_waits_for_another_manager(order_at, browser_of, manager, second_manager):
    order = order_at(Status.MANAGER_REVIEW, drafted_by=manager)
    assert shown(browser_of(manager)) == []
    assert shown(browser_of(second_manager)) == [order]


@pytest.mark.parametrize("who", ["as_operations", "as_service", "as_admin"])
def test_who_decides_no_stage_has_no_queue(who, request):
    client = request.getfixturevalue(who)
    assert client.get(QUEUE).status_code == 403
    assert client.post(SEVERAL, {"order": "1:0"}).status_code == 403


def test_the_longest_waiting_order_comes_first(order_at, as_manager):
    orders = [order_at(Status.MANAGER_REVIEW) for _n in range(3)]
    for order, hours in zip(orders, (2, 30, 5), strict=True):
        Order.objects.filter(pk=order.pk).update(status_since=timezone.now() - timedelta(hours=hours))
    assert shown(as_manager) == [orders[1], orders[2], orders[0]]


def test_the_queue_is_searched_and_filtered(order_at, as_manager, rep, team):
    order_at(Status.MANAGER_REVIEW)
    other = CustomerFactory(owner=UserFactory(team=team), short_name="青麦自动化", grade="B")
    wanted = order_at(Status.MANAGER_REVIEW, customer=other)
    assert shown(as_manager, "?q=青麦") == [wanted]
    assert shown(as_manager, "?grade=B") == [wanted]
    assert shown(as_manager, f"?rep={other.owner_id}") == [wanted]
    assert as_manager.get(QUEUE + "?grade=C").context["rows"] == []


def test_a_row_says_how_its_checks_stand(order_at, customer, as_manager):
    order_at(Status.MANAGER_REVIEW)
    customer.credit_limit = Decimal("1")
    customer.save()
    row = as_manager.get(QUEUE).context["rows"][0]
    assert (row.summary.failed, row.joins) == (1, False)
    assert row.failures


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(url)
    return len(queries)


@pytest.mark.parametrize(
    ("who", "status"),
    [("as_rep", "rep_review"), ("as_manager", "manager_review"), ("as_finance", "finance_review")],
)
def test_the_queue_costs_the_same_for_many_orders(who, status, order_at, rep, team, request):
    client = request.getfixturevalue(who)
    order_at(status)
    few = queries_of(client, QUEUE)
    for n in range(8):
        customer = CustomerFactory(owner=rep, team=team)
        make_order(customer=customer, status=Status.APPROVED)
        order = order_at(status, customer=customer)
        Order.objects.filter(pk=order.pk).update(status_since=timezone.now() - timedelta(days=n))
    assert queries_of(client, QUEUE) == few
    assert few <= 25


def test_due_is_one_working_day_after_the_order_arrived(order_at):
    order = order_at(Status.MANAGER_REVIEW)
    friday = timezone.make_aware(timezone.datetime(2026, 11, 20, 17, 5))
    Order.objects.filter(pk=order.pk).update(status_since=friday)
    clock = clocks_of([Order.objects.get(pk=order.pk)])[order.pk]
    assert f"{timezone.localtime(clock.deadline.at):%m-%d %H:%M}" == "11-23 17:05"
    assert "11-21" in clock.why
    assert "11-22" in clock.why


def test_neighbours_are_found_by_waiting_time(order_at, manager):
    orders = [order_at(Status.MANAGER_REVIEW) for _n in range(3)]
    queue = waiting_for(manager)
    first, middle, last = (place_of(order, queue) for order in orders)
    assert (first.number, first.previous, first.next, first.following) == (1, None, orders[1].pk, orders[1].pk)
    assert (middle.number, middle.count, middle.previous, middle.next) == (2, 3, orders[0].pk, orders[2].pk)
    assert (last.next, last.following) == (None, orders[0].pk)
    alone = place_of(orders[2], queue.filter(pk=orders[2].pk))
    assert (alone.number, alone.count, alone.previous, alone.next, alone.following) == (1, 1, None, None, None)
    elsewhere = place_of(order_at(Status.APPROVED), queue)
    assert (elsewhere.number, elsewhere.count, elsewhere.following) == (0, 3, orders[0].pk)


# ---- several at once -------------------------------------------------------------------------------------------------


def approve(client, *orders, query=""):
    chosen = [f"{order.pk}:{order.version}" for order in orders]
    return client.post(SEVERAL + query, {"order": chosen}, follow=True)


def statuses(*orders):
    return [Order.objects.get(pk=order.pk).status for order in orders]


def test_several_orders_are_approved_together(order_at, as_manager, manager):
    orders = [order_at(Status.MANAGER_REVIEW) for _n in range(3)]
    response = approve(as_manager, *orders)
    assert statuses(*orders) == ["finance_review"] * 3
    assert Decision.objects.filter(by=manager).count() == 3
    assert response.redirect_chain == [(QUEUE, 303)]
    assert all(order.number in messages_of(response)[0] for order in orders)


def test_each_order_has_its_own_result(order_at, rep, team, as_manager):
    fine = order_at(Status.MANAGER_REVIEW)
    poor = CustomerFactory(owner=rep, team=team, grade="A", credit_limit=Decimal("1"))
    failing = order_at(Status.MANAGER_REVIEW, customer=poor)
    response = approve(as_manager, failing, fine)
    assert statuses(fine, failing) == ["finance_review", "manager_review"]
    approved, refused = messages_of(response)
    assert fine.number in approved
    assert failing.number not in approved
    assert failing.number in refused


def test_a_warning_too_wants_an_order_to_be_looked_at_by_itself(order_at, customer, as_finance):
    customer.tax_number = ""
    customer.save()
    order = order_at(Status.FINANCE_REVIEW)
    approve(as_finance, order)
    assert statuses(order) == ["finance_review"]


def test_an_order_decided_meanwhile_says_by_whom(order_at, as_manager, second_manager):
    order = order_at(Status.MANAGER_REVIEW)
    take(Order.objects.get(pk=order.pk), "manager_approve", by=second_manager)
    response = approve(as_manager, order)
    assert "孙静" in messages_of(response)[0]


def test_a_foreign_order_among_the_chosen_is_not_found_and_nothing_happens(order_at, browser_of, other_manager, team):
    mine = order_at(Status.MANAGER_REVIEW)
    assert approve(browser_of(other_manager), mine).status_code == 404
    assert statuses(mine) == ["manager_review"]


@pytest.mark.parametrize("value", ["", "x:1", "1", "1:x", "99999:0", "-1:0"])
def test_nonsense_among_the_chosen_is_not_found(value, as_manager):
    assert as_manager.post(SEVERAL, {"order": value}).status_code == 404


def test_choosing_nothing_says_so(as_manager):
    response = as_manager.post(SEVERAL, follow=True)
    assert response.status_code == 200
    assert len(messages_of(response)) == 1


def test_the_filters_stay_after_approving(order_at, as_manager):
    response = approve(as_manager, order_at(Status.MANAGER_REVIEW), query="?grade=A&evil=1")
    assert response.redirect_chain == [(QUEUE + "?grade=A", 303)]


def test_approving_several_is_a_post(as_manager):
    assert as_manager.get(SEVERAL).status_code == 405


def test_the_queue_opens_the_review_with_its_filters(order_at, as_manager):
    order = order_at(Status.MANAGER_REVIEW)
    page = as_manager.get(QUEUE + "?grade=A").content.decode()
    assert reverse("approvals:review", args=[order.pk]) + "?grade=A" in page
