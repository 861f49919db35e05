"""The monthly report: what is gathered, written, put in words, signed; who reads it; what can no longer change."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils import timezone

from analytics.archive.content_hash import hash_of_text
from analytics.archive.signed_report import text_of
from analytics.figures.months import Month
from analytics.invariants import altered_reports
from analytics.models import Report
from analytics.report import services
from analytics.report.gathering import figures_of, gather
from analytics.report.jobs import request_due_reports, request_report
from analytics.rollups import freshness
from approvals.decisions import decide as keep_decision
from approvals.models import Round
from billing.models import Receipt
from billing.receipts import record_receipt
from core.jobs import runner
from core.models import Job, Message, PolicyValue
from core.stale import Stale
from orders.models import Instalment, Order
from orders.statuses import Status
from tests.factories import CustomerFactory, ProductFactory, make_order

pytestmark = pytest.mark.django_db
MONTH = Month.current().shifted(-1)
DAY = MONTH.first + timedelta(days=9)
PAGE = f"/analytics/{MONTH}/report/"


def material():
    freshness.refresh()
    return gather(MONTH, figures_of(MONTH))


def order(day=DAY, **more) -> Order:
    return make_order(status=Status.APPROVED, order_date=day, **more)


def write(by=None) -> Report:
    job = request_report(month=MONTH, by=by)
    runner.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return services.report_of(MONTH)


@pytest.fixture
def late_order():
    """Five lines promised for last month that never arrived."""
    lines = [(ProductFactory(), 1, "1000")] * 5
    return order(promised_date=DAY + timedelta(days=5), lines=lines)


@pytest.fixture
def report(late_order, finance) -> Report:
    return write(by=finance)


# ---- what is gathered ------------------------------------------------------------------------------------------------


def test_the_late_lines_of_a_category_are_gathered_with_their_orders(late_order):
    found = material()
    [category] = found.late_lines
    assert found.figures.delays[category].part == 5
    assert {row.pk for row in found.late_lines[category]} == {row.pk for row in found.late_orders} == {late_order.pk}


def test_the_rhythm_of_an_a_customer_is_counted_in_days_with_orders():
    customer = CustomerFactory(grade="A")
    for days in (90, 60, 60, 30):
        order(MONTH.last - timedelta(days=days), customer=customer)
    [rhythm] = material().of_a
    assert (rhythm.times, rhythm.interval, rhythm.last) == (3, 30.0, MONTH.last - timedelta(days=30))


def test_b_customers_who_bought_less_are_gathered_with_both_amounts():
    falling, rising = CustomerFactory(grade="B"), CustomerFactory(grade="B")
    before = MONTH.shifted(-4).first
    order(before, customer=falling)
    order(before, customer=rising)
    order(customer=rising, lines=[(ProductFactory(), 20, "1000")])
    [fall] = material().of_b
    assert (fall.pk, fall.recent, fall.before) == (falling.pk, 0, 10000)


def test_the_largest_customers_and_those_who_bought_once_long_ago_are_gathered():
    large, gone = order(), order(MONTH.shifted(-6).first)
    found = material()
    assert [buyer.pk for buyer in found.largest] == [large.customer_id]
    assert [buyer.pk for buyer in found.once] == [gone.customer_id]


def decide(order_, stage, days_later, verdict="approved", **more) -> None:
    """Submitted on the month's first morning, decided so many days later."""
    morning = timezone.make_aware(datetime(MONTH.year, MONTH.month, 1, 9))
    with at(morning):
        content = {"submitted_by": order_.rep, "content": {}}
        round_, _new = Round.objects.get_or_create(order=order_, number=1, defaults=content)
    with at(morning + timedelta(days=days_later)):
        keep_decision(round_, "", stage=stage, verdict=verdict, by=order_.rep, **more)


@contextmanager
def at(moment):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: moment)
        yield


def test_late_decisions_and_rounds_sent_back_are_counted():
    slow, back = order(), order()
    decide(slow, "rep_review", 20)
    decide(slow, "manager_review", 20)
    decide(back, "rep_review", 0, verdict="sent_back", note="交期写错")
    found = material()
    stages = {rated.key: (rated.share.part, rated.share.whole) for rated in found.stages}
    assert stages == {"rep_review": (1, 2), "manager_review": (0, 1), "finance_review": (0, 0)}
    reps = {rated.key: (rated.share.part, rated.share.whole) for rated in found.reps}
    assert reps == {str(slow.rep_id): (0, 1), str(back.rep_id): (1, 1)}
    [row] = next(rated for rated in found.reps if rated.share.part).rows
    assert (row.pk, row.detail["values"]["text"]) == (back.pk, "交期写错")


