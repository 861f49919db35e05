"""Two files become one in the middle of what people do: every rule of ``check_invariants`` holds afterwards."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.roles import Role
from analytics.archive.closing import request_closing
from analytics.figures.months import Month
from analytics.models import Archive
from approvals.sweeps import complete_due
from billing.receipts import reverse_receipt
from core.jobs import runner
from core.workflow import take
from customers.merge import merge_customers
from customers.models import Customer, Grade
from customers.services import change_owner
from tests.factories import CustomerFactory, RequirementFactory, UserFactory, make_order, make_proposal, terms
from tests.test_lawful import (  # noqa: F401  (fixtures)
    approved,
    customer,
    deliver,
    go,
    pay,
    set_limit,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]
# ruff: noqa: F811


@pytest.fixture
def twin(manager, rep):
    """Another file about the same company, of another rep of the team."""
    return CustomerFactory(owner=UserFactory(team=manager.team), short_name="海雅", grade=Grade.B)


def test_two_files_with_orders_money_and_shipments_become_one(
    approved, customer, twin, operations, rep, finance, manager
):
    set_limit(customer, 100_000)
    first = approved()
    deliver(first, operations, UserFactory(role=Role.OPERATIONS), rep)
    pay(first, finance)
    complete_due()
    deliver(approved(), operations, UserFactory(role=Role.OPERATIONS), rep, "4")
    make_order(customer=customer)
    RequirementFactory(customer=customer)
    merge_customers(merged=customer, into=twin, by=manager)
    twin.refresh_from_db()
    assert twin.order_count == 2


def test_what_two_files_owed_is_more_than_the_limit_of_the_one_that_stays(approved, customer, twin, manager):
    approved()
    set_limit(twin, 5000)
    merge_customers(merged=customer, into=twin, by=manager)


def test_life_goes_on_after_a_merge(approved, customer, twin, go, finance, manager):
    paid, waiting = approved(), make_order(customer=customer, payment_terms=terms("100%到货后30天"))
    receipt = pay(paid, finance)
    go(waiting, "submit")
    set_limit(twin, 200_000)
    merge_customers(merged=customer, into=twin, by=manager)
    reverse_receipt(receipt=receipt, by=finance, reason="退票")
    pay(paid, finance, "5000")
    waiting.refresh_from_db()
    assert (waiting.grade, waiting.rep) == (Grade.B, twin.owner)
    change_owner(customer=twin, owner=UserFactory(team=manager.team), by=manager)


def test_files_that_changed_their_grades_become_one(customer, twin, manager):
    for file in (customer, twin):
        proposal = make_proposal(file, after="C")
        take(proposal, "accept", by=manager, note="同意")
    customer.refresh_from_db()
    twin.refresh_from_db()
    merge_customers(merged=customer, into=twin, by=manager)
    take(make_proposal(Customer.objects.get(pk=twin.pk)), "accept", by=manager, note="同意")


def test_a_merge_after_the_month_was_archived_leaves_the_archive_as_it_was(approved, customer, twin, manager):
    last = Month.current().shifted(-1)
    order = approved(order_date=last.last, promised_date=timezone.localdate() + timedelta(days=60))
    assert runner.run_job(request_closing(month=last, by=None).pk)
    merge_customers(merged=customer, into=twin, by=manager)
    call_command("verify_archive", str(last))
    kept = Archive.objects.get(period__first_day=last.first).rows_of("orders").get(subject_id=order.pk)
    assert kept.values["customer"] == customer.number
