"""The report's pages: who reads, writes and signs; what paper and workbook say."""

import html
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from analytics.figures.months import Month
from analytics.models import Report
from analytics.report import services
from analytics.report.jobs import request_report
from analytics.rights import READS_ALL_TEAMS
from core.jobs import runner
from core.models import Job, Message, PolicyValue
from core.sentences import translated
from orders.statuses import Status
from tests.factories import ProductFactory, make_order

pytestmark = pytest.mark.django_db
MONTH = Month.current().shifted(-1)
PAGE = f"/analytics/{MONTH}/report/"


@pytest.fixture
def late_order():
    lines = [(ProductFactory(), 1, "1000")] * 5
    day = MONTH.first + timedelta(days=9)
    return make_order(status=Status.APPROVED, order_date=day, promised_date=day + timedelta(days=5), lines=lines)


@pytest.fixture
def report(late_order, finance) -> Report:
    runner.run_job(request_report(month=MONTH, by=finance).pk)
    return services.report_of(MONTH)


def typed(report, **more) -> dict:
    return {"version": report.version, "summary": "本月交期偏慢", **more}


def test_before_it_is_written_the_page_offers_to_write_it(as_manager, as_admin, late_order):
    assert "report-write" in as_manager.get(PAGE).content.decode()
    assert "report-write" not in as_admin.get(PAGE).content.decode()
    assert as_manager.get(f"{PAGE}print/").status_code == 404


def test_asking_for_it_leads_to_the_job(as_manager, late_order):
    response = as_manager.post(f"{PAGE}write/")
    assert (response.status_code, response.url) == (303, Job.objects.get().get_absolute_url())


def test_the_page_shows_figures_and_findings_with_the_rows_behind(as_finance, report, late_order):
    page = as_finance.get(PAGE).content.decode()
    assert "控制柜" in page
    assert "100.0%" in page
    assert f'href="/orders/{late_order.pk}/"' in page
    assert "of=late" in page


def test_a_manager_reads_nothing_of_another_teams_findings(as_manager, report, late_order):
    page = as_manager.get(PAGE).content.decode()
    assert late_order.number not in page
    assert f'href="/orders/{late_order.pk}/"' not in page


@pytest.mark.parametrize("who", ["as_rep", "as_operations", "as_service"])
def test_others_do_not_read_it(request, who, report):
    client = request.getfixturevalue(who)
    assert [client.get(PAGE + path).status_code for path in ("", "print/")] == [403, 403]
    assert client.post(f"{PAGE}excel/").status_code == 403


def test_an_admin_reads_but_does_not_write(as_admin, report):
    assert 'name="summary"' not in as_admin.get(PAGE).content.decode()
    assert as_admin.post(f"{PAGE}words/", typed(report)).status_code == 403


def test_words_and_comments_are_kept(as_finance, report):
    key = report.content["findings"][0]["key"]
    assert as_finance.post(f"{PAGE}words/", typed(report, **{f"comment-{key}": "供应商停产"})).status_code == 303
    report.refresh_from_db()
    assert (report.summary, report.comments) == ("本月交期偏慢", {key: "供应商停产"})
    assert not report.is_signed


def test_signing_keeps_the_words_and_closes_the_boxes(as_finance, report):
    assert as_finance.post(f"{PAGE}words/", typed(report, sign="1")).status_code == 303
    report.refresh_from_db()
    assert (report.summary, report.signed_name) == ("本月交期偏慢", "周敏")
    page = as_finance.get(PAGE).content.decode()
    assert report.signed_hash in page
    assert "<textarea" not in page
    assert "report-write" not in page


def test_signing_without_a_summary_says_so_and_keeps_the_comment(as_finance, report):
    key = report.content["findings"][0]["key"]
    answer = as_finance.post(
        f"{PAGE}words/", {"version": report.version, "summary": "", "sign": "1", f"comment-{key}": "供应商停产"}
    )
    assert answer.status_code == 422
    assert "供应商停产" in answer.content.decode()
    report.refresh_from_db()
    assert report.comments == {}


