"""Archive, export and report made by a real worker, on both brokers, and opened by another program than the one that
wrote them (LibreOffice, where there is one)."""

import shutil
import subprocess
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from analytics.archive.closing import archive_of, folder, request_closing
from analytics.archive.verify import differences
from analytics.figures.months import Month
from analytics.report.export import request_workbook
from analytics.report.jobs import request_report
from core.exports import request_export
from core.jobs import files
from core.models import Company, Job
from core.tests.test_kills import POSTGRES, database, environment, over, redis, running  # noqa: F401
from orders.statuses import Status
from tests.factories import CustomerFactory, UserFactory, make_order
from tests.processes import eventually

pytestmark = [pytest.mark.kill, *([pytest.mark.django_db(transaction=True)] if POSTGRES else [])]
MONTH = Month.current().shifted(-1)
HOUSE = "云汀电气有限公司"


def some_orders():
    Company.objects.create(name=HOUSE)
    customer = CustomerFactory(name="白鹭青麦自动化有限公司", short_name="青麦")
    for day in range(5):
        make_order(customer=customer, status=Status.APPROVED, order_date=MONTH.first + timedelta(days=day))


def done(*jobs):
    """The jobs, once the worker is through with them."""
    assert eventually(lambda: over(*jobs))
    for job in jobs:
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.error_sentence
    return jobs


def on_paper(path, target):
    """What stands on the printed sheets of a workbook; None without LibreOffice."""
    if not shutil.which("soffice") or not shutil.which("pdftotext"):
        return None
    office = ["soffice", f"-env:UserInstallation=file://{target}/office", "--headless", "--convert-to", "pdf"]
    subprocess.run([*office, "--outdir", str(target), str(path)], check=True, capture_output=True, timeout=120)
    printed = target / f"{path.stem}.pdf"
    return subprocess.run(
        ["pdftotext", "-layout", str(printed), "-"], check=True, capture_output=True, text=True
    ).stdout


def test_archive_export_and_report_come_from_a_real_worker_and_open_elsewhere(
    environment,  # noqa: F811
    settings,
    tmp_path,
):
    settings.MEDIA_ROOT = environment["MEDIA_ROOT"]
    some_orders()
    finance = UserFactory(username="finance", name="周敏", role="finance")
    with running(environment):
        asked = request_closing(month=MONTH, by=finance), request_export("orders", query="", by=finance)
        _closing, export, _report = done(*asked, request_report(month=MONTH, by=finance))
        (excel,) = done(request_workbook(month=MONTH, by=finance))
    archive = archive_of(MONTH)
    assert list(differences(archive)) == []
    expected = {
        folder() / archive.workbook_name: (HOUSE, archive.content_hash[:40], "白鹭青麦自动化有限公司"),
        files.path_of(export): ("青麦", "周敏"),
        files.path_of(excel): (HOUSE, "订单总额"),
    }
    for path, words in expected.items():
        assert load_workbook(path).worksheets
        text = on_paper(path, tmp_path)
        assert text is None or [word for word in words if word not in text.replace("\n", "")] == []
