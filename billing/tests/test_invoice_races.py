"""Two people invoice the same order in one instant: on PostgreSQL, each beside a broken twin that must fail."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.db.models import Sum
from django.utils import timezone

from accounts.roles import Role
from billing import invoices
from billing.invoiced import GROSS
from billing.invoices import issue_invoice, request_invoice
from billing.models import Invoice, InvoicePart
from core.workflow import Refused
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, UserFactory, make_invoice, make_order
from tests.races import at_once
from tests.sample_files import picture

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


def without_locks(monkeypatch):
    """The same code without its locks: rows are read as they are."""
    monkeypatch.setattr(invoices, "lock_row", lambda model, pk: model._base_manager.get(pk=pk))
    monkeypatch.setattr(invoices, "lock_rows", list)


def asking(order: Order, amount: str):
    return lambda: request_invoice(customer=order.customer, amounts={order.pk: Decimal(amount)}, by=order.rep)


def both_ask(customer):
    """Two requests over 6,000.00 each of an order over 11,300.00."""
    order = make_order(customer=customer, status=Status.APPROVED)
    return order, at_once(asking(order, "6000"), asking(order, "6000"))


def on_invoices(order: Order) -> Decimal:
    return InvoicePart.objects.filter(order=order).aggregate(sum=GROSS)["sum"] or Decimal(0)


def stored(order: Order) -> Decimal:
    order.refresh_from_db()
    return order.invoice_asked_total


def test_an_order_is_never_invoiced_for_more_than_it_comes_to(manager):
    customer = CustomerFactory(owner=UserFactory(team=manager.team))
    for _round in range(ROUNDS):
        order, outcomes = both_ask(customer)
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, ValidationError)
        assert on_invoices(order) == stored(order) == 6000


def test_without_the_locks_it_is_or_the_database_refuses_wordlessly(manager, monkeypatch):
    """The broken twin."""
    without_locks(monkeypatch)
    customer = CustomerFactory(owner=UserFactory(team=manager.team))
    failed = False
    for _round in range(ROUNDS):
        order, outcomes = both_ask(customer)
        failed |= on_invoices(order) > Decimal(11300) or any(isinstance(each.error, DatabaseError) for each in outcomes)
    assert failed


def issuing(invoice: Invoice, by, number: str):
    paper = {"number": number, "issued_on": timezone.localdate(), "upload": picture()}
    return lambda: issue_invoice(invoice=invoice, by=by, **paper)


def test_one_number_is_recorded_once_and_one_request_issued_once():
    clerks = [UserFactory(role=Role.FINANCE) for _each in range(2)]
    for turn in range(ROUNDS):
        first, second = make_invoice(), make_invoice()
        outcomes = at_once(
            *(issuing(each, f"26{turn:06}", by) for each, by in zip((first, second), clerks, strict=True))
        )
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, ValidationError)
        left = Invoice.objects.get(pk__in=(first.pk, second.pk), status="requested")
        outcomes = at_once(*(issuing(left, by, f"27{turn:05}{place}") for place, by in enumerate(clerks)))
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, Refused)
    assert Invoice.objects.aggregate(sum=Sum("gross_total"))["sum"] == ROUNDS * 2 * Decimal(11300)
