"""Receipts and refunds go along with their customer; what its orders come to is counted anew for both files."""

from billing.customer_facts import refresh_customer
from billing.models import Receipt, Refund, Statement
from customers.moving import Joining, after_merge, as_they_are, moves

moves(Receipt, "receipt", fixed=False)(as_they_are)
moves(Refund, "receipt", fixed=False)(as_they_are)
moves(Statement, "customer", fixed=False)(as_they_are)


@after_merge
def count_anew(joining: Joining) -> None:
    for customer in (joining.merged, joining.into):
        refresh_customer(customer.pk)
