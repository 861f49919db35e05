"""The monthly archive: closing, what is kept, what can no longer be changed, what comes late."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from openpyxl import load_workbook

from analytics.archive import automatic_closing, checklist
from analytics.archive.closing import archive_of, folder, request_closing
from analytics.archive.supplements import add_supplement, late_of
from analytics.archive.verify import differences
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Archive, ArchiveRow, Supplement
from analytics.rollups.freshness import refresh
from analytics.rollups.lookup import figures_by_month
from approvals.models import Amendment, ShortClosing
from billing.models import Receipt
from billing.receipts import record_receipt
from core import periods, protections
from core.jobs import runner, table
from core.models import ClosedMonth, Job, PolicyValue
from core.workflow import take
from fulfilment.statuses import ShipmentStatus
from orders.models import Order, OrderLine
from orders.statuses import Status
from tests.factories import CustomerFactory, make_amendment, make_order, make_shipment, released_order
from tests.roles import as_owner

pytestmark = pytest.mark.django_db
MONTH = Month.current().shifted(-1)
DAY = MONTH.first + timedelta(days=9)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def booked():
    """An approved order of last month."""
    return make_order(status=Status.APPROVED, order_date=DAY)


def close(month=MONTH, by=None) -> Archive:
    job = request_closing(month=month, by=by)
    runner.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error_sentence
    return archive_of(month)


def receive(order, amount, finance, on=DAY):
    return record_receipt(
        order=order, amount=Decimal(amount), received_on=on, method=Receipt.Method.TRANSFER, by=finance
    )


def refused():
    """A guard's refusal, which leaves the test's own transaction whole."""
    return pytest.raises(DatabaseError, match="guard")


# ---- closing ---------------------------------------------------------------------------------------------------------


def test_closing_keeps_counts_totals_and_hash(booked, finance):
    receive(booked, "1000.00", finance)
    make_order(status=Status.APPROVED, order_date=timezone.localdate())
    archive = close(by=finance)
    assert archive.counts["orders"] == archive.counts["lines"] == archive.counts["receipts"] == 1
    assert archive.totals["orders"]["net"] == "10000.00"
    assert archive.totals["receipts"] == {"amount": "1000.00"}
    assert len(archive.content_hash) == 64
    assert archive.period.closed_by == finance
    assert list(differences(archive)) == []


def test_a_month_that_runs_is_not_closed():
    with pytest.raises(ValidationError):
        request_closing(month=Month.current(), by=None)
    with pytest.raises(ValidationError):
        periods.close_month(month=timezone.localdate(), by=None)


def test_the_same_month_asked_for_twice_is_one_job_and_one_archive(booked, finance):
    assert request_closing(month=MONTH, by=finance) == request_closing(month=MONTH, by=finance)
    archive = close()
    assert runner.run_due() == 0
    again = table.enqueue("archive_month", owner=None, arguments={"month": str(MONTH)})
    runner.run_job(again.pk)
    assert archive_of(MONTH) == archive
    assert Archive.objects.count() == ClosedMonth.objects.count() == 1
    assert len(list(folder().iterdir())) == 1
    with pytest.raises(ValidationError):
        request_closing(month=MONTH, by=finance)


def test_an_empty_month_has_an_archive_too():
    PolicyValue.objects.create(key=automatic_closing.OPENING_MONTH, value=str(MONTH.year * 100 + MONTH.month))
    archive = close()
    assert archive.count_of("orders") == 0
    assert list(differences(archive)) == []


def test_the_same_rows_have_the_same_hash_in_every_database(finance):
    """A literal hash: what SQLite and PostgreSQL keep of the same month is the same, and it is so next year too."""
    archive = fixed_month(finance)
    rows = {key: list(archive.rows_of(key).values_list("content", flat=True)) for key in ("orders", "lines")}
    assert rows["lines"] == [LINE]
    assert archive.content_hash == FIXED_HASH


def fixed_month(finance) -> Archive:
    day = date(2025, 3, 10)
    customer = CustomerFactory(
        number="C2025001", name="固定有限公司", short_name="固定", owner__name="固定人", team=None
    )
    order = make_order(
        customer=customer, order_date=day, lines=[("固定件", "2.5", "99.990000")], number="202503固定001"
    )
    at = datetime(2025, 3, 11, 2, 30, tzinfo=UTC)
    Order.objects.filter(pk=order.pk).update(
        approved_at=at, booking_date=day, first_promised_date=day, grade="A", province="云汀省", status="approved"
    )
    receive(order, "100.00", finance, on=day)
    return close(Month(2025, 3))


LINE = (
    '{"category":null,"discount":"0.00","name":"固定件","net":"249.98","order":"202503固定001","position":1,'
    '"product":null,"quantity":"2.500","signed_off_on":null,"specification":"","tax":"32.50","tax_rate":"13.00",'
    '"unit":"台","unit_price":"99.990000"}'
)
FIXED_HASH = "ca132b40bd2f2d1c4fe07609c020c60015bdfe3dbfdcbdd264dc1da462e3761e"


def test_what_a_killed_attempt_left_does_not_count(booked):
    period = periods.close_month(month=MONTH.first, by=None)
    ArchiveRow.objects.create(period=period, section="orders", position=1, subject_id=1, content="{}")
    (folder() / f"{MONTH}-killed.xlsx").write_text("half")
    archive = close()
    assert archive.count_of("orders") == archive.rows_of("orders").count() == 1
    assert [path.name for path in folder().iterdir()] == [archive.workbook_name]
    assert list(differences(archive)) == []


# ---- what is booked when ---------------------------------------------------------------------------------------------


def test_an_order_approved_after_the_closing_is_booked_in_the_next_open_month(finance):
    waiting = make_order(status=Status.FINANCE_REVIEW, order_date=DAY)
    receive(waiting, "3390.00", finance, on=timezone.localdate())
    close()
    take(waiting, "finance_approve", by=finance)
    assert waiting.booking_date == Month.current().first
    assert waiting.order_date == DAY


def test_a_day_is_known_to_lie_in_a_closed_month(booked):
    days = (timezone.localdate(), DAY)
    assert periods.closed_among(days) == []
    close()
    assert periods.closed_among(days) == [MONTH.first]


def test_nothing_is_booked_in_a_closed_month(booked):
    draft = make_order(order_date=DAY)
    close()
    with refused(), transaction.atomic():
        Order.objects.filter(pk=draft.pk).update(booking_date=DAY)
    with refused(), transaction.atomic():
        Order.objects.filter(pk=draft.pk).update(booking_date=DAY, approved_at=timezone.now())


def test_booked_amounts_never_change_but_the_order_lives_on(booked, finance):
    close()
    with refused(), transaction.atomic():
        Order.objects.filter(pk=booked.pk).update(net_total=1, tax_total=0, gross_total=1)
    receive(booked, "500.00", finance, on=timezone.localdate())
    booked.refresh_from_db()
    assert booked.received_total == Decimal("500.00")


def test_an_archive_and_its_rows_are_never_changed(booked, finance):
    archive = close()
    row = archive.rows_of("orders").get()
    for rows, change in (
        (Archive.objects.filter(pk=archive.pk), {"content_hash": "0" * 64}),
        (ArchiveRow.objects.filter(pk=row.pk), {"content": "{}"}),
        (ClosedMonth.objects.filter(pk=archive.period_id), {"closed_by": finance}),
    ):
        with refused(), transaction.atomic():
            rows.update(**change)
        with refused(), transaction.atomic():
            rows._raw_delete(rows.db)
    with refused(), transaction.atomic():
        ArchiveRow.objects.create(period=archive.period, section="orders", position=9, subject_id=1, content="{}")


# ---- later -----------------------------------------------------------------------------------------------------------


def test_a_later_cancellation_is_an_adjustment_of_its_own_month(booked, manager):
    """Booked two months ago and archived, cancelled last month: last month's archive says so, the older one stays."""
    older = MONTH.shifted(-1)
    order = make_order(status=Status.APPROVED, order_date=older.first)
    before = close(older).content_hash
    Order.objects.filter(pk=order.pk).update(
        status=Status.CANCELLED, status_since=timezone.make_aware(datetime.combine(DAY, datetime.min.time()))
    )
    archive = close()
    assert archive.counts.get("adjustments") == 1
    assert archive.totals["adjustments"] == {"net": "10000.00"}
    assert archive_of(older).content_hash == before
    assert list(differences(archive_of(older))) == []


