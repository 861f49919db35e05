"""Totals, lines, quantities, instalments and when they are due."""

from decimal import Decimal

from customers.models import Trigger
from fulfilment.statuses import ShipmentStatus
from orders.models import Instalment, Order, OrderLine
from orders.statuses import Status
from tests.breakers.kit import (
    YESTERDAY,
    approved_here,
    arrived_order,
    breaks,
    damage,
    due_by_now,
    numbered,
    without_constraint,
)
from tests.factories import (
    make_order,
    make_shipment,
    released_order,
    terms,
)


def one_of_two() -> Order:
    """The later of two orders; of both there is a line and an instalment of a revision that is not in force."""
    for price in ("7", "1000"):
        order = make_order(lines=[("控制柜", 10, price)])
        part = {"revision": 2, "position": 1}
        OrderLine.objects.create(order=order, name="控制柜", quantity=1, unit_price=1, tax_rate=0, net_amount=1, **part)
        day = order.order_date
        Instalment.objects.create(order=order, percent=100, trigger=Trigger.ARRIVAL, amount=1, due_date=day, **part)
    return order


@breaks("order totals")
def a_net_total_unlike_its_lines():
    order = one_of_two()
    yield
    damage(order, net_total=1, gross_total=1 + order.tax_total)


@breaks("order totals")
def a_tax_total_unlike_its_lines():
    order = one_of_two()
    yield
    damage(order, tax_total=0, gross_total=order.net_total)


@breaks("line amounts")
def a_net_amount_unlike_its_factors():
    order = make_order()
    yield
    damage(order.lines.get(), net_amount=Decimal("12.34"))


@breaks("line amounts")
def a_tax_amount_unlike_its_rate():
    order = make_order()
    yield
    damage(order.lines.get(), tax_amount=Decimal("12.34"))


@breaks("line amounts")
def an_amount_without_a_price():
    order = make_order()
    yield
    damage(order.lines.get(), unit_price=None)


@breaks("quantities")
def more_comes_back_than_was_signed_for():
    line = arrived_order().lines.get()
    yield
    with without_constraint("orders_orderline", "line_delivered_within_ordered"):
        damage(line, returned_quantity=line.signed_quantity + 1)


@breaks("quantities")
def more_is_signed_for_than_left():
    line = arrived_order().lines.get()
    yield
    with without_constraint("orders_orderline", "line_delivered_within_ordered"):
        damage(line, shipped_quantity=line.signed_quantity - 1)


@breaks("quantities")
def more_leaves_than_was_ordered():
    line = arrived_order().lines.get()
    yield
    with without_constraint("orders_orderline", "line_delivered_within_ordered"):
        damage(line, quantity=line.shipped_quantity - 1)


@breaks("quantities")
def less_than_nothing_comes_back():
    line = arrived_order().lines.get()
    yield
    with without_constraint("orders_orderline", "line_delivered_within_ordered"):
        damage(line, returned_quantity=-1)


@breaks("instalments")
def an_instalment_too_small():
    order = one_of_two()
    yield
    damage(order.instalments.first(), amount=1)


@breaks("instalments")
def instalments_without_terms():
    order = one_of_two()
    yield
    damage(order, payment_terms=None)


@breaks("due dates")
def a_draft_that_asks_for_money():
    order = one_of_two()
    yield
    damage(order.instalments.first(), due_date=YESTERDAY)


@breaks("due dates")
def a_cancelled_order_that_asks_for_money():
    order = numbered(Status.CANCELLED)
    yield
    damage(order.instalments.first(), due_date=YESTERDAY)


@breaks("due dates")
def a_prepayment_nobody_asks_for():
    order = numbered()
    due_by_now(order)
    yield
    damage(order.instalments.get(trigger=Trigger.PREPAYMENT), due_date=None)


@breaks("due dates")
def production_begins_and_nobody_asks_for_its_money():
    order, earlier = approved_here(payment_terms=terms("100%预付款")), numbered(payment_terms=terms("100%预付款"))
    due_by_now(order)
    damage(earlier.instalments.get(), trigger=Trigger.BEFORE_PRODUCTION)
    yield
    damage(order.instalments.get(), trigger=Trigger.BEFORE_PRODUCTION, due_date=None)


@breaks("due dates")
def goods_leave_and_nobody_asks_for_the_money_before():
    order = released_order(payment_terms=terms("50%预付款，50%发货前"))
    due_by_now(order)
    yield
    make_shipment(order, status=ShipmentStatus.SHIPPED)


@breaks("due dates")
def goods_arrive_and_nobody_asks_for_the_money():
    order = arrived_order()
    yield
    damage(order.instalments.get(trigger=Trigger.ARRIVAL), due_date=None)


@breaks("due dates")
def money_on_arrival_is_due_on_another_day():
    order = arrived_order()
    yield
    damage(order.instalments.get(trigger=Trigger.ARRIVAL), due_date=YESTERDAY)


@breaks("due dates")
def money_on_arrival_is_due_before_it():
    order = released_order()
    due_by_now(order)
    yield
    damage(order.instalments.get(trigger=Trigger.ARRIVAL), due_date=YESTERDAY)
