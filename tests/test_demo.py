"""The demonstration: every state there is, true to every rule, the same each time, and never in production."""

from itertools import accumulate, groupby

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.db.models import F, Max
from django.test import override_settings
from django.utils import timezone

from approvals.models import Decision, Round
from billing.models import Receipt
from core import protections
from core.events import timeline_of
from core.models import Event
from core.money import total
from customers.models import Customer
from fulfilment.invariants import unproven_sign_offs, wrong_progress
from fulfilment.models import Shipment
from orders.instalments import payment_status_of
from orders.models import Order
from orders.statuses import Status
from ordersys.demo.loader import load
from products.models import CountStatus, Product, StockCount, StockMove

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """One small demonstration for all tests here: some history, and stories enough for every state."""
    with django_db_blocker.unblock(), override_settings(DEBUG=True), transaction.atomic():
        load(orders=40, customers=12, seed=1)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db, settings):
    settings.DEBUG = True


def test_orders_stand_in_every_state(demo):
    assert set(Order.objects.values_list("status", flat=True)) == set(Status)
    assert Order.objects.filter(status=Status.DRAFT, sent_back=True).exists()
    assert Order.objects.filter(round=2).exists()
    assert Order.objects.count() == 40


def test_numbers_have_no_gaps(demo):
    numbers = sorted(Order.objects.exclude(number=None).values_list("number", flat=True))
    assert numbers
    for _series, found in groupby(numbers, key=lambda number: number[:-3]):
        serials = [int(number[-3:]) for number in found]
        assert serials == list(range(1, len(serials) + 1))


def test_a_number_tells_the_month_of_the_first_submission(demo):
    for order in Order.objects.exclude(number=None):
        assert order.number.startswith(f"{timezone.localtime(order.submitted_at):%Y%m}{order.customer_name}")


def test_amounts_instalments_and_receipts_add_up(demo):
    for order in Order.objects.all():
        assert order.net_total == total(line.net_amount for line in order.current_lines())
        parts = list(order.current_instalments())
        assert not parts or total(part.amount for part in parts) == order.gross_total
        paid = {part.pk: total(each.amount for each in part.allocations.all()) for part in parts}
        assert total(paid.values()) == order.received_total
        assert all(paid[part.pk] == part.received <= part.amount for part in parts)
    assert Receipt.objects.exists()


def test_reviews_left_rounds_and_decisions_with_their_checks(demo):
    waiting = Order.objects.filter(status=Status.FINANCE_REVIEW).first()
    assert Round.objects.filter(order=waiting, number=waiting.round).exists()
    decisions = Decision.objects.filter(round__order=waiting, round__number=waiting.round)
    assert [d.stage for d in decisions] == [Status.REP_REVIEW, Status.MANAGER_REVIEW]
    assert all(d.checks for d in decisions)
    assert all(d.at >= d.round.submitted_at for d in Decision.objects.select_related("round"))


def test_nothing_happened_in_the_future_and_every_order_has_a_history(demo):
    now = timezone.now()
    assert not Event.objects.filter(at__gt=now).exists()
    assert not Order.objects.filter(status_since__gt=now).exists()
    assert not Receipt.objects.filter(received_on__gt=timezone.localdate()).exists()
    assert not StockMove.objects.filter(at__gt=now).exists()
    for order in Order.objects.all():
        moments = [entry.at for entry in timeline_of(order)]
        assert moments == sorted(moments, reverse=True)
        assert moments


def test_deliveries_are_what_their_shipments_say(demo):
    assert [*wrong_progress(), *unproven_sign_offs()] == []
    assert set(Order.objects.values_list("delivery_status", flat=True)) >= {"not_started", "preparing", "signed"}
    assert not Order.objects.filter(status=Status.COMPLETED, signed_off_on=None).exists()
    assert not Shipment.objects.filter(shipped_on__gt=timezone.localdate()).exists()
    for order in Order.objects.all():
        assert order.payment_status == payment_status_of(order.received_total, order.gross_total)


def test_stock_never_falls_below_zero(demo):
    for product in Product.objects.filter(kind=Product.Kind.GOODS):
        moves = product.stock_moves.order_by("at", "-quantity").values_list("quantity", flat=True)
        assert min(accumulate(moves), default=0) >= 0


def test_customers_remember_when_something_arrived_last(demo):
    for customer in Customer.objects.all():
        arrived = customer.orders.filter(status=Status.COMPLETED).aggregate(last=Max("signed_off_on"))["last"]
        assert customer.last_cooperation_on == arrived


def test_customers_are_spread_over_teams_with_some_unassigned_and_one_frozen(demo):
    assert Customer.objects.exclude(team=None).values("team").distinct().count() == 2
    assert Customer.objects.exclude(status="merged").filter(owner=None).count() == 3
    assert Customer.objects.filter(status="frozen").count() == 1
    assert set(Customer.objects.values_list("grade", flat=True)) == {"A", "B", "C"}
    assert Product.objects.matching("kzg").count() >= 3


def test_one_stock_count_is_posted_with_differences_and_one_is_half_done(demo):
    posted, under_way = StockCount.objects.order_by("pk")
    assert (posted.status, under_way.status) == (CountStatus.POSTED, CountStatus.COUNTING)
    found = set(posted.lines.values_list("difference", flat=True))
    assert len(found) > 1
    assert 0 in found
    assert StockMove.objects.filter(count_line__count=posted).count() == posted.lines.exclude(difference=0).count()
    assert {line.counted is None for line in under_way.lines.all()} == {True, False}


def test_the_guards_hold_afterwards(demo):
    assert protections.missing() == []
    approved = Order.objects.filter(status=Status.APPROVED).first()
    with pytest.raises(DatabaseError), transaction.atomic():
        Order.objects.filter(pk=approved.pk).update(gross_total=1, net_total=1, tax_total=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        approved.lines.update(quantity=F("quantity") + 1)


def test_a_database_with_data_is_left_alone(demo, capsys):
    call_command("demo", if_empty=True)
    assert Order.objects.count() == 40
    assert "rep1" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("demo")