def test_what_lapses_later_is_an_adjustment_of_its_own_month(manager):
    """Booked two months ago and archived, closed short last month; the month before stays as it was archived."""
    older = MONTH.shifted(-1)
    customer = CustomerFactory(owner__team=manager.team)
    order, same_month = (released_order(customer=customer, order_date=month.first) for month in (older, MONTH))
    before = close(older).content_hash
    for each in (order, same_month):
        make_shipment(each, status=ShipmentStatus.SIGNED_OFF, parts=[4])
        take(each, "close_short", by=manager, note="客户不再要其余")
    protections.drop_all()
    ShortClosing.objects.update(at=timezone.make_aware(datetime.combine(DAY, datetime.min.time())))
    protections.create_all()
    archive = close()
    assert (archive.counts.get("short_closings"), archive.totals["short_closings"]) == (1, {"net": "6000.00"})
    assert archive_of(older).content_hash == before
    assert list(differences(archive_of(older))) == []


def test_an_amendment_is_an_adjustment_of_the_month_in_which_it_came_into_force(manager):
    """Booked two months ago and archived, amended last month; the month before stays as it was archived."""
    older = MONTH.shifted(-1)
    customer = CustomerFactory(owner__team=manager.team)
    order, same_month = (released_order(customer=customer, order_date=month.first) for month in (older, MONTH))
    before = close(older).content_hash
    for each in (order, same_month):
        amendment = make_amendment(each, quantity=4)
        take(amendment, "propose_to_manager", by=each.rep)
        take(amendment, "manager_accept", by=manager, answers={"override-date": "已与客户说好"})
    protections.drop_all()
    Amendment.objects.update(accepted_at=timezone.make_aware(datetime.combine(DAY, datetime.min.time())))
    protections.create_all()
    archive = close()
    assert (archive.counts.get("amendments"), archive.totals["amendments"]) == (1, {"net": "-6000.00"})
    assert archive_of(older).content_hash == before
    assert list(differences(archive_of(older))) == []


