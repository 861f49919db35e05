"""Every kind of job there is, called three times and by eight threads, leaves what one call does; on PostgreSQL."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from analytics.archive.closing import request_closing
from analytics.figures.months import Month
from analytics.report.export import request_workbook
from analytics.report.jobs import request_report
from analytics.rollups.jobs import request_refresh
from core import protections, registries
from core.exports import request_export
from core.history_check import request_check
from core.imports import store
from core.jobs import runner
from core.jobs.table import enqueue
from core.models import ImportRun, Job
from grading.jobs import KIND
from grading.target import quarter_of
from orders.statuses import Status
from tests.factories import TeamFactory, UserFactory, make_order
from tests.races import at_once
from tests.roles import as_owner
from tests.workbooks import table, upload, workbook

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
EIGHT = 8
MONTH = Month.current().shifted(-1)
CUSTOMERS = [{"客户名称": f"云汀第{n}水务有限公司"} for n in range(30)]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def brought(owner) -> ImportRun:
    content = workbook(table(["客户名称"], *CUSTOMERS))
    return store.bring(kind=registries.import_kinds["customers"], upload=upload(content), by=owner)


def checked_import(owner) -> Job:
    run = brought(owner)
    runner.run_job(run.check_job_id)
    return store.confirm(run=run)


def report_as_excel(owner) -> Job:
    runner.run_job(request_report(month=MONTH, by=owner).pk)
    return request_workbook(month=MONTH, by=owner)


def regrading_asked_for() -> Job:
    quarter = quarter_of(timezone.localdate())
    make_order(status=Status.COMPLETED, order_date=quarter - timedelta(days=30), lines=[("柜", 1, "200000")])
    return enqueue(KIND, owner=None, arguments={"quarter": quarter.isoformat()}, unique_key=quarter.isoformat())


EVERY_KIND = {
    "export": lambda owner: request_export("products", query="", by=owner),
    "import": checked_import,
    "import.check": lambda owner: brought(owner).check_job,
    "regrade": lambda owner: regrading_asked_for(),
    "rollups": lambda owner: request_refresh(),
    "report": lambda owner: request_report(month=MONTH, by=owner),
    "report_excel": report_as_excel,
    "archive_month": lambda owner: request_closing(month=MONTH, by=owner),
    "history_check": lambda owner: request_check(by=owner),
}


def test_every_kind_is_tried_here():
    assert {key for key in registries.job_kinds if not key.startswith("sample.")} == set(EVERY_KIND)


def asked_for(kind) -> Job:
    """The same little world each time, and a job of the kind in it."""
    owner = UserFactory(username="owner", role="manager", team=TeamFactory())
    for day in (1, 9):
        make_order(status=Status.APPROVED, order_date=MONTH.first + timedelta(days=day))
    return EVERY_KIND[kind](owner)


def left(job, folder) -> dict:
    """How many rows of everything there are, how many files, and how the job ended; ids are others each time."""
    job.refresh_from_db()
    rows = {model._meta.label: model._base_manager.count() for model in apps.get_models()}
    files = sum(path.is_file() for path in Path(folder).rglob("*"))
    said = {name: value for name, value in job.outcome.get("values", {}).items() if name != "rights"}
    return {**rows, "files": files, "job": (job.state, job.attempts, job.outcome.get("text"), said)}


def begin_again():
    protections.drop_all()
    with as_owner():
        call_command("flush", interactive=False, verbosity=0)
    protections.create_all()


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_each_kind_called_three_times_and_by_eight_threads_leaves_what_one_call_does(kind, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "once"
    job = asked_for(kind)
    assert runner.run_job(job.pk)
    once = left(job, settings.MEDIA_ROOT)
    begin_again()
    settings.MEDIA_ROOT = tmp_path / "often"
    job = asked_for(kind)
    outcomes = at_once(*[lambda: runner.run_job(job.pk)] * EIGHT)
    assert [outcome.result for outcome in outcomes].count(True) == 1
    assert [runner.run_job(job.pk) for _ in range(3)] == [False] * 3
    assert left(job, settings.MEDIA_ROOT) == once
    assert once["job"][:2] == (Job.State.DONE, 1)


@pytest.mark.parametrize("kind", ["archive_month", "report", "rollups"])
def test_one_that_is_asked_for_again_after_it_was_done_changes_nothing(kind, settings, tmp_path):
    """As a worker would that had committed and died before anybody heard of it: the same work once more."""
    job = asked_for(kind)
    runner.run_job(job.pk)
    once = left(job, settings.MEDIA_ROOT)
    again = Job.objects.create(kind=kind, owner=job.owner, arguments=job.arguments)
    runner.run_job(again.pk)
    now = left(job, settings.MEDIA_ROOT)
    again.refresh_from_db()
    assert again.state == Job.State.DONE
    told = {"core.Job", "core.Message", "core.Event"}
    assert {key: n for key, n in now.items() if key not in told} == {k: n for k, n in once.items() if k not in told}