def test_who_saves_over_somebody_elses_words_sees_both(as_finance, as_manager, report):
    PolicyValue.objects.create(key=READS_ALL_TEAMS, value="true")
    assert as_manager.post(f"{PAGE}words/", typed(report, summary="主管的说法")).status_code == 303
    answer = as_finance.post(f"{PAGE}words/", typed(report, summary="财务的说法"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "主管的说法" in page
    assert "财务的说法" in page


def test_paper_says_that_it_is_not_signed_yet(as_finance, report):
    page = as_finance.get(f"{PAGE}print/").content.decode()
    assert "sheet-mark" in page
    as_finance.post(f"{PAGE}words/", typed(report, sign="1"))
    page = as_finance.get(f"{PAGE}print/").content.decode()
    assert "sheet-mark" not in page
    assert "周敏" in page


def test_the_workbook_has_words_figures_and_findings(as_finance, report, late_order):
    as_finance.post(f"{PAGE}words/", typed(report, sign="1"))
    cover, figures, findings = ([list(row) for row in sheet.values] for sheet in workbook_from(as_finance).worksheets)
    assert ["本月交期偏慢"] in [row[1:] for row in cover]
    assert 5000 in [row[2] for row in figures]
    assert late_order.number in [row[4] for row in findings]


def workbook_from(client):
    """Asks for the Excel file, lets the worker make it, and downloads it from the job."""
    page = client.post(f"{PAGE}excel/").url
    runner.run_due()
    return load_workbook(BytesIO(b"".join(client.get(f"{page}download/").streaming_content)))


def test_the_workbook_is_a_job_with_rows_counted_a_month_s_keeping_and_a_message(as_finance, report, finance):
    assert as_finance.post(f"{PAGE}excel/").url == as_finance.post(f"{PAGE}excel/").url
    runner.run_due()
    job = Job.objects.get(kind="report_excel")
    rows = job.outcome["values"]["rows"]
    assert (job.state, job.progress_done, job.progress_total) == (Job.State.DONE, rows, rows)
    assert rows > len(report.content["figures"])
    assert (job.expires_at - job.finished_at).days >= 29
    assert str(MONTH) in job.result_name
    assert Message.objects.filter(user=finance, url=job.get_absolute_url()).exists()


def test_the_workbook_is_for_who_asked_and_only_while_they_may_read_it(as_finance, as_manager, report, finance):
    as_finance.post(f"{PAGE}excel/")
    runner.run_due()
    job = Job.objects.get(kind="report_excel")
    assert as_manager.get(f"{job.get_absolute_url()}download/").status_code == 404
    finance.role = "operations"
    finance.save()
    assert as_finance.get(f"{job.get_absolute_url()}download/").status_code == 403


def test_who_lost_the_right_before_the_worker_came_gets_no_workbook(as_finance, report, finance):
    as_finance.post(f"{PAGE}excel/")
    finance.role = "operations"
    finance.save()
    runner.run_due()
    job = Job.objects.get(kind="report_excel")
    assert (job.state, job.result_file) == (Job.State.FAILED, "")


def test_a_cancelled_workbook_is_not_made(as_finance, report):
    page = as_finance.post(f"{PAGE}excel/").url
    assert as_finance.post(f"{page}cancel/").status_code == 303
    runner.run_due()
    job = Job.objects.get(kind="report_excel")
    assert (job.state, job.result_file) == (Job.State.CANCELLED, "")


def test_a_report_that_changed_meanwhile_is_another_workbook(as_finance, report):
    first = as_finance.post(f"{PAGE}excel/").url
    as_finance.post(f"{PAGE}words/", typed(report))
    assert as_finance.post(f"{PAGE}excel/").url != first


def test_a_month_that_is_none_is_not_found(as_finance):
    assert as_finance.get("/analytics/2026-13/report/").status_code == 404


def test_the_dashboard_names_the_findings_to_those_who_read_reports(as_finance, as_rep, report, late_order):
    address = f"/analytics/{MONTH}/"
    text = as_finance.get(address).content.decode()
    assert 'id="headlines"' in text
    assert translated(report.content["findings"][0]["text"]) in html.unescape(text)
    assert 'id="headlines"' not in as_rep.get(address).content.decode()
    assert 'id="headlines"' not in as_finance.get(address, {"by": "category"}).content.decode()
