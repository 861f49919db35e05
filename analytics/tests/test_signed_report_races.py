"""A report signed in the instant in which its month is archived is kept with the archive; on PostgreSQL."""

import time

import pytest
from django.db import transaction

from analytics.archive import closing
from analytics.figures.months import Month
from analytics.models import SignedReport
from analytics.report import services
from analytics.report.jobs import request_report
from core.jobs import runner, table
from core.jobs.context import Context
from tests.factories import UserFactory, make_order
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MONTH = Month.current().shifted(-1)


@pytest.fixture(autouse=True)
def _slow_to_commit(monkeypatch):
    """The signature has looked for an archive, and is not committed yet."""
    keep = services.keep_signed

    def dawdle(report):
        keep(report)
        time.sleep(1)

    monkeypatch.setattr(services, "keep_signed", dawdle)


def sign_while_archiving():
    finance = UserFactory(role="finance")
    make_order(order_date=MONTH.first)
    runner.run_job(request_report(month=MONTH, by=finance).pk)
    report = services.report_of(MONTH)
    context = Context(table.claim(closing.request_closing(month=MONTH, by=None).pk))
    prepared = closing.prepare(context)

    def archive():
        time.sleep(0.4)
        with transaction.atomic():
            closing.commit(context, prepared)

    def sign():
        services.save_and_sign(
            report=report, summary="平稳", comments={}, version=report.version, sign=True, by=finance
        )

    outcomes = at_once(sign, archive)
    assert all(outcome.won for outcome in outcomes), outcomes


def test_signature_and_archive_at_once_leave_a_copy():
    sign_while_archiving()
    assert SignedReport.objects.count() == 1


def test_without_the_report_s_lock_neither_sees_the_other(monkeypatch):
    """The broken twin; the hourly wake-up would mend it."""
    monkeypatch.setattr(closing, "lock_rows", list)
    sign_while_archiving()
    assert not SignedReport.objects.exists()
