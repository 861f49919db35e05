"""The signed report stands with the month's archive, whichever came first, and every change of it is noticed."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from analytics.archive.closing import archive_of, request_closing
from analytics.archive.signed_report import content_of, keep_missing_reports
from analytics.archive.verify import differences
from analytics.figures.months import Month
from analytics.models import Report, SignedReport
from analytics.report import services
from analytics.report.jobs import request_report
from core import registries
from core.events import timeline_of
from core.jobs import runner
from orders.statuses import Status
from tests.factories import make_order
from tests.roles import as_owner

pytestmark = pytest.mark.django_db
MONTH = Month.current().shifted(-1)
PAGE = f"/archive/{MONTH}/"


@pytest.fixture(autouse=True)
def _an_order():
    make_order(status=Status.APPROVED, order_date=MONTH.first + timedelta(days=3))


def close():
    runner.run_job(request_closing(month=MONTH, by=None).pk)
    return archive_of(MONTH)


def write(finance) -> Report:
    runner.run_job(request_report(month=MONTH, by=finance).pk)
    return services.report_of(MONTH)


def sign(finance) -> Report:
    report = write(finance)
    return services.save_and_sign(
        report=report, summary="交付平稳", comments={}, version=report.version, sign=True, by=finance
    )


def without_guard(name, table):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def test_a_report_signed_before_the_closing_is_kept_with_the_archive(finance):
    report = sign(finance)
    archive = close()
    kept = archive.signed_report
    assert kept.content_hash == report.signed_hash
    assert content_of(kept)["summary"] == "交付平稳"
    assert content_of(kept)["content"]["figures"] == report.content["figures"]
    assert list(differences(archive)) == []


def test_a_report_signed_after_the_closing_is_kept_as_well(finance):
    archive = close()
    report = write(finance)
    assert not SignedReport.objects.exists()
    report = sign(finance)
    assert archive.signed_report.content_hash == report.signed_hash
    assert list(differences(archive)) == []
    assert report.signed_name in timeline_of(archive.period)[0].sentence


def test_a_report_without_a_signature_is_not_kept(finance):
    write(finance)
    assert list(differences(close())) == []
    assert not SignedReport.objects.exists()


def test_a_copy_that_is_missing_is_noticed_and_made_within_the_hour(finance):
    sign(finance)
    archive = close()
    without_guard("guard_analytics_signedreport_no_delete", "analytics_signedreport")
    SignedReport.objects.all().delete()
    assert len(list(differences(archive))) == 1
    assert keep_missing_reports in registries.hourly
    keep_missing_reports()
    keep_missing_reports()
    assert list(differences(archive)) == []


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_touch_what_is_kept(finance, change):
    sign(finance)
    close()
    rows = SignedReport.objects.all()
    with pytest.raises(DatabaseError, match="guard"), transaction.atomic():
        rows.update(content="{}") if change == "update" else rows._raw_delete(rows.db)


def test_changed_words_are_noticed_by_command_and_page(finance, as_finance):
    report = sign(finance)
    archive = close()
    call_command("verify_archive", str(MONTH))
    without_guard("guard_report_signed_update", "analytics_report")
    Report.objects.filter(pk=report.pk).update(summary="交付极好")
    assert len(list(differences(archive))) == 1
    with pytest.raises(CommandError):
        call_command("verify_archive", str(MONTH))
    page = as_finance.post(f"{PAGE}verify/", follow=True).content.decode()
    assert next(iter(differences(archive))) in page
    assert "交付平稳" in page


def test_a_changed_copy_is_noticed(finance):
    sign(finance)
    archive = close()
    without_guard("guard_analytics_signedreport_no_update", "analytics_signedreport")
    words = content_of(archive.signed_report) | {"summary": "交付极好"}
    SignedReport.objects.update(content=json.dumps(words))
    assert len(list(differences(archive))) == 2


def test_the_archive_s_page_shows_the_words_and_leads_to_report_and_excel(finance, as_finance):
    close()
    assert "archive-report-excel" not in as_finance.get(PAGE).content.decode()
    report = sign(finance)
    page = as_finance.get(PAGE).content.decode()
    assert "交付平稳" in page
    assert report.signed_hash in page
    assert f"/analytics/{MONTH}/report/excel/" in page
