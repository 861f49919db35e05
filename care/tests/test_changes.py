"""The file follows reality: what is reported is settled in three working days, by an update or with a reason."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from care.changes import DAYS, answer_change, kept_in_time, report_change, report_difference
from care.grades import grade_changed
from care.models import Cause, ChangeReport
from care.plans import running_plan
from core.home import panels_for
from core.imports import store
from core.jobs import runner
from core.registries import import_kinds
from core.workdays import workdays_between
from core.workflow import take
from core.worklist import items_for
from customers.contacts import ContactInput
from customers.models import Customer
from customers.services import FIELDS, change_owner, update_customer
from tests.browsers import browser_of
from tests.factories import CustomerFactory, UserFactory, make_order
from tests.workbooks import table, upload, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team)


@pytest.fixture
def report(customer, rep):
    return report_change(customer=customer, text="李强已离职", by=rep)


def update(customer, by, contact=None, **more):
    customer.refresh_from_db()
    values = {name: getattr(customer, name) for name in FIELDS} | more
    primary = contact or customer.primary_contact.name
    kept = ContactInput(name=primary, job_title="采购经理", phone="0000-8016", is_primary=True)
    return update_customer(customer=customer, values=values, contacts=[kept], by=by)


def late(report, days=2, closed_after=None):
    """The report as if it had been due ``days`` ago; closed so many days after that, when given."""
    due = timezone.localdate() - timedelta(days=days)
    copy = ChangeReport(customer=report.customer, text=f"{report.text}{days}", due_on=due)
    copy.reported_by = report.reported_by
    if closed_after is not None:
        copy.closed_on, copy.closed_by = due + timedelta(days=closed_after), report.customer.owner
        copy.owner = report.customer.owner
    copy.save()
    return copy


def open_changes(person):
    return [item for item in items_for(person) if item.kind == "changes"]


def test_a_report_is_due_in_three_working_days(report):
    today = timezone.localdate()
    worked = [day for day in workdays_between(today + timedelta(days=1), report.due_on) if day.worked]
    assert len(worked) == DAYS
    assert worked[-1].day == report.due_on


def test_saying_the_same_again_leads_to_the_first_report(customer, report, manager):
    assert report_change(customer=customer, text=" 李强已离职 ", by=manager) == report


@pytest.mark.parametrize("text", ["", "   ", "长" * 401])
def test_a_report_says_something_and_not_too_much(customer, rep, text):
    with pytest.raises(ValidationError):
        report_change(customer=customer, text=text, by=rep)


def test_it_waits_for_the_owner_and_moves_with_the_customer(customer, report, rep, manager):
    assert [item.whom for item in open_changes(rep)] == [customer.short_name]
    assert not open_changes(manager)
    heir = UserFactory(team=manager.team)
    change_owner(customer=customer, owner=heir, by=manager)
    assert not open_changes(rep)
    assert len(open_changes(heir)) == 1


def test_an_update_of_the_file_closes_it(customer, report, rep):
    update(customer, rep, contact="赵敏")
    report.refresh_from_db()
    assert (report.closed_on, report.closed_by, report.owner, report.answer) == (timezone.localdate(), rep, rep, "")
    assert not open_changes(rep)


def bring(manager, row: dict):
    run = store.bring(kind=import_kinds["customers"], upload=upload(workbook(table(list(row), row))), by=manager)
    runner.run_job(run.check_job_id)
    runner.run_job(store.confirm(run=run).pk)


def test_a_file_that_updates_the_customer_settles_its_report(customer, report, manager):
    row = {"客户编号": customer.number, "客户名称": customer.name, "行业": "风电设备"}
    bring(manager, row)
    report.refresh_from_db()
    assert (report.closed_on, report.closed_by) == (timezone.localdate(), manager)


def test_a_file_that_hands_the_customer_over_leaves_its_report_open(customer, report, manager, rep):
    other = UserFactory(role="rep", team=rep.team)
    row = {"客户编号": customer.number, "客户名称": customer.name, "负责人": other.username}
    bring(manager, row)
    customer.refresh_from_db()
    report.refresh_from_db()
    assert (customer.owner, report.closed_on) == (other, None)


def test_another_address_is_settled_by_an_address_alone(customer, rep):
    report = report_difference(customer=customer, cause=Cause.ADDRESS, text="云汀市新港路 2 号")
    update(customer, rep, core_needs="要电子版检验报告")
    report.refresh_from_db()
    assert report.closed_on is None
    update(customer, rep, address="新港路 2 号")
    report.refresh_from_db()
    assert report.closed_on


def test_an_answer_closes_it_with_a_reason_once(report, rep, manager):
    answer_change(report=report, answer="李强只是休假", by=rep)
    report.refresh_from_db()
    assert report.answer == "李强只是休假"
    with pytest.raises(ValidationError, match=rep.name):
        answer_change(report=report, answer="另一个原因", by=manager)


def test_an_answer_needs_its_reason(report, rep):
    with pytest.raises(ValidationError):
        answer_change(report=report, answer=" ", by=rep)


def test_finance_reports_but_does_not_answer(customer, report):
    finance = UserFactory(role="finance", team=None)
    report_change(customer=customer, text="开票地址变了", by=finance)
    with pytest.raises(PermissionDenied):
        answer_change(report=report, answer="不变", by=finance)


def test_what_was_answered_once_the_system_does_not_ask_again(customer, rep):
    first = report_difference(customer=customer, cause=Cause.ADDRESS, text="二厂 3 号门")
    answer_change(report=first, answer="二厂是固定收货点，档案留总部地址", by=rep)
    assert report_difference(customer=customer, cause=Cause.ADDRESS, text="二厂 3 号门") is None


def test_a_report_stands_and_so_does_what_closed_it(report, rep):
    with pytest.raises(DatabaseError), transaction.atomic():
        ChangeReport.objects.filter(pk=report.pk).update(text="没事")
    answer_change(report=report, answer="休假", by=rep)
    with pytest.raises(DatabaseError), transaction.atomic():
        ChangeReport.objects.filter(pk=report.pk).update(answer="")


def test_a_new_grade_begins_the_care_plan_and_reports_itself(customer):
    Customer.objects.filter(pk=customer.pk).update(grade="A")
    customer.refresh_from_db()
    grade_changed(customer, before="B", by=None)
    assert running_plan(customer)
    assert ChangeReport.objects.get().cause == Cause.GRADE


@pytest.mark.django_db(transaction=True)
def test_an_order_to_another_address_reports_itself_once(customer, rep):
    for _each in range(2):
        order = make_order(customer=customer, rep=rep, delivery_address="临港二厂 3 号门")
        take(order, "submit", by=rep)
    report = ChangeReport.objects.get()
    assert (report.cause, report.text, report.reported_by) == (Cause.ADDRESS, "临港二厂 3 号门", None)


@pytest.mark.django_db(transaction=True)
def test_an_order_as_the_file_says_reports_nothing(customer, rep):
    take(make_order(customer=customer, rep=rep), "submit", by=rep)
    assert not ChangeReport.objects.exists()


def test_lateness_is_counted_by_owner_and_month(report, rep, manager):
    late(report, days=0, closed_after=0)
    found = kept_in_time(manager, timezone.localdate() - timedelta(days=40))
    assert [(row["who"], row["due"], row["in_time"]) for row in found] == [(rep.name, 1, 1)]
    overdue = late(report, days=1)
    found = kept_in_time(manager, overdue.due_on.replace(day=1))
    assert sum(row["due"] for row in found) == 2
    assert sum(row["in_time"] for row in found) == 1


def test_the_managers_home_page_shows_it(report, manager, rep):
    late(report, days=0, closed_after=0)
    titles = {panel.title: panel for panel in panels_for(manager)}
    (panel,) = [panel for title, panel in titles.items() if "变" in title]
    assert [(row.label, row.value) for row in panel.rows] == [(rep.name, "1 / 1")]


def test_the_page_reports_answers_and_keeps_what_was_refused(customer, rep):
    browser, url = browser_of(rep), f"/customers/{customer.pk}/changes/"
    assert browser.post(url, {"text": " "}).status_code == 422
    assert browser.post(url, {"text": "搬到新厂"}).status_code == 303
    assert "搬到新厂" in browser.get(url).content.decode()
    report = ChangeReport.objects.get()
    assert browser.post(f"/file-changes/{report.pk}/answer/", {"answer": "还没搬"}).status_code == 303
    assert "还没搬" in browser.get(url).content.decode()


def test_a_stranger_neither_reads_nor_reports(customer, report, other_rep):
    browser = browser_of(other_rep)
    assert browser.get(f"/customers/{customer.pk}/changes/").status_code == 404
    assert browser.post(f"/file-changes/{report.pk}/answer/", {"answer": "x"}).status_code == 404