def test_open_orders_are_carried_over(booked):
    assert close().counts["open"] == 1


def test_what_came_late_goes_into_a_numbered_supplement(booked, finance):
    archive = close()
    with pytest.raises(ValidationError):
        add_supplement(archive=archive, note="nothing came", by=finance)
    receive(booked, "500.00", finance)
    assert list(late_of(archive)) == ["receipts"]
    with pytest.raises(ValidationError):
        add_supplement(archive=archive, note=" ", by=finance)
    first = add_supplement(archive=archive, note="漏记的回单", by=finance)
    assert late_of(archive) == {}
    make_shipment(booked, status="shipped", shipped_on=DAY)
    second = add_supplement(archive=archive, note="漏记的发货", by=finance)
    assert (first.number, second.number) == (1, 2)
    assert list(differences(archive)) == []
    with refused(), transaction.atomic():
        Supplement.objects.filter(pk=first.pk).update(note="x")


# ---- verify ----------------------------------------------------------------------------------------------------------


def without_guard(name):
    with as_owner(), connection.cursor() as cursor:
        table_of = {"guard_archiverow_update": "analytics_archiverow"}[name]
        cursor.execute(
            f"DROP TRIGGER {name} ON {table_of}" if connection.vendor == "postgresql" else f"DROP TRIGGER {name}"
        )


def test_a_changed_row_is_noticed_and_the_command_fails(booked):
    archive = close()
    call_command("verify_archive", str(MONTH))
    without_guard("guard_archiverow_update")
    archive.rows_of("orders").update(content='{"net":"1.00","tax":"0.00","gross":"1.00","received":"0.00"}')
    assert len(list(differences(archive))) > 2
    with pytest.raises(CommandError):
        call_command("verify_archive", str(MONTH))


def test_a_changed_or_lost_workbook_is_noticed(booked):
    archive = close()
    path = folder() / archive.workbook_name
    path.write_bytes(path.read_bytes() + b"x")
    assert len(list(differences(archive))) == 1
    path.unlink()
    assert len(list(differences(archive))) == 1


def test_the_command_closes_and_running_it_again_says_the_same(booked, capsys):
    call_command("archive_month", str(MONTH))
    first = capsys.readouterr().out
    call_command("archive_month", str(MONTH))
    assert capsys.readouterr().out == first
    assert archive_of(MONTH).content_hash in first
    for wrong in (str(Month.current()), "2026-13"):
        with pytest.raises(CommandError):
            call_command("archive_month", wrong)


def test_the_workbook_has_cover_sections_figures_and_charts(booked, finance):
    receive(booked, "1000.00", finance)
    archive = close()
    book = load_workbook(folder() / archive.workbook_name)
    texts = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert archive.content_hash in texts
    assert len(book.worksheets) == 14
    assert book["订单"]["A2"].value == booked.number
    assert len(book.worksheets[2]._charts) == 4


# ---- the checklist ---------------------------------------------------------------------------------------------------


def test_the_checklist_names_what_is_not_in_order(finance):
    assert checklist.examine(MONTH) == []
    make_order(order_date=DAY)
    incomplete = CustomerFactory(industry="")
    late = make_order(customer=incomplete, status=Status.APPROVED, order_date=DAY, promised_date=MONTH.last)
    make_shipment(late, status="shipped", shipped_on=DAY, expected_on=DAY)
    Receipt.objects.create(customer=incomplete, received_on=DAY, amount="5.00", rest="5.00", recorded_by=finance)
    found = {finding.check.code: finding for finding in checklist.examine(MONTH)}
    assert {code: finding.count for code, finding in found.items()} == {
        "late_orders": 1,
        "drafts": 1,
        "files": 1,
        "receipts": 1,
        "shipments": 1,
    }
    assert found["files"].records == [incomplete]
    archive = close()
    assert {problem["code"]: problem["count"] for problem in archive.problems} == dict.fromkeys(found, 1)


def test_lines_of_an_archived_order_stay_what_they_were(booked):
    close()
    with refused(), transaction.atomic():
        OrderLine.objects.filter(order=booked).update(net_amount=1)


def test_figures_that_were_stale_when_the_month_was_closed_are_counted_before_they_are_kept(booked):
    """Closing for booking comes first, counting after it, and only the archive makes the count final."""
    refresh()
    another = make_order(status=Status.APPROVED, order_date=DAY)
    periods.close_month(month=MONTH.first, by=None)
    archive = close()
    rows = map(json.loads, archive.rows_of("figures").values_list("content", flat=True))
    kept = {row["figure"]: row["value"] for row in rows}
    assert (kept["order_count"], kept["order_total"]) == ("2", "20000.00")
    Order.objects.filter(pk=another.pk).update(status=Status.CANCELLED, status_since=timezone.now())
    refresh()
    assert figures_by_month(Segment(), [MONTH])[MONTH].order_count == 2
