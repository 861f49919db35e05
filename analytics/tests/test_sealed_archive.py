"""A closed month stays as it was closed: its roll-ups, what the command prints, and all that stands around its rows."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from analytics.archive import automatic_closing, closing
from analytics.archive.closing import archive_of, request_closing
from analytics.archive.seal import seal_of
from analytics.archive.verify import differences
from analytics.figures.counting import FAMILIES
from analytics.figures.months import Month
from analytics.invariants import broken_archives
from analytics.models import Archive, BookedRollUp, MonthCount, StageRollUp
from analytics.rollups.freshness import mark_every_month, refresh
from billing.models import Receipt
from billing.receipts import record_receipt
from core import protections
from core.jobs import runner, table
from core.models import Event, Job, PolicyValue
from core.workflow import take
from orders.models import Order
from orders.statuses import Status
from tests.factories import ProductFactory, make_order

pytestmark = pytest.mark.django_db
MONTH = Month.current().shifted(-1)
DAY = MONTH.first + timedelta(days=9)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def booked():
    return make_order(status=Status.APPROVED, order_date=DAY, promised_date=DAY + timedelta(days=5))


@pytest.fixture
def archive(booked, finance):
    runner.run_job(request_closing(month=MONTH, by=finance).pk)
    return archive_of(MONTH)


def printed(*arguments) -> dict:
    output = StringIO()
    call_command("kpi", str(MONTH), "--json", *arguments, stdout=output)
    return json.loads(output.getvalue())


def test_sound_archives_differ_in_nothing(archive):
    assert list(differences(archive)) == []


@pytest.mark.parametrize("model", [family.model for family in FAMILIES], ids=lambda model: model.__name__)
def test_the_database_refuses_to_touch_the_roll_ups_of_an_archived_month(archive, model):
    rows = model.objects.filter(month=MONTH.first)
    row = rows.first() or model(month=MONTH.first, scope="all", scope_id=0)
    for change in (lambda: rows.update(month=MONTH.first), lambda: rows.delete()) if row.pk else ():
        with pytest.raises(DatabaseError, match="guard"), transaction.atomic():
            change()
    other = model.objects.exclude(month=MONTH.first).first()
    if other:
        with pytest.raises(DatabaseError, match="guard"), transaction.atomic():
            type(other).objects.filter(pk=other.pk).update(month=MONTH.first)


def test_three_changed_roll_up_rows_change_no_figure_and_are_noticed(archive):
    before = printed()
    protections.drop_all()
    assert BookedRollUp.objects.filter(month=MONTH.first, dimension="").update(net_total=15_600_000) == 3
    assert printed() == before
    assert before["order_total"] == "10000.00"
    assert len(list(differences(archive))) == 1
    assert list(broken_archives())
    with pytest.raises(CommandError):
        call_command("verify_archive", str(MONTH))


def test_a_month_closed_empty_stays_so_when_an_older_order_is_approved_later(finance):
    PolicyValue.objects.create(key=automatic_closing.OPENING_MONTH, value=f"{MONTH.year}{MONTH.month:02}")
    runner.run_job(request_closing(month=MONTH, by=finance).pk)
    before = printed()
    waiting = make_order(status=Status.FINANCE_REVIEW, order_date=DAY, promised_date=MONTH.last)
    today, method = timezone.localdate(), Receipt.Method.TRANSFER
    record_receipt(order=waiting, amount=Decimal(3390), received_on=today, method=method, by=finance)
    take(waiting, "finance_approve", by=finance)
    mark_every_month()
    refresh()
    assert printed() == before
    assert not StageRollUp.objects.filter(month=MONTH.first).exists()
    assert not BookedRollUp.objects.filter(month=MONTH.first).exists()
    assert list(differences(archive_of(MONTH))) == []


def test_a_month_that_was_counted_anew_while_it_was_being_archived_is_read_again(booked, monkeypatch, finance):
    """The roll-ups belong to the archive as they were read, or there is no archive yet."""
    job, keep = request_closing(month=MONTH, by=finance), closing._keep_rows

    def cancelled_meanwhile(*args):
        Order.objects.filter(pk=booked.pk).update(status=Status.CANCELLED, status_since=timezone.now())
        monkeypatch.setattr(closing, "_keep_rows", keep)
        refresh()
        keep(*args)

    monkeypatch.setattr(closing, "_keep_rows", cancelled_meanwhile)
    runner.run_job(job.pk)
    assert archive_of(MONTH) is None
    Job.objects.update(due_at=timezone.now())
    runner.run_job(job.pk)
    assert archive_of(MONTH).count_of("orders") == 0
    assert list(differences(archive_of(MONTH))) == []


def test_nothing_of_an_archived_month_waits_to_be_counted(archive, booked):
    mark_every_month()
    assert MonthCount.objects.filter(month=MONTH.first, stale=True).exists()
    assert refresh()


def test_the_command_takes_over_the_job_of_a_killed_run_although_no_worker_is_there(booked):
    job = request_closing(month=MONTH, by=None)
    assert table.claim(job.pk)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    call_command("archive_month", str(MONTH), stdout=StringIO())
    assert archive_of(MONTH)
    assert Job.objects.get().attempts == 2


def test_figures_without_records_have_the_shape_they_will_have(booked):
    found = printed()
    assert found["refunds"] == "0.00"
    assert found["satisfaction"] == dict.fromkeys(["quality", "delivery", "attitude", "response", "overall"])
    assert found["marginal_cost"] == {}


def test_open_and_archived_months_print_the_same(booked, finance):
    before = printed()
    runner.run_job(request_closing(month=MONTH, by=finance).pk)
    assert printed() == before


def test_free_text_counts_in_no_category_and_a_category_of_that_name_is_one_of_its_own(finance):
    product = ProductFactory(category__name="未分类")
    lines = [(product, 1, "1000"), ("安装调试", 1, "300"), ("培训", 1, "200")]
    make_order(status=Status.APPROVED, order_date=DAY, promised_date=DAY + timedelta(days=1), lines=lines)
    assert printed()["delay_rate_by_category"] == {"未分类": 1.0}
    by_category = printed("--by", "category")
    assert list(by_category) == ["未分类"]
    assert by_category["未分类"]["order_total"] == "1000.00"
    runner.run_job(request_closing(month=MONTH, by=finance).pk)
    assert printed()["delay_rate_by_category"] == {"未分类": 1.0}


def test_an_archive_of_before_histories_were_chained_stays_valid(archive):
    """It has no anchor, and its seal says nothing of one."""
    assert archive.heads_hash
    protections.drop_all()
    archive.heads_hash = ""
    archive.seal = seal_of(archive)
    Archive.objects.filter(pk=archive.pk).update(heads_hash="", seal=archive.seal)
    told = Event.objects.get(verb="archive_month")
    told.data["seal"] = archive.seal
    Event.objects.filter(pk=told.pk).update(data=told.data)
    assert list(differences(Archive.objects.get())) == []
