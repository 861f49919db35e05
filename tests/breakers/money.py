"""Receipts, what they pay, and what undoes them."""

from decimal import Decimal

from accounts.roles import Role
from billing.customer_receipts import receive
from billing.models import Receipt, Refund
from billing.receipts import reverse_receipt
from billing.refunds import record_refund
from core import protections
from orders.models import Order
from orders.statuses import Status
from tests.breakers.kit import (
    approved_here,
    breaks,
    damage,
    numbered,
    pay,
    without_constraint,
)
from tests.factories import (
    CustomerFactory,
    UserFactory,
    make_order,
)


@breaks("received")
def money_that_nobody_allocated():
    pay(numbered(), "100")
    order = make_order()
    yield
    damage(order, received_total=5)


def paid(amount: str | None = None) -> Order:
    order = numbered()
    pay(order, amount)
    return order


@breaks("payment")
def an_unpaid_order_that_passes_for_paid():
    order = make_order()
    yield
    damage(order, payment_status="paid")


@breaks("payment")
def an_unpaid_order_that_passes_for_partly_paid():
    order = make_order()
    yield
    damage(order, payment_status="partly_paid")


@breaks("payment")
def a_partly_paid_order_that_passes_for_paid():
    order = paid("100")
    yield
    damage(order, payment_status="paid")


@breaks("payment")
def a_partly_paid_order_that_passes_for_unpaid():
    order = paid("100")
    yield
    damage(order, payment_status="unpaid")


@breaks("payment")
def a_paid_order_that_passes_for_partly_paid():
    order = paid()
    yield
    damage(order, payment_status="partly_paid")


@breaks("payment")
def a_paid_order_that_passes_for_unpaid():
    order = paid()
    yield
    damage(order, payment_status="unpaid")


@breaks("payment")
def an_order_over_nothing_that_passes_for_unpaid():
    order = make_order(lines=[("样品", 1, "0")], status=Status.REP_REVIEW)
    yield
    damage(order, payment_status="unpaid")


@breaks("balances")
def a_receipt_for_nothing():
    order = numbered()
    yield
    Receipt.objects.create(customer=order.customer, received_on=order.order_date, amount=7, recorded_by=order.rep)


@breaks("balances")
def a_balance_that_pays_already():
    receipt = pay(numbered())
    yield
    damage(receipt, rest=100)


@breaks("allocations")
def a_receipt_that_pays_more_than_it_is():
    receipt = pay(numbered(), "1000")
    yield
    damage(receipt.allocations.get(), amount=1500)


@breaks("allocations")
def an_instalment_paid_beyond_its_amount():
    order = numbered()
    pay(order)
    yield
    with without_constraint("orders_instalment", "instalment_received_within_amount"):
        damage(order.instalments.first(), amount=1)


@breaks("instalments paid")
def money_on_an_instalment_that_nobody_allocated():
    order = paid("100")
    yield
    damage(order.instalments.last(), received=5)


@breaks("instalments paid")
def an_instalment_that_forgot_its_money():
    order = paid("100")
    yield
    damage(order.instalments.first(), received=0)


@breaks("allocations")
def money_of_another_customer():
    receipt = pay(numbered())
    yield
    damage(receipt, customer=CustomerFactory())


@breaks("allocations")
def an_instalment_that_lost_more_than_it_got():
    opposite = reversed_receipt()
    yield
    swap(opposite)


@breaks("reversals")
def a_receipt_reversed_by_nothing():
    receipt = pay(numbered())
    yield
    damage(receipt, is_reversed=True)


def reversed_receipt() -> Receipt:
    """Of 3,390.00 for the first instalment and 1,610.00 for the second."""
    receipt = pay(numbered(), "5000")
    return reverse_receipt(receipt=receipt, by=receipt.recorded_by, reason="录错")


def swap(opposite: Receipt) -> None:
    """Takes back from each instalment what the other got."""
    one, other = opposite.allocations.order_by("pk")
    damage(one, amount=other.amount)
    damage(other, amount=one.amount)


@breaks("reversals")
def a_reversed_receipt_that_passes_for_money():
    opposite = reversed_receipt()
    yield
    damage(opposite.reverses, is_reversed=False)


@breaks("reversals")
def a_reversal_of_another_amount():
    opposite = reversed_receipt()
    yield
    damage(opposite, amount=-1)


@breaks("reversals")
def a_reversal_that_takes_from_another_instalment():
    opposite = reversed_receipt()
    yield
    swap(opposite)


@breaks("reversals")
def a_reversal_that_takes_back_another_receipt():
    opposite = reversed_receipt()
    order = Order.objects.get()
    pay(order, "3000")
    yield
    damage(opposite.allocations.order_by("amount").first(), amount=-3000)


@breaks("reversals")
def a_reversal_of_a_reversal():
    opposite = reversed_receipt()
    other = reverse_receipt(receipt=pay(numbered_anew(), "10"), by=opposite.recorded_by, reason="录错")
    yield
    damage(opposite.reverses, is_reversed=False)
    with (
        without_constraint("billing_receipt", "only_a_reversal_is_negative"),
        without_constraint("billing_receipt", "receipt_pays_no_more_than_it_is"),
    ):
        damage(other, reverses=opposite, amount=5000)


def numbered_anew() -> Order:
    return make_order(status=Status.FINANCE_REVIEW, number="202611甲002")


@breaks("import entries")
def an_order_paid_by_two_imports():
    order = numbered()
    pay(order, "100")
    real = pay(order, "200")
    replaced = pay(order, "300")
    reverse_receipt(receipt=replaced, by=replaced.recorded_by, reason="录错")
    protections.drop_all()
    Receipt.objects.exclude(pk=real.pk).update(method=Receipt.Method.IMPORT)
    yield
    damage(real, method=Receipt.Method.IMPORT)


@breaks("customer facts")
def an_annual_amount_that_no_order_makes():
    order = approved_here()
    yield
    damage(order.customer, annual_amount=1)


@breaks("customer facts")
def a_customer_that_is_new_without_an_order():
    customer = CustomerFactory()
    yield
    damage(customer, customer_type="new")


@breaks("customer facts")
def an_overdue_amount_that_is_not_overdue():
    order = numbered()
    yield
    damage(order.customer, overdue_amount=5)


def refunded() -> Refund:
    """100 of 300 that came without an order."""
    order, by = numbered(), UserFactory(role=Role.FINANCE)
    known = {"customer": order.customer, "method": "transfer", "by": by}
    receive(**known, amount=Decimal(300), received_on=order.order_date, shares={})
    return record_refund(**known, amount=Decimal(100), refunded_on=order.order_date)


@breaks("refunds")
def a_refund_of_nobodys_money():
    refund = refunded()
    yield
    damage(refund, amount=90)


@breaks("refunds")
def a_refund_to_another_customer():
    refund = refunded()
    yield
    damage(refund, customer=CustomerFactory())


@breaks("refunds")
def a_refund_of_another_customers_order():
    refund = refunded()
    yield
    damage(refund, order=make_order())


@breaks("refunds")
def a_refund_reversed_by_nothing():
    refund = refunded()
    yield
    damage(refund, is_reversed=True)


@breaks("balances")
def a_refund_that_its_receipt_forgot():
    refund = refunded()
    yield
    damage(refund.parts.get(), amount=50)
