"""Workers killed while they archive, on both brokers: every month gets one archive, the same as if nobody had died.

``KILLS`` and ``KILL_ORDERS`` in the environment ask for more of both (make kills).
"""

import os
import random
import signal
import tempfile
import time
from decimal import Decimal

import pytest

from analytics.archive.closing import folder, request_closing
from analytics.archive.snapshot import take_snapshot
from analytics.archive.verify import differences
from analytics.models import Archive, ArchiveRow
from analytics.months import Month
from core.models import ClosedMonth, Job
from core.tests.test_kills import POSTGRES, database, environment, in_work, over, redis, running, workers  # noqa: F401
from core.workflow import born
from orders.booking import book
from orders.models import Order, OrderLine
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order
from tests.processes import eventually

pytestmark = [pytest.mark.kill, *([pytest.mark.django_db(transaction=True)] if POSTGRES else [])]
KILLS = int(os.environ.get("KILLS", "5"))
ORDERS = int(os.environ.get("KILL_ORDERS", "2000"))
LINES = 3


def months():
    return [Month.current().shifted(-back) for back in range(1, KILLS + 1)]


def sell(month, count):
    """So many approved orders of three lines, as an import writes them."""
    pattern = make_order(customer=CustomerFactory(), order_date=month.first)
    orders = [_order(pattern, month, n) for n in range(count)]
    Order.objects.bulk_create(orders, 1000)
    OrderLine.objects.bulk_create([_line(order, n) for order in orders for n in range(1, LINES + 1)], 2000)
    born(orders, Status.APPROVED)


def _order(pattern, month, n):
    order = Order(
        customer=pattern.customer,
        customer_name=pattern.customer_name,
        rep=pattern.rep,
        drafted_by=pattern.rep,
        payment_terms=pattern.payment_terms,
        order_date=month.first,
        promised_date=month.last,
        number=f"{month}-{n}",
        net_total=Decimal(300),
        gross_total=Decimal(300),
    )
    book(order, approved_at=pattern.created_at, booked_on=month.first)
    return order


def _line(order, n):
    return OrderLine(order=order, position=n, name=f"件{n}", quantity=1, unit_price=100, tax_rate=0, net_amount=100)


def expected(month):
    """The hash of the month's rows, read in peace."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        return take_snapshot(month, file).tally.content_hash


def kill_while_it_works(stack, job):
    """Kills the worker somewhere in the middle of the work on this job."""
    assert eventually(in_work, seconds=40)
    time.sleep(random.uniform(0, 1.2))
    if not over(job):
        for pid in workers(stack):
            os.kill(pid, signal.SIGKILL)


def test_a_worker_killed_while_archiving_loses_and_doubles_nothing(environment, settings):  # noqa: F811
    settings.MEDIA_ROOT = environment["MEDIA_ROOT"]
    for month in months():
        sell(month, ORDERS // KILLS)
    hashes = {str(month): expected(month) for month in months()}
    with running(environment) as stack:
        for month in months():
            job = request_closing(month=month, by=None)
            kill_while_it_works(stack, job)
            assert eventually(lambda job=job: over(job), seconds=90)
    assert {
        archive.period.first_day.strftime("%Y-%m"): archive.content_hash for archive in Archive.objects.all()
    } == hashes
    assert all(not list(differences(archive)) for archive in Archive.objects.all())
    assert ClosedMonth.objects.count() == KILLS
    assert ArchiveRow.objects.filter(section="orders").count() == KILLS * (ORDERS // KILLS)
    assert {path.name for path in folder().iterdir()} >= set(Archive.objects.values_list("workbook_name", flat=True))
    attempts = Job.objects.values_list("attempts", flat=True)
    assert sum(attempts) > len(attempts), "No kill hit any work."
