"""Workers killed while they archive, on both brokers: every month gets one archive, the same as if nobody had died.

``KILLS`` and ``KILL_ORDERS`` in the environment ask for more of both (make kills).
"""

import os
import random
import signal
import tempfile
import time
from decimal import Decimal
from itertools import count

import pytest
from django.core.exceptions import ValidationError

from analytics.archive.closing import folder, request_closing
from analytics.archive.snapshot import take_snapshot
from analytics.archive.verify import differences
from analytics.figures.months import Month
from analytics.models import Archive, ArchiveRow
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
# So many attempts die in one month: after the fifth its job has failed, and is asked for again.
AT_A_MONTH = 5
# The first month is archived in peace, to see how long it takes; so is one that every kill came too late for.
MONTHS = 1 + max(2, -(-KILLS // AT_A_MONTH))
LINES = 3


def months():
    """Months to be archived, as many as it takes, the newest first."""
    return (Month.current().shifted(-back) for back in count(1))


def sell(month, number):
    """So many approved orders of three lines, as an import writes them."""
    pattern = make_order(customer=CustomerFactory(), order_date=month.first)
    orders = [_order(pattern, month, n) for n in range(number)]
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
        return take_snapshot(month, file).content.sha256


def archive_under_fire(stack, month, wanted, seconds):
    """Archives the month while the worker is killed up to ``wanted`` times, each time somewhere in its work.

    ``seconds`` is how long the work takes. Returns how many attempts died, and how long it took if none did.
    """
    died = 0
    while died < wanted and (job := wanted_job(month)):
        died += kill_in_the_middle(stack, job, seconds)
    while job := wanted_job(month):
        assert eventually(lambda job=job: over(job))
    return died, seconds_of(month)


def seconds_of(month):
    """How long the month's archive took; None when an attempt at it died."""
    job = Job.objects.get(kind="archive_month", unique_key=str(month), state=Job.State.DONE)
    return (job.finished_at - job.started_at).total_seconds() if job.attempts == 1 else None


def wanted_job(month):
    """The job that archives the month, asked for again when it had died five times; None once there is an archive."""
    try:
        return request_closing(month=month, by=None)
    except ValidationError:
        return None


def kill_in_the_middle(stack, job, seconds):
    """Kills the worker while it is at this job; whether the attempt died of it."""
    assert eventually(lambda: in_work() or over(job))
    time.sleep(random.uniform(0, seconds))
    job.refresh_from_db()
    attempt = job.attempts
    if job.state != Job.State.RUNNING:
        return False
    for pid in workers(stack):
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: has_moved_on(job, attempt))
    return job.state != Job.State.DONE or job.attempts > attempt


def has_moved_on(job, attempt):
    job.refresh_from_db()
    return job.state != Job.State.RUNNING or job.attempts > attempt


def test_a_worker_killed_while_archiving_loses_and_doubles_nothing(environment, settings):  # noqa: F811
    settings.MEDIA_ROOT = environment["MEDIA_ROOT"]
    hashes, died, seconds = {}, 0, None
    with running(environment) as stack:
        for month in months():
            sell(month, ORDERS // MONTHS)
            hashes[str(month)] = expected(month)
            wanted = min(AT_A_MONTH, KILLS - died) if seconds else 0
            hits, took = archive_under_fire(stack, month, wanted, seconds)
            died, seconds = died + hits, took or seconds
            if died == KILLS and len(hashes) >= MONTHS:
                break
    assert {str(archive): archive.content_hash for archive in Archive.objects.all()} == hashes
    assert [list(differences(archive)) for archive in Archive.objects.all()] == [[]] * len(hashes)
    assert ClosedMonth.objects.count() == len(hashes)
    assert ArchiveRow.objects.filter(section="orders").count() == len(hashes) * (ORDERS // MONTHS)
    assert {path.name for path in folder().iterdir()} == set(Archive.objects.values_list("workbook_name", flat=True))
    assert sum(Job.objects.values_list("attempts", flat=True)) == died + len(hashes)
