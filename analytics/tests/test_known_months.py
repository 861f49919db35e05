"""Which months there are: from the first record, or the opening month, to now; everywhere else nothing is found."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from analytics.archive import automatic_closing
from analytics.archive.closing import request_closing
from analytics.figures.months import EARLIEST, Month
from analytics.models import MonthCount, PunctualityRollUp
from analytics.rollups import freshness
from core.models import ClosedMonth, Job, PolicyValue
from orders.statuses import Status
from tests.factories import make_order

pytestmark = pytest.mark.django_db
NOW = Month.current()
FIRST = NOW.shifted(-3)
NOWHERE = ["0001-01", "0001-02", "1999-12", "2000-01", "2099-12", "9998-12", "9999-12", str(NOW.shifted(1))]
PAGES = [
    "/archive/{}/",
    "/archive/{}/download/",
    "/analytics/{}/",
    "/analytics/{}/report/",
    "/analytics/{}/report/print/",
]
VERBS = [
    "/archive/{}/close/",
    "/archive/{}/verify/",
    "/archive/{}/supplement/",
    "/analytics/{}/report/write/",
    "/analytics/{}/report/words/",
    "/analytics/{}/report/excel/",
]


@pytest.fixture(autouse=True)
def _first_record():
    make_order(status=Status.APPROVED, order_date=FIRST.first)


def opened(month):
    PolicyValue.objects.create(key=automatic_closing.OPENING_MONTH, value=str(month.year * 100 + month.month))


@pytest.mark.parametrize("month", [*NOWHERE, str(FIRST.shifted(-1))])
def test_no_page_and_no_verb_knows_a_month_out_of_reach(as_finance, month):
    answers = {path: as_finance.get(path.format(month)).status_code for path in PAGES}
    answers |= {path: as_finance.post(path.format(month)).status_code for path in VERBS}
    assert set(answers.values()) == {404}, answers
    assert not Job.objects.exists()
    assert not ClosedMonth.objects.exists()


@pytest.mark.parametrize("rows", ["orders", "lines", "customers"])
def test_lists_of_rows_take_any_month(as_finance, rows):
    for month in ("0001-01", "9999-12"):
        assert as_finance.get(f"/analytics/{rows}/", {"month": month, "of": "year"}).status_code == 404
    assert as_finance.get(f"/analytics/{rows}/", {"month": "2099-12", "of": "year"}).status_code == 200


def test_the_months_from_the_first_record_on_are_there(as_finance):
    for month in (FIRST, NOW.shifted(-1), NOW):
        assert as_finance.get(f"/archive/{month}/").status_code == 200
        assert as_finance.get(f"/analytics/{month}/").status_code == 200
    assert as_finance.get(f"/analytics/{FIRST}/").context["previous_url"] == ""
    assert str(FIRST) in as_finance.get(f"/analytics/{FIRST.shifted(1)}/").context["previous_url"]


def test_an_opening_month_before_the_first_record_is_there_too(as_finance):
    opened(FIRST.shifted(-2))
    assert as_finance.get(f"/archive/{FIRST.shifted(-2)}/").status_code == 200
    assert as_finance.get(f"/archive/{FIRST.shifted(-3)}/").status_code == 404


def test_an_opening_month_that_is_mistyped_is_that_of_the_installation():
    opened(Month(1, 1))
    assert automatic_closing.opening_month() == NOW
    assert len(list(automatic_closing.months_over())) == 0


def test_neither_service_nor_command_closes_a_month_before_the_first_record():
    for month in (FIRST.shifted(-1), EARLIEST):
        with pytest.raises(ValidationError):
            request_closing(month=month, by=None)
    for month in ("0001-01", "9999-12", str(FIRST.shifted(-1))):
        with pytest.raises(CommandError):
            call_command("archive_month", month)
        if month[0] in "09":
            with pytest.raises(CommandError):
                call_command("kpi", month)


@pytest.mark.parametrize("day", [date(2099, 5, 1), date(1, 1, 1)])
def test_one_order_of_a_far_year_makes_no_more_months_stale_than_there_are(day):
    freshness.refresh()
    make_order(status=Status.APPROVED, order_date=day)
    freshness.mark_changed_months()
    assert not MonthCount.objects.filter(month__gt=NOW.first).exists()
    assert not MonthCount.objects.filter(month__lt=EARLIEST.first).exists()


def test_what_is_promised_for_a_month_to_come_is_counted_once_it_has_begun(monkeypatch):
    freshness.refresh()
    coming = NOW.shifted(1)
    make_order(status=Status.APPROVED, order_date=NOW.first, promised_date=coming.first + timedelta(days=2))
    assert freshness.refresh()
    assert not MonthCount.objects.filter(month=coming.first).exists()
    day = coming.first + timedelta(days=9)
    monkeypatch.setattr(timezone, "localdate", lambda *args: day)
    assert not freshness.is_fresh()
    assert freshness.refresh()
    assert PunctualityRollUp.objects.get(month=coming.first, scope="all", dimension="").orders == 1
