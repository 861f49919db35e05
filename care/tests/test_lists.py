"""The lists of visits and of reports about files: what stands in them, and what to know before a visit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from care.changes import report_change
from care.models import ChangeReport, Visit
from orders.before_visit import points_for
from orders.statuses import Status
from tests.factories import CustomerFactory, RequirementFactory, make_offer, make_order

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team, short_name="望星楼电气")


def visit(customer, ago=0, late=None):
    """A visit so many days ago; ``late`` or in time where that is said."""
    day = TODAY - timedelta(days=ago)
    due = None if late is None else day - timedelta(days=1) if late else day
    people = {"visitor": customer.owner, "recorded_by": customer.owner}
    return Visit.objects.create(customer=customer, visited_on=day, due_on=due, met="李强", said="谈年度协议", **people)


def reported(customer, text, due=1, closed=None):
    closing = {} if closed is None else {"closed_on": TODAY + timedelta(days=closed), "closed_by": customer.owner}
    return ChangeReport.objects.create(customer=customer, text=text, due_on=TODAY + timedelta(days=due), **closing)


def rows(client, url):
    return [row.pk for row in client.get(url).context["page"].rows]


def test_visits_stand_newest_first_and_are_narrowed(as_manager, customer, rep):
    late, fine, free = visit(customer, 3, late=True), visit(customer, 2, late=False), visit(customer, 1)
    visit(CustomerFactory(), 1)
    assert rows(as_manager, "/visits/") == [free.pk, fine.pk, late.pk]
    assert rows(as_manager, "/visits/?kept=late") == [late.pk]
    assert rows(as_manager, "/visits/?kept=in_time") == [fine.pk]
    assert rows(as_manager, f"/visits/?owner={rep.pk}&q=望星楼") == [free.pk, fine.pk, late.pk]
    assert rows(as_manager, "/visits/?month=2001-01") == []


def test_reports_stand_longest_due_first_and_only_open_ones_unless_asked(as_manager, customer):
    late, open_one = reported(customer, "甲", due=-2), reported(customer, "乙", due=2)
    settled, missed = reported(customer, "丙", due=1, closed=0), reported(customer, "丁", due=-3, closed=-1)
    assert rows(as_manager, "/file-changes/") == [late.pk, open_one.pk]
    assert rows(as_manager, "/file-changes/?state=late") == [missed.pk, late.pk]
    assert rows(as_manager, "/file-changes/?state=settled") == [missed.pk, settled.pk]
    page = as_manager.get("/file-changes/")
    assert page.context["counts"]
    assert "按期处理" in page.content.decode() or page.context["kept"]


@pytest.mark.parametrize("name", ["visits", "file-changes"])
def test_both_lists_are_exported(as_manager, customer, name):
    visit(customer)
    reported(customer, "搬到新厂")
    assert as_manager.post(f"/exports/{name}/").status_code == 303


def test_before_a_visit_what_presses_stands_first(customer, rep, as_rep):
    make_offer(make_order(customer=customer))
    order = make_order(customer=customer, status=Status.APPROVED)
    make_order(customer=customer, status=Status.COMPLETED)
    requirement = RequirementFactory(customer=customer)
    RequirementFactory(customer=customer, status="lost")
    report_change(customer=customer, text="李强已离职", by=rep)
    customer.overdue_amount = 1200
    found = [point.label for point in points_for(customer, rep)]
    assert found[0].endswith("1,200.00")
    assert found[1:4] == ["李强已离职", str(requirement), str(order)]
    assert found[4].startswith("BJ")
    assert len(found) == 5
    visit(customer)
    page = as_rep.get(f"/fragments/customers/{customer.pk}/before-visit/").content.decode()
    assert "谈年度协议" in page
    assert str(order) in page
