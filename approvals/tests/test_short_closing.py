"""Closing an order short: what lapses, what follows, and when it cannot be done."""

from decimal import Decimal

import pytest
from django.utils import timezone, translation

from billing.exposure import accounts_of, exposure_without
from billing.receipts import record_receipt, reverse_receipt
from core.events import timeline_of
from core.files import store_file
from core.invariants import examine
from core.models import Message
from core.workflow import Refused, take
from fulfilment.sign_off import Arrival, correct_sign_off, sign_off_shipment
from fulfilment.statuses import ShipmentStatus
from orders.models import Order
from orders.statuses import Status
from orders.totals import cut_instalments
from products.models import Product
from tests.factories import CustomerFactory, ProductFactory, make_order, make_shipment, released_order
from tests.sample_files import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team)


@pytest.fixture
def order(customer):
    """10 × 1,000.00 at 13 %: 11,300.00, of which 30 % before and 70 % on arrival."""
    return released_order(customer=customer)


@pytest.fixture
def close_short(manager, django_capture_on_commit_callbacks):
    """A function: the order, closed short by its manager, with what the system does then."""

    def close(order, by=manager, note="客户不再要其余") -> Order:
        with django_capture_on_commit_callbacks(execute=True):
            take(order, "close_short", by=by, note=note)
        order.refresh_from_db()
        return order

    return close


def arrived(order, *received, parts=None):
    parts = parts or list(received)
    shipment = make_shipment(order, status=ShipmentStatus.SIGNED_OFF, parts=parts, received=list(received))
    store_file(subject=shipment, upload=picture(), purpose="sign_off", by=shipment.packed_by)
    return shipment


def refusal(order, by, **more) -> Refused:
    with translation.override("en"), pytest.raises(Refused) as caught:
        take(order, "close_short", by=by, **({"note": "x"} | more))
    return caught.value


def receive(order, finance, amount):
    known = {"received_on": timezone.localdate(), "method": "transfer", "by": finance}
    return record_receipt(order=order, amount=Decimal(amount), **known)


def money_of(order) -> list[tuple[Decimal, Decimal]]:
    return [(part.amount, part.received) for part in order.current_instalments()]


def sound(*rules) -> bool:
    """Whether these rules of ``check_invariants`` hold."""
    return [f.examples for f in examine() if f.invariant.name in rules and not f.holds] == []


RULES = ("short closings", "received", "instalments paid", "allocations", "reversals", "instalments")
DELIVERY = ("delivery", "packing", "quantities", "payment", "reserved", "cooperation", "release")


def test_what_was_not_shipped_lapses_and_the_order_is_complete(order, rep, manager, close_short):
    product = order.lines.get().product
    arrived(order, 4)
    close_short(order)
    line = order.current_lines().get()
    assert (order.status, order.revision, line.quantity, line.shipped_quantity) == (Status.COMPLETED, 2, 4, 4)
    assert (order.net_total, order.tax_total, order.gross_total) == (4000, 520, 4520)
    assert [amount for amount, _received in money_of(order)] == [1356, 3164]
    assert order.current_instalments().get(trigger="arrival").due_date == order.signed_off_on == timezone.localdate()
    assert Product.objects.get(pk=product.pk).reserved == 0
    assert order.lines.get(revision=1).quantity == 10
    closing = order.short_closings.get()
    assert (closing.net_lapsed, closing.gross_lapsed, closing.by) == (6000, 6780, manager)
    entry = next(each for each in timeline_of(order) if each.note == "客户不再要其余")
    assert [change[1:] for change in entry.changes] == [("10", "4")]
    assert Message.objects.filter(user=rep).exists()
    assert sound(*RULES, *DELIVERY)


def test_its_credit_is_free_again(order, customer, close_short):
    arrived(order, 4)
    today = timezone.localdate()
    assert exposure_without(accounts_of([customer.pk], today)[customer.pk], None).total == 11300
    close_short(order)
    assert exposure_without(accounts_of([customer.pk], today)[customer.pk], None).total == 4520


def test_what_arrived_damaged_is_not_sold(order, close_short):
    arrived(order, 8, parts=[10])
    close_short(order)
    assert (order.status, order.current_lines().get().quantity) == (Status.COMPLETED, 8)


def test_what_is_on_its_way_is_still_signed_for(order, rep, close_short, django_capture_on_commit_callbacks):
    shipment = make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4])
    close_short(order)
    assert (order.status, order.delivery_status) == (Status.APPROVED, "shipped")
    with django_capture_on_commit_callbacks(execute=True):
        sign(shipment, rep, "3", "short")
    order.refresh_from_db()
    assert (order.status, order.delivery_status, order.current_lines().get().to_ship) == (
        "approved",
        "partly_signed",
        1,
    )
    close_short(order)
    assert (order.status, order.revision, order.gross_total) == (Status.COMPLETED, 3, 3390)
    assert sound(*RULES, *DELIVERY)


