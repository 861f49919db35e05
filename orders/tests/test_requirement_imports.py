"""Requirements from a spreadsheet: how far they are follows from the row, and twice the same creates nothing twice."""

from datetime import date, timedelta

import openpyxl
import pytest
from django.utils import timezone

from core import registries
from core.exports import request_export
from core.jobs.files import path_of
from core.jobs.runner import run_due
from core.models import Event, Job
from core.workflow import take
from orders.statuses import Status
from requirements.models import Requirement
from tests.factories import CustomerFactory, QuestionFactory, RequirementFactory, UserFactory, make_order
from tests.workbooks import examined, imported, notices, problems, saved, table, workbook

pytestmark = pytest.mark.django_db
ROW = {
    "需求编号": "XQ202509001",
    "客户编号": "K1",
    "接收日期": "2025-09-01",
    "需求描述": "泵站改造，变频柜 8 台",
    "优先级": "常规",
}


@pytest.fixture(autouse=True)
def _requirements_stay_sound(db):
    yield
    rules = [rule for rule in registries.invariants if rule.name.startswith("requirement")]
    assert [(rule.name, list(rule.breaches())) for rule in rules if list(rule.breaches())] == []


@pytest.fixture
def customer(rep):
    return CustomerFactory(number="K1", owner=rep, team=rep.team)


@pytest.fixture
def order(customer):
    return make_order(customer=customer, number="H-1", status=Status.APPROVED)


def sheet(folder, *rows):
    return saved(folder, workbook(table(dict.fromkeys(head for row in rows for head in row), *rows)))


def bring(folder, *rows, by=None):
    return imported("requirements", sheet(folder, *rows), by=by)


def wrong(folder, *rows, by=None):
    found = examined("requirements", sheet(folder, *rows), by=by)
    return [(row, column) for row, column, _sentence in problems("requirements", found)]


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({}, "recorded"),
        ({"首次响应日期": "2025-09-02"}, "clarifying"),
        ({"书面确认日期": "2025-09-08"}, "confirmed"),
        ({"首次响应日期": "2025-09-02", "书面确认日期": "2025-09-08", "订单编号": "H-1"}, "ordered"),
        ({"订单编号": "H-1"}, "ordered"),
        ({"书面确认日期": "2025-09-08", "流失原因": "价格：太贵"}, "lost"),
        ({"订单编号": "H-1", "流失原因": "没有消息了"}, "lost"),
    ],
)
def test_the_state_follows_from_the_row(tmp_path, customer, order, cells, status):
    bring(tmp_path, {**ROW, **cells})
    assert Requirement.objects.get().status == status


def test_every_cell_arrives(tmp_path, customer, order, rep):
    more = {
        "联系人": "李强", "沟通方式": "拜访", "功能规格": "22 kW", "质量标准": "IP54", "期望交付日期": "2025-12-20",
        "预算下限": 180000, "预算上限": "220,000.00", "特殊要求": "RAL 7035", "首次响应日期": "2025-09-03",
        "书面确认日期": "2025-09-08", "订单编号": "H-1", "优先级": "长期",
    }  # fmt: skip
    bring(tmp_path, {**ROW, **more})
    found = Requirement.objects.get()
    assert (found.customer, found.owner, found.contact.name, found.channel) == (customer, rep, "李强", "visit")
    assert (found.specification, found.quality_standard, found.special_demands) == ("22 kW", "IP54", "RAL 7035")
    assert (found.wanted_date, found.budget_from, found.budget_to) == (date(2025, 12, 20), 180000, 220000)
    assert (found.priority, found.responded_on, found.confirmed_on) == ("long_term", date(2025, 9, 3), date(2025, 9, 8))
    assert found.response_due_on == date(2025, 9, 8)  # five working days after Monday, 1 September
    order.refresh_from_db()
    assert order.requirement == found


def test_the_same_file_twice_creates_nothing_twice(tmp_path, customer, order):
    rows = [
        {**ROW, "订单编号": "H-1", "首次响应日期": "2025-09-02"},
        {**ROW, "需求编号": None, "需求描述": "化验室通风柜"},
        {**ROW, "需求编号": None, "需求描述": "旧柜维修", "流失原因": "价格：太贵"},
    ]
    first = bring(tmp_path, *rows)
    assert first.task.counts["created"] == 3
    events = Event.objects.count()
    again = bring(tmp_path, *rows)
    assert (again.task.counts["created"], again.task.counts["changed"], again.task.counts["unchanged"]) == (0, 0, 3)
    assert Event.objects.count() == events


def test_later_days_move_it_on_and_empty_cells_change_nothing(tmp_path, customer):
    bring(tmp_path, {**ROW, "首次响应日期": "2025-09-02", "功能规格": "22 kW"})
    found = bring(tmp_path, {**ROW, "书面确认日期": "2025-09-08"})
    assert found.task.counts["changed"] == 1
    requirement = Requirement.objects.get()
    assert (requirement.status, requirement.specification) == ("confirmed", "22 kW")
    changes = Event.objects.get(verb="updated_by_import").data["changes"]
    assert changes == [["confirmed_on", "", "2025-09-08"], ["status", "clarifying", "confirmed"]]


