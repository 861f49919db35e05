"""Files, triggers, closed months and their figures."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from analytics.archive.closing import archive_of, folder, request_closing
from analytics.figures.months import Month
from analytics.models import BookedRollUp, MonthCount, Report
from analytics.rollups.freshness import refresh
from core import protections
from core.files import location_of, store_file
from core.jobs import files, runner
from core.models import Attachment, ImportRun, Job
from orders.statuses import Status
from tests.breakers.kit import (
    PDF,
    breaks,
    closed_month,
    damage,
)
from tests.factories import (
    UserFactory,
    make_order,
)


@breaks("protections")
def no_triggers():
    yield
    protections.drop_all()


def attached() -> Path:
    order = make_order()
    store_file(subject=order, upload=SimpleUploadedFile("a.pdf", PDF), purpose="test", by=order.rep)
    return location_of(Attachment.objects.get())


@breaks("files")
def a_file_with_another_content():
    path = attached()
    yield
    path.write_bytes(b"something else")


@breaks("files")
def a_file_that_is_gone():
    path = attached()
    yield
    path.unlink()


def brought() -> Path:
    path = Path(settings.MEDIA_ROOT) / "imports" / "one"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    known = {"kind": "orders", "name": "a.xlsx", "sha256": empty, "brought_by": UserFactory()}
    ImportRun.objects.create(path="imports/one", **known)
    # No longer kept: one is tidied away already, the other will be.
    ImportRun.objects.create(path="", **known)
    ImportRun.objects.create(path="imports/two", brought_at=timezone.now() - timedelta(days=8), **known)
    return path


@breaks("uploads")
def a_workbook_with_another_content():
    path = brought()
    yield
    path.write_bytes(b"something else")


@breaks("uploads")
def a_workbook_that_is_gone():
    path = brought()
    yield
    path.unlink()


@breaks("results")
def a_result_that_is_gone():
    path = files.folder() / "1-one.xlsx"
    path.write_bytes(b"")
    tomorrow, past = timezone.now() + timedelta(days=1), timezone.now() - timedelta(days=1)
    Job.objects.create(kind="export", state=Job.State.DONE, result_file=path.name, expires_at=tomorrow)
    Job.objects.create(kind="export", state=Job.State.DONE, result_file="2-two.xlsx", expires_at=past)
    Job.objects.create(kind="export", state=Job.State.DONE, expires_at=tomorrow)
    yield
    path.unlink()


@breaks("closed months")
def a_closed_month_that_ends_too_early():
    month = closed_month()
    yield
    damage(month, last_day=month.last_day - timedelta(days=1))


@breaks("closed months")
def a_month_closed_before_it_was_over():
    month = closed_month()
    yield
    damage(month, closed_at=timezone.now() - timedelta(days=40))


def archived() -> Month:
    month = Month.current().shifted(-1)
    make_order(status=Status.APPROVED, order_date=month.first)
    runner.run_job(request_closing(month=month, by=None).pk)
    return month


@breaks("archives")
def an_archive_without_its_workbook():
    month = archived()
    yield
    (folder() / archive_of(month).workbook_name).unlink()


@breaks("archives")
def an_archive_with_other_rows():
    archive = archive_of(archived())
    yield
    damage(archive.rows_of("figures").first(), content="{}")


@breaks("archives")
def an_archive_with_another_hash():
    archive = archive_of(archived())
    yield
    damage(archive, content_hash="0" * 64)


@breaks("roll-ups")
def a_figure_that_nobody_counted():
    make_order(status=Status.APPROVED)
    refresh()
    yield
    BookedRollUp.objects.update(net_total=1)


@breaks("roll-ups")
def a_month_that_nobody_noted():
    make_order(status=Status.APPROVED)
    refresh()
    yield
    BookedRollUp.objects.all().delete()
    MonthCount.objects.filter(family="booked").delete()


@breaks("roll-ups")
def figures_of_a_month_without_orders():
    long_ago = Month.current().shifted(-99).first
    MonthCount.objects.create(family="booked", month=long_ago, stale=False, settled=True)
    make_order(status=Status.APPROVED)
    refresh()
    yield
    figures = {"orders": 1, "net_total": 1, "net_of_a": 0}
    BookedRollUp.objects.create(month=long_ago, scope="all", scope_id=0, **figures)


@breaks("roll-ups")
def a_change_that_no_trigger_noted():
    order = make_order(status=Status.APPROVED)
    refresh()
    yield
    damage(order, net_total=1, gross_total=1 + order.tax_total)


@breaks("reports")
def a_signed_report_with_other_words():
    yield
    Report.objects.create(
        month=Month.current().shifted(-1).first,
        content={},
        written_at=timezone.now(),
        summary="被改过",
        signed_by=UserFactory(),
        signed_name="王丽",
        signed_at=timezone.now(),
        signed_hash="0" * 64,
    )