def test_checks_that_were_released_are_found_by_their_reason():
    checks = [
        {"code": "prepayment", "verdict": "fail", "sentence": "", "override": "老客户，下周到账"},
        {"code": "credit", "verdict": "pass", "sentence": "", "override": ""},
    ]
    decide(order(), "finance_review", 0, checks=checks)
    decide(order(), "finance_review", 0, checks=[checks[1]])
    assert [(r.check, r.reason) for r in material().releases] == [("prepayment", "老客户，下周到账")]


def test_discounts_are_measured_against_the_list_price():
    product = ProductFactory(list_price=Decimal(1000))
    order(lines=[(product, 10, "900")])
    order(MONTH.shifted(-1).first, lines=[(product, 10, "1000")])
    found = material().discounts
    assert (found.now.value, found.before.value) == (0.1, 0.0)
    assert [row.detail["values"]["text"] for row in found.rows] == ["¥1,000.00"]


def test_overdue_is_what_was_due_and_unpaid_then(finance):
    first, second = order(), order()
    Instalment.objects.filter(order__in=[first, second]).update(due_date=DAY)
    record_receipt(
        order=first, amount=first.gross_total, received_on=MONTH.last, method=Receipt.Method.TRANSFER, by=finance
    )
    record_receipt(
        order=second,
        amount=Decimal("1300.00"),
        received_on=timezone.localdate(),
        method=Receipt.Method.TRANSFER,
        by=finance,
    )
    found = material().overdue
    assert (found.now, found.before) == (second.gross_total, 0)
    assert {row.pk for row in found.rows} == {second.pk}


def test_the_number_of_queries_does_not_grow_with_the_orders(django_assert_max_num_queries):
    for _n in range(3):
        order()
    freshness.refresh()
    figures = figures_of(MONTH)
    with django_assert_max_num_queries(25):
        gather(MONTH, figures)


# ---- writing, words, signature ---------------------------------------------------------------------------------------


def test_the_report_is_written_by_a_job_that_leads_to_it(report, finance):
    job = Job.objects.get(kind="report")
    assert job.outcome_url == PAGE
    assert report.content["findings"][0]["code"] == "delay"
    assert Message.objects.filter(user=finance).exists()


def test_written_again_it_keeps_a_persons_words(report, manager):
    report = words(report, manager, summary="本月交期偏慢", comments={"delay:1": "x"})
    again = write(by=manager)
    assert (again.pk, again.summary, again.comments) == (report.pk, "本月交期偏慢", report.comments)
    assert again.version > report.version


def words(report, by, summary="本月平稳", comments=None) -> Report:
    return services.save_words(report=report, summary=summary, comments=comments or {}, version=report.version, by=by)


def test_a_comment_stays_readable_when_its_finding_is_gone(report, manager):
    [key] = [finding["key"] for finding in report.content["findings"] if finding["code"] == "delay"]
    words(report, manager, comments={key: "供应商停产"})
    PolicyValue.objects.create(key="delay_limit", value="100")
    assert [finding["key"] for finding in write(by=manager).content["gone"]] == [key]


def test_words_on_an_older_version_are_refused(report, manager):
    words(report, manager)
    with pytest.raises(Stale):
        words(report, manager, summary="另一种说法")


def sign(report, by) -> Report:
    report = words(report, by)
    return services.sign_report(report=report, version=report.version, by=by)


def test_a_signed_report_has_a_name_a_time_and_a_hash_and_never_changes(report, manager):
    signed = services.report_of(MONTH) if sign(report, manager) else None
    assert (signed.signed_by, signed.signed_name) == (manager, "陈志远")
    assert signed.signed_hash == hash_of_text(text_of(signed))
    assert list(altered_reports()) == []
    with pytest.raises(ValidationError):
        words(signed, manager, summary="改一下")
    with pytest.raises(ValidationError):
        request_report(month=MONTH, by=manager)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_touch_a_signed_report(report, manager, change):
    rows = Report.objects.filter(pk=sign(report, manager).pk)
    with pytest.raises(DatabaseError, match="guard"):
        rows.update(summary="x") if change == "update" else rows.delete()


def test_a_report_without_a_summary_is_not_signed(report, manager):
    with pytest.raises(ValidationError):
        services.sign_report(report=report, version=report.version, by=manager)


def test_a_report_of_a_running_month_is_not_signed(manager, late_order):
    job = request_report(month=Month.current(), by=manager)
    runner.run_job(job.pk)
    with pytest.raises(ValidationError):
        sign(services.report_of(Month.current()), manager)


def test_a_month_to_come_has_no_report(manager):
    with pytest.raises(ValidationError):
        request_report(month=Month.current().shifted(1), by=manager)


def test_the_last_month_gets_its_report_by_itself_once(late_order, finance):
    PolicyValue.objects.create(key="opening_month", value=f"{MONTH.year}{MONTH.month:02d}")
    [job] = request_due_reports()
    assert request_due_reports() == [job]
    runner.run_job(job.pk)
    assert request_due_reports() == []
    assert Message.objects.filter(user=finance, url=PAGE).count() == 1
