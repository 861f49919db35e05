"""Ledgers as people keep them: columns that are called otherwise, told by what stands in them, or not read at all."""

from datetime import date, datetime, timedelta

import pytest

from core import registries
from core.imports.layout import Choice
from core.jobs.runner import run_due
from core.models import ImportRun
from core.sentences import translated
from customers.models import Customer
from tests.factories import CustomerFactory, UserFactory
from tests.workbooks import examined, notices, places, problems, saved, table, upload, workbook

pytestmark = pytest.mark.django_db
LEDGER = {
    "代码": "A-1",
    "公司名称": "云汀海雅装备有限公司",
    "简称": "海雅装备",
    "税号": "91330100MA0000001F",
    "行业": "环保设备",
    "联系人": "李强",
    "座机": "0000-8016",
    "地址": "拾贝路 18 号",
    "业务员": "周敏",
    "录入时间": "2026-01-05",
}
ORDER = {
    "合同编号": "H-1",
    "客户名称": "云汀海雅装备有限公司",
    "签订日期": "2025/3/1",
    "品名": "控制柜",
    "型号": "KX-200",
    "数量(台)": 2,
    "含税单价（元）": 113,
    "税率": "13%",
    "交货日期": "2025/4/1",
    "状态": "已审核",
}


def brought(client, kind: str, row: dict) -> ImportRun:
    client.post(f"/imports/{kind}/", {"file": upload(workbook(table(list(row), row)))})
    run_due()
    return ImportRun.objects.latest("pk")


def test_a_ledger_of_customers_is_read_under_its_own_headings(tmp_path, team):
    UserFactory(username="zm", name="周敏", role="rep", team=team)
    found = examined("customers", saved(tmp_path, workbook(table(list(LEDGER), LEDGER))))
    assert found.is_clean, problems("customers", found)
    assert {name: found.layout.headings[place].text for name, place in found.layout.columns.items()} == {
        "客户编号": "代码",
        "客户名称": "公司名称",
        "客户简称": "简称",
        "统一社会信用代码": "税号",
        "所属行业": "行业",
        "联系人姓名": "联系人",
        "联系方式": "座机",
        "企业地址": "地址",
        "负责人": "业务员",
    }
    assert found.plan.new[0].customer.owner.name == "周敏"
    assert any("录入时间" in notice for notice in notices(found))


def test_a_ledger_of_orders_is_read_under_its_own_headings_and_prices_lose_their_tax(tmp_path, rep):
    CustomerFactory(number="K1", name="云汀海雅装备有限公司", owner=rep)
    found = examined("orders", saved(tmp_path, workbook(table(list(ORDER), ORDER))))
    assert found.is_clean, problems("orders", found)
    row = found.plan.orders[0].first
    assert (row["订单编号"], row["数量"], row["单价"], row["预计交付日期"]) == ("H-1", 2, 100, date(2025, 4, 1))
    found = examined("orders", saved(tmp_path, workbook(table(list(ORDER), {**ORDER, "税率": None}))))
    assert places("orders", found) == [(2, "税率")]


def test_what_stands_below_decides_whether_a_heading_fits(tmp_path):
    rows = [["客户", "电话", "手机", "地址"], ["云汀海雅有限公司", "2026-01-05", "138 0000 0000", "拾贝路"]]
    found = examined("customers", saved(tmp_path, workbook(rows)))
    assert found.layout.columns == {"客户名称": 0, "企业地址": 3}
    assert [heading.text for heading in found.layout.ignored] == ["电话", "手机"]


def test_cells_that_tell_their_column_need_no_heading(tmp_path):
    rows = [["客户名称", "证照", None], ["云汀海雅有限公司", "91330100MA0000001F", "展会"]]
    found = examined("customers", saved(tmp_path, workbook(rows)))
    assert found.layout.columns == {"客户名称": 0, "统一社会信用代码": 1, "客户来源": 2}
    assert sorted(found.layout.guessed) == ["客户来源", "统一社会信用代码"]
    assert any("C" in notice for notice in notices(found))


def test_two_headings_for_one_column_are_left_to_the_person(tmp_path):
    rows = [["客户名称", "电话(总机)", "电话(前台)"], ["云汀海雅有限公司", "0000-8016", "0000-8017"]]
    assert "联系方式" not in examined("customers", saved(tmp_path, workbook(rows))).layout.columns


def test_what_is_guessed_or_ignored_opens_the_mapping_and_is_not_green(as_manager, rep):
    run = brought(as_manager, "customers", {"公司名称": "云汀海雅装备有限公司", "录入时间": "2026-01-05"})
    page = as_manager.get(run.get_absolute_url()).content.decode()
    assert (run.is_ready, run.findings["guessed"], run.findings["ignored"]) == (True, ["客户名称"], ["录入时间"])
    assert '<details class="sec" open>' in page
    assert "note-good" not in page
    assert "录入时间" in page
    run = brought(as_manager, "customers", {"客户名称": "云汀海雅装备有限公司", "空列": None})
    page = as_manager.get(run.get_absolute_url()).content.decode()
    assert '<details class="sec" open>' not in page
    assert "note-good" in page


