"""Order numbers: per month and short name, gapless, given once."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from core.models import Counter
from orders.models import Order
from orders.numbering import assign_number
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db

NOVEMBER = datetime.datetime(2026, 11, 24, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture
def today(monkeypatch):
    """A function that sets the clock."""

    def set_clock(moment):
        monkeypatch.setattr("orders.numbering.timezone.now", lambda: moment)

    set_clock(NOVEMBER)
    return set_clock


def numbered(customer):
    order = make_order(customer=customer)
    with transaction.atomic():
        assign_number(order)
    return Order.objects.get(pk=order.pk).number


@pytest.fixture
def haiya():
    return CustomerFactory(short_name="海雅装备")


def test_the_number_is_month_short_name_and_serial(haiya, today):
    assert [numbered(haiya), numbered(haiya)] == ["202611海雅装备001", "202611海雅装备002"]


def test_each_customer_and_each_month_counts_for_itself(haiya, today):
    numbered(haiya)
    assert numbered(CustomerFactory(short_name="华能电气")) == "202611华能电气001"
    today(datetime.datetime(2026, 12, 3, tzinfo=datetime.UTC))
    assert numbered(haiya) == "202612海雅装备001"


def test_customers_of_the_same_short_name_share_one_series(haiya, today):
    numbered(haiya)
    assert numbered(CustomerFactory(short_name="海雅装备")) == "202611海雅装备002"


def test_the_month_is_that_of_shanghai(haiya, today):
    today(datetime.datetime(2026, 11, 30, 16, 30, tzinfo=datetime.UTC))
    assert numbered(haiya) == "202612海雅装备001"


def test_a_number_that_an_import_brought_is_skipped(haiya, today):
    make_order(customer=haiya, status=Status.APPROVED, number="202611海雅装备001")
    assert numbered(haiya) == "202611海雅装备002"


def test_short_names_that_differ_only_in_form_share_a_series(today):
    numbers = [numbered(CustomerFactory(short_name=name)) for name in ("海雅(东)", "海雅（东）")]
    assert numbers == ["202611海雅(东)001", "202611海雅（东）002"]


def test_a_serial_is_given_back_when_the_submission_fails(haiya, today):
    order = make_order(customer=haiya)
    with transaction.atomic():
        assign_number(order)
        transaction.set_rollback(True)
    assert numbered(haiya) == "202611海雅装备001"


def test_a_second_submission_keeps_number_and_day(haiya, today):
    order = make_order(customer=haiya)
    with transaction.atomic():
        assign_number(order)
    today(datetime.datetime(2026, 12, 3, tzinfo=datetime.UTC))
    with transaction.atomic():
        assign_number(order)
    order.refresh_from_db()
    assert (order.number, order.submitted_at) == ("202611海雅装备001", NOVEMBER)


def test_the_order_is_found_by_its_number(haiya, today):
    number = numbered(haiya)
    assert Order.objects.get(search_key__contains=number.lower()).number == number


def test_the_serial_grows_beyond_three_digits(haiya, today):
    Counter.objects.create(series="order 202611海雅装备", value=999)
    assert numbered(haiya) == "202611海雅装备1000"


def test_a_number_that_an_import_writes_at_this_moment_is_passed_over(haiya, today, monkeypatch):
    """Its commit comes between the look for it and the save; then the database is the one to notice."""
    make_order(customer=haiya, status=Status.APPROVED, number="202611海雅装备001")
    with monkeypatch.context() as before_the_commit:
        looked_for = Order.objects.filter
        blind = iter([True])
        before_the_commit.setattr(
            "orders.numbering.is_taken", lambda number: not next(blind, False) and looked_for(number=number).exists()
        )
        assert numbered(haiya) == "202611海雅装备002"


def test_another_refusal_of_the_database_is_not_taken_for_a_number(haiya, today, monkeypatch):
    def refuse(*_args, **_options):
        raise IntegrityError("another rule")

    monkeypatch.setattr(Order, "save", refuse)
    with pytest.raises(IntegrityError), transaction.atomic():
        assign_number(Order(customer=haiya))
