"""Receipts from a workbook: for orders and for balances, once each, replacing what an import took for paid."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.imports import AMOUNT, COLUMNS, CUSTOMER, ORDER, PAYER, RECEIVED, REFERENCE
from billing.models import Receipt
from core.models import ClosedMonth
from customers.merge import merge_customers
from orders.models import Order
from orders.statuses import Status
from tests.breakers.kit import sound
from tests.factories import CustomerFactory, make_order
from tests.workbooks import examined, imported, places, saved, table, workbook

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
RULES = ("received", "instalments paid", "allocations", "balances", "payment", "customer facts", "recorders")


@pytest.fixture
def order(customer):
    return make_order(customer=customer, status=Status.APPROVED)


@pytest.fixture
def file(tmp_path):
    """A function: rows → the workbook's path."""

    def make(*rows):
        heads = [column.name for column in COLUMNS]
        return saved(tmp_path, workbook(table(heads, *rows)))

    return make


def dry_run(kind, path) -> set[tuple[int, str]]:
    """Where something is wrong."""
    return set(places(kind, examined(kind, path)))


def row(**cells):
    return {RECEIVED: TODAY.isoformat(), AMOUNT: 3390, REFERENCE: "HX-1", **cells}


def test_rows_pay_their_orders_and_without_one_become_balance(file, order, customer):
    imported(
        "receipts",
        file(
            row(**{ORDER: order.number, PAYER: "海雅装备"}),
            row(**{CUSTOMER: customer.number, REFERENCE: "HX-2", AMOUNT: 500}),
        ),
    )
    order.refresh_from_db()
    customer.refresh_from_db()
    assert (order.received_total, customer.balance) == (3390, 500)
    assert sound(*RULES)


def test_the_same_file_twice_creates_nothing(file, order):
    path = file(row(**{ORDER: order.number}))
    imported("receipts", path)
    imported("receipts", path)
    assert Receipt.objects.count() == 1


def test_what_is_wrong_is_said_by_row_and_column(file, order, customer):
    other = CustomerFactory()
    Receipt.objects.create(
        customer=customer, received_on=TODAY, amount=9, rest=9, bank_reference="HX-9", recorded_by=order.rep
    )
    month = TODAY.replace(day=1) - timedelta(days=1)
    ClosedMonth.objects.create(first_day=month.replace(day=1), last_day=month, closed_at=timezone.now())
    found = dry_run(
        "receipts",
        file(
            row(**{ORDER: "没有这一单"}),
            row(**{REFERENCE: "HX-2"}),
            row(**{ORDER: order.number, CUSTOMER: other.number, REFERENCE: "HX-3"}),
            row(**{ORDER: order.number, AMOUNT: 99_999, REFERENCE: "HX-4"}),
            row(**{ORDER: order.number, REFERENCE: "HX-5", RECEIVED: month.isoformat()}),
            row(**{ORDER: order.number, REFERENCE: "HX-6", RECEIVED: (TODAY + timedelta(days=1)).isoformat()}),
            row(**{CUSTOMER: customer.number, REFERENCE: "HX-9"}),
            row(**{CUSTOMER: customer.number, REFERENCE: "HX-7", AMOUNT: 1}),
            row(**{CUSTOMER: customer.number, REFERENCE: "hx-7", AMOUNT: 2}),
            row(**{ORDER: make_order(status=Status.CANCELLED, number="202611甲009").number, REFERENCE: "HX-8"}),
        ),
    )
    assert found == {
        (2, ORDER),
        (3, CUSTOMER),
        (4, CUSTOMER),
        (5, AMOUNT),
        (6, RECEIVED),
        (7, RECEIVED),
        (8, REFERENCE),
        (10, REFERENCE),
        (11, ORDER),
    }


def test_two_rows_of_one_order_are_added_up(file, order):
    assert dry_run(
        "receipts",
        file(
            row(**{ORDER: order.number, AMOUNT: 11_000}),
            row(**{ORDER: order.number, AMOUNT: 301, REFERENCE: "HX-2"}),
        ),
    ) == {(3, AMOUNT)}
    imported(
        "receipts",
        file(
            row(**{ORDER: order.number, AMOUNT: 11_000}),
            row(**{ORDER: order.number, AMOUNT: 300, REFERENCE: "HX-2"}),
        ),
    )
    assert Order.objects.get().received_total == Decimal("11300.00")


def test_finance_finds_it_beside_the_list(as_finance, as_manager):
    assert as_finance.get("/imports/receipts/").status_code == 200
    assert "/imports/receipts/" in as_finance.get("/receipts/").content.decode()
    assert as_manager.get("/imports/receipts/").status_code == 403


def test_the_number_of_a_merged_file_means_the_one_that_it_went_into_also_in_a_terminal(file, customer, manager):
    merged = CustomerFactory(owner=customer.owner, team=customer.team)
    merge_customers(merged=merged, into=customer, by=manager)
    imported("receipts", file(row(**{CUSTOMER: merged.number})))
    assert Receipt.objects.get().customer == customer