def test_the_preview_follows_what_is_chosen(as_manager):
    run = brought(as_manager, "customers", {"抬头": "云汀海雅装备有限公司", "别的": "2026-01-05"})
    assert run.is_unclear
    preview = as_manager.post(f"{run.get_absolute_url()}preview/", {"column-1": "0", "column-12": "1"})
    text = preview.content.decode()
    assert preview.status_code == 200
    assert "云汀海雅装备有限公司" in text
    assert "“2026-01-05”" in text
    for nonsense in ("9" * 50, "-1", "x", "\0"):
        assert as_manager.post(f"{run.get_absolute_url()}preview/", {"column-1": nonsense}).status_code == 200


def test_what_a_team_meant_by_a_heading_is_remembered_for_its_next_file(as_manager, browser_of, other_manager):
    row = {"抬头": "云汀海雅装备有限公司"}
    run = brought(as_manager, "customers", row)
    as_manager.post(f"{run.get_absolute_url()}columns/", {"sheet": "Sheet1", "header_row": "1", "column-1": "0"})
    run_due()
    as_manager.post(f"{run.get_absolute_url()}confirm/")
    run_due()
    assert Customer.objects.count() == 1
    again = brought(as_manager, "customers", {"抬头": "白鹭青麦自动化有限公司"})
    assert (again.is_ready, again.findings["guessed"]) == (True, [])
    assert brought(browser_of(other_manager), "customers", row).is_unclear
    assert brought(as_manager, "customers", {"抬头": "2026-01-05"}).is_unclear


def test_a_choice_of_columns_is_taken_as_it_is(tmp_path):
    path = saved(tmp_path, workbook(table(list(LEDGER), LEDGER)))
    found = examined("customers", path, choice=Choice(columns={"客户名称": 1}))
    assert (found.layout.columns, found.layout.guessed) == ({"客户名称": 1}, [])


# ---- what a sheet shows ----------------------------------------------------------------------------------------------


def formatted(tmp_path, kind: str, row: dict, formats: dict):
    def change(sheet):
        for place, name in enumerate(row, start=1):
            if name in formats:
                sheet.cell(2, place).number_format = formats[name]

    return examined(kind, saved(tmp_path, workbook(table(list(row), row), change=change)))


PRODUCT = {"商品编号": "P-1", "商品名称": "控制柜", "类别": "电气", "单价": 100, "税率": 0.13, "交期": 3}


@pytest.mark.parametrize(
    ("column", "held", "code", "read"),
    [
        ("商品编号", 123, "00000", "00123"),
        ("商品编号", 12, '"KX"000', "KX012"),
        ("商品编号", 10248, "#,##0.00", "10248"),
        ("商品名称", 7, "0号柜", "7号柜"),
        ("税率", 0.5, "0%", 50),
        ("税率", 13, '0"%"', 13),
        ("单价", 8600, "¥#,##0.00", 8600),
        ("单价", 8600.5, "#,##0.00_ ;[Red]-#,##0.00", 8600.5),
        ("交期", 3, '0"个工作日"', 3),
    ],
)
def test_what_a_cell_shows_is_what_is_read(tmp_path, column, held, code, read):
    found = formatted(tmp_path, "products", {**PRODUCT, column: held}, {column: code})
    assert found.is_clean, problems("products", found)
    assert found.task.rows[0][column] == read


@pytest.mark.parametrize(
    ("column", "held", "code"),
    [("单价", 12.345, "0.00"), ("交期", 2.6, "0"), ("单价", 0.5, "0%"), ("税率", 0.135, "0%")],
)
def test_a_cell_that_shows_another_number_than_it_holds_is_named(tmp_path, column, held, code):
    found = formatted(tmp_path, "products", {**PRODUCT, column: held}, {column: code})
    assert places("products", found) == [(2, column)]


def test_a_time_of_day_that_is_only_rounding_does_not_move_the_day(tmp_path, rep):
    CustomerFactory(number="K1", name="云汀海雅装备有限公司", owner=rep)
    row = {**ORDER, "签订日期": datetime(2025, 3, 1) - timedelta(milliseconds=3)}
    found = examined("orders", saved(tmp_path, workbook(table(list(row), row))))
    assert found.plan.orders[0].first["订单日期"] == date(2025, 3, 1)


def test_no_word_of_python_reaches_a_sentence(tmp_path):
    odd = [True, timedelta(hours=30, minutes=5), "#N/A", datetime(2026, 1, 5, 8, 30).time(), 1e300]
    rows = [["商品编号", "商品名称", "类别", "单价"], *([value, value, value, value] for value in odd)]
    found = examined("products", saved(tmp_path, workbook(rows)))
    found_problems = found.problems(registries.import_kinds["products"])
    said = " ".join(f"{problem.value} {translated(problem.sentence)}" for problem in found_problems)
    said += " ".join(" ".join(row) for row in found.layout.preview)
    for word in ("True", "None", "datetime", "timedelta", "Unusable", "day,", "Decimal", "object"):
        assert word not in said
    assert "30:05" in said


def test_merged_cells_are_named_as_such(tmp_path, rep):
    CustomerFactory(number="K1", name="云汀海雅装备有限公司", owner=rep)

    def merge(sheet):
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("A4:B4")

    second = {**ORDER, "合同编号": None}
    rows = table(list(ORDER), ORDER, second, {**ORDER, "合同编号": "H-2", "客户名称": None})
    found = examined("orders", saved(tmp_path, workbook(rows, change=merge)))
    said = problems("orders", found)
    assert [(row, column) for row, column, _sentence in said] == [(3, "订单编号"), (4, "客户编号")]
    assert ["A2:A3" in said[0][2], "A4:B4" in said[1][2]] == [True, True]