def sign(shipment, by, received, condition, call=sign_off_shipment, **more):
    arrivals = {line.pk: Arrival(Decimal(received), condition) for line in shipment.lines.all()}
    known = {"signed_on": timezone.localdate(), "signed_by": "周建", "proof": picture()}
    return call(shipment=shipment, arrivals=arrivals, by=by, **known, **more)


def test_what_lapsed_has_not_arrived_after_all(order, rep, operations, close_short):
    shipment = make_shipment(order, status=ShipmentStatus.SHIPPED)
    sign(shipment, rep, "8", "short")
    close_short(order)
    with pytest.raises(Exception, match="8"):
        sign(shipment, operations, "10", "good", call=correct_sign_off, note="其实都在")
    assert order.current_lines().get().signed_quantity == 8


def test_a_line_of_which_nothing_left_is_dropped(customer, close_short):
    order = released_order(customer=customer, lines=[(ProductFactory(), 10, "100"), (ProductFactory(), 5, "100")])
    arrived(order, 10, 0)
    close_short(order)
    assert [(line.position, line.quantity) for line in order.current_lines()] == [(1, 10)]
    assert (order.status, order.net_total) == (Status.COMPLETED, 1000)


def test_money_stays_on_its_instalment_and_can_still_be_reversed(order, finance, close_short):
    receipt = receive(order, finance, "3390")
    arrived(order, 4)
    close_short(order)
    assert money_of(order) == [(3390, 3390), (1130, 0)]
    assert (order.received_total, order.payment_status) == (3390, "partly_paid")
    assert sound(*RULES, *DELIVERY)
    reverse_receipt(receipt=receipt, by=finance, reason="退票")
    order.refresh_from_db()
    assert (order.received_total, money_of(order)[0]) == (0, (3390, 0))
    receive(order, finance, "4520")
    assert sound(*RULES, *DELIVERY)


def test_more_money_than_the_rest_costs_becomes_the_customers_balance(order, finance, manager):
    receive(order, finance, "5000")
    arrived(order, 4)
    take(order, "close_short", by=manager, note="客户不再要其余")
    order.refresh_from_db()
    assert (order.revision, order.gross_total, order.received_total) == (2, 4520, 4520)
    order.customer.refresh_from_db()
    assert order.customer.balance == 480
    assert "480.00" in timeline_of(order.customer)[0].sentence
    assert sound(*RULES, "balances", "customer facts", "payment")


def test_what_was_not_shipped_at_all_or_wholly_is_not_closed_short(order, customer, manager):
    assert refusal(order, manager).kinds == {"state"}
    assert refusal(make_order(customer=customer, status=Status.APPROVED), manager).kinds == {"state"}
    make_shipment(order, status=ShipmentStatus.SHIPPED)
    assert refusal(order, manager).kinds == {"state"}


def test_what_stands_packed_leaves_first(order, manager):
    arrived(order, 4)
    make_shipment(order, parts=[2])
    assert "stands packed" in str(refusal(order, manager))


def test_it_is_the_managers_verb_and_wants_a_reason(order, manager, other_manager, rep, operations, finance):
    arrived(order, 4)
    assert "reason" in str(refusal(order, manager, note=" "))
    assert [refusal(order, by).kinds for by in (rep, operations, finance)] == [{"role"}] * 3
    assert refusal(order, other_manager).kinds == {"guard"}


def test_an_order_of_which_everything_was_lost_is_cancelled(order, manager):
    arrived(order, 0, parts=[10])
    assert refusal(order, manager).kinds == {"state"}
    take(order, "cancel", by=manager, note="全部丢失")
    assert order.status == Status.CANCELLED
    assert sound("release")


@pytest.mark.parametrize(
    ("gross", "parts", "cut"),
    [
        ("800", [(30, "300"), (70, "0")], ["300", "500"]),
        ("800", [(30, "0"), (70, "0")], ["240", "560"]),
        ("800", [(30, "0"), (30, "0"), (40, "500")], ["240", "60", "500"]),
        ("500", [(50, "0"), (50, "500")], ["0", "500"]),
        ("0", [(30, "0"), (70, "0")], ["0", "0"]),
        ("400", [(30, "300"), (70, "200")], ["300", "100"]),
        ("200", [(30, "300"), (70, "200")], ["200", "0"]),
        ("100", [], []),
    ],
)
def test_instalments_are_cut_around_what_they_received(gross, parts, cut):
    received = [(Decimal(percent), Decimal(amount)) for percent, amount in parts]
    assert cut_instalments(Decimal(gross), received) == [Decimal(amount) for amount in cut]