def test_no_state_goes_back(tmp_path, customer):
    RequirementFactory(customer=customer, number="XQ202509001", status="confirmed", description=ROW["需求描述"])
    known = Requirement.objects.get()
    row = {**ROW, "接收日期": f"{timezone.localtime(known.received_at):%Y-%m-%d}"}
    bring(tmp_path, {**row, "首次响应日期": f"{timezone.localdate()}"})
    assert Requirement.objects.get().status == "confirmed"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"客户编号": "K404"}, "客户编号"),
        ({"订单编号": "H-404"}, "订单编号"),
        ({"首次响应日期": "2025-08-31"}, "首次响应日期"),
        ({"书面确认日期": "2025-08-31"}, "书面确认日期"),
        ({"接收日期": f"{timezone.localdate() + timedelta(days=2)}"}, "接收日期"),
        ({"预算下限": 5, "预算上限": 4}, "预算上限"),
        ({"优先级": "马上"}, "优先级"),
        ({"需求描述": None}, "需求描述"),
        ({"期望交付日期": "尽快"}, "期望交付日期"),
    ],
)
def test_what_cannot_be_is_named_by_row_and_column(tmp_path, customer, cells, column):
    assert wrong(tmp_path, {**ROW, **cells}) == [(2, column)]


def test_two_rows_are_not_about_one_requirement(tmp_path, customer):
    assert wrong(tmp_path, ROW, {**ROW, "需求描述": "别的"}) == [(3, "需求编号")]


def test_an_order_comes_of_one_requirement_and_is_the_customer_s_own(tmp_path, customer, order):
    other = CustomerFactory(number="K2", owner=customer.owner, team=customer.team)
    assert wrong(tmp_path, {**ROW, "客户编号": other.number, "订单编号": "H-1"}) == [(2, "订单编号")]
    two = [{**ROW, "订单编号": "H-1"}, {**ROW, "需求编号": "XQ2", "需求描述": "别的", "订单编号": "H-1"}]
    assert wrong(tmp_path, *two) == [(3, "订单编号")]
    bring(tmp_path, two[0])
    assert wrong(tmp_path, two[1]) == [(2, "订单编号")]


def test_a_cancelled_order_makes_no_requirement_ordered(tmp_path, customer):
    make_order(customer=customer, number="H-2", status=Status.CANCELLED)
    found = bring(tmp_path, {**ROW, "书面确认日期": "2025-09-08", "订单编号": "H-2"})
    assert Requirement.objects.get().status == "confirmed"
    assert len(notices(found)) == 1


def test_what_is_settled_stands(tmp_path, customer):
    bring(tmp_path, {**ROW, "书面确认日期": "2025-09-08"})
    assert wrong(tmp_path, {**ROW, "需求描述": "十台"}) == [(2, "需求描述")]


def test_nothing_is_confirmed_over_an_open_question(tmp_path, customer, rep):
    bring(tmp_path, ROW)
    QuestionFactory(requirement=Requirement.objects.get())
    assert wrong(tmp_path, {**ROW, "书面确认日期": "2025-09-08"}) == [(2, "书面确认日期")]


def test_nobody_touches_what_they_do_not_see(tmp_path, customer, other_manager, manager):
    bring(tmp_path, ROW, by=manager)
    assert wrong(tmp_path, ROW, by=other_manager) == [(2, "客户编号")]
    CustomerFactory(number="K9", owner=UserFactory(team=other_manager.team), team=other_manager.team)
    assert wrong(tmp_path, {**ROW, "客户编号": "K9"}, by=other_manager) == [(2, "需求编号")]


def test_an_unknown_contact_is_said_and_not_kept(tmp_path, customer):
    found = bring(tmp_path, {**ROW, "联系人": "无名氏"})
    assert "无名氏" in notices(found)[0]
    assert Requirement.objects.get().contact is None


def test_an_exported_list_comes_back_unchanged(tmp_path, customer, order, manager, rep):
    rows = [
        {**ROW, "订单编号": "H-1", "首次响应日期": "2025-09-02", "预算上限": "220000.50", "沟通方式": "邮件"},
        {**ROW, "需求编号": None, "需求描述": "一行\n两行", "流失原因": "没有消息了"},
        {**ROW, "需求编号": None, "需求描述": "旧柜维修", "流失原因": "价格：太贵"},
    ]
    bring(tmp_path, *rows)
    live = RequirementFactory(customer=customer, description="现场勘察\r\n两行 ")
    take(live, "respond", by=rep, note="已回电")
    request_export("requirements", query="", by=manager)
    run_due()
    path = tmp_path / "export.xlsx"
    path.write_bytes(path_of(Job.objects.latest("pk")).read_bytes())
    assert "导入用" in openpyxl.load_workbook(path).sheetnames
    found = imported("requirements", path, by=manager)
    assert (found.task.counts["created"], found.task.counts["changed"], found.task.counts["unchanged"]) == (0, 0, 4)
