"""The worklist counts by the database what it shows as items, and says when it does not show everything."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from core import registries, worklist
from core.models import WorkdayOverride
from core.workdays import add_workdays, starts_over_by
from core.worklist import STRETCHES, counts_for, items_for, stretch_of
from fulfilment.statuses import ShipmentStatus
from fulfilment.worklist import NotSignedOff, ToPack, ToShip
from orders.models import Order
from orders.statuses import Status
from orders.worklist import SentBack
from tests.factories import CustomerFactory, make_order, make_shipment

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def stretches(source, user, now) -> dict[str, int]:
    return dict.fromkeys(STRETCHES, 0) | Counter(stretch_of(item.due, now) for item in source.items(user, limit=500))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_is_over_by_a_day_is_what_counting_forwards_says(count):
    for day in (MONDAY + timedelta(days=n) for n in range(-60, 20)):  # with the National Day holidays
        last, ending = starts_over_by(day, count, {})
        for start in (day + timedelta(days=n) for n in range(-25, 3)):
            due = add_workdays(start, count, {}).day
            assert (due < day, due == day) == (start <= last, start in ending), (day, start)


def test_orders_are_counted_by_stretch_as_their_items_are_due(rep):
    customer = CustomerFactory(owner=rep)
    WorkdayOverride.objects.create(day=MONDAY + timedelta(days=2), is_workday=False)
    moments = [at(MONDAY + timedelta(days=day), hour) for day in range(-4, 4) for hour in (0, 9, 23)]
    for moment in moments:
        order = make_order(customer=customer, sent_back=True)
        Order.objects.filter(pk=order.pk).update(status_since=moment)
    source = SentBack()
    for now in (at(MONDAY + timedelta(days=day), hour, 30) for day in range(-5, 9) for hour in (0, 9, 18)):
        assert source.counts(rep, now) == stretches(source, rep, now), now


def test_what_is_due_at_closing_time_is_counted_as_its_items(rep, operations):
    customer, today = CustomerFactory(owner=rep), timezone.localdate()
    for days in (-2, -1, 0, 1, 8):
        promised = make_order(customer=customer, status=Status.APPROVED, promised_date=today + timedelta(days=days))
        Order.objects.filter(pk=promised.pk).update(released_at=timezone.now())
        make_shipment(promised, status=ShipmentStatus.SHIPPED, parts=[1], expected_on=today + timedelta(days=days))
    make_shipment(make_order(customer=customer, status=Status.APPROVED))
    for now in (at(today + timedelta(days=day), hour) for day in (-1, 0, 1) for hour in (17, 19)):
        for source, user in ((ToPack(), operations), (ToShip(), operations), (NotSignedOff(), rep)):
            assert source.counts(user, now) == stretches(source, user, now), (source, now)


def test_customers_without_owner_are_counted_as_their_items(manager):
    (source,) = [source for source in registries.worklist if source.kind == "unassigned"]
    for _each in range(3):
        CustomerFactory.create_batch(3, owner=None)
        for now in (timezone.now() + timedelta(hours=hours) for hours in range(0, 200, 11)):
            assert source.counts(manager, now) == stretches(source, manager, now)


def test_counts_make_no_items_and_read_no_record(rep, monkeypatch, django_assert_max_num_queries):
    make_order(customer=CustomerFactory(owner=rep), sent_back=True)
    monkeypatch.setattr(worklist.Item, "__init__", lambda *args, **named: pytest.fail("an item was made"))
    with django_assert_max_num_queries(len(registries.worklist) + 4):  # policies, work days
        assert counts_for(rep)["returned"] == 1


def test_what_is_not_shown_is_said_with_its_number_and_where_it_is_listed(rep, as_rep, monkeypatch):
    customer = CustomerFactory(owner=rep)
    for _each in range(3):
        make_order(customer=customer, sent_back=True)
    monkeypatch.setattr(worklist, "AT_ONCE", 2)
    page = as_rep.get("/").content.decode()
    assert len(items_for(rep)) == 2
    assert counts_for(rep)["worklist"] == 3
    assert "/orders/?status=sent_back" in page
    assert "最急的 2 项（共 3 项）" in page
    monkeypatch.setattr(worklist, "AT_ONCE", 3)
    assert "/orders/?status=sent_back" not in as_rep.get("/").content.decode()
