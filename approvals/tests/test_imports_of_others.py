"""What an import says about the orders and customers of other teams: nothing but that a number is taken."""

import io
import json
from datetime import date

import openpyxl
import pytest

from approvals.tests.past_orders import DONE, sheet
from core.jobs.runner import run_due
from core.models import ImportRun
from orders.models import Order
from tests.factories import CustomerFactory, ProductFactory
from tests.workbooks import examined, imported, places, problems, table, upload, workbook

pytestmark = pytest.mark.django_db

#: Words, days and amounts that stand nowhere but in another team's records.
CANARIES = (
    "灰雁",
    "GY-777",
    "ZZ-SPEC",
    "7777",
    "2024-07-17",
    "2024-08-27",
    "2024-07-29",
    "YT777",
    "17%预付款",
    "莫外传",
)
FOREIGN = {
    **DONE,
    "订单编号": "F-1",
    "客户编号": "GY-777",
    "订单日期": "2024-07-17",
    "商品编号": None,
    "商品名称": "灰雁定制柜",
    "规格型号": "ZZ-SPEC",
    "数量": 7777,
    "单价": 7777,
    "付款方式": "17%预付款，83%到货款",
    "预计交付日期": "2024-08-27",
    "实际发货日期": "2024-07-28",
    "物流单号": "YT777",
    "签收日期": "2024-07-29",
    "备注": "莫外传",
}


@pytest.fixture(autouse=True)
def _others(tmp_path, other_rep):
    """A customer and an order of the other team, full of canaries."""
    CustomerFactory(
        number="GY-777",
        name="灰雁重工有限公司",
        short_name="灰雁重工",
        credit_code="91330100MA0000001F",
        owner=other_rep,
    )
    imported("orders", sheet(tmp_path, FOREIGN))


@pytest.fixture
def own(rep):
    ProductFactory(code="KX-200", name="控制柜")
    return CustomerFactory(number="K1", name="云汀海雅装备有限公司", short_name="海雅装备", owner=rep)


def answers_of(client, kind: str, content: bytes) -> str:
    """Everything that somebody reads who brings this workbook: findings, page, error workbook."""
    client.post(f"/imports/{kind}/", {"file": upload(content)})
    run_due()
    run = ImportRun.objects.latest("pk")
    marked = b"".join(client.get(f"/jobs/{run.check_job.pk}/download/").streaming_content)
    cells = [
        f"{cell.value} {cell.comment.text if cell.comment else ''}"
        for sheet in openpyxl.load_workbook(io.BytesIO(marked))
        for row in sheet.iter_rows()
        for cell in row
    ]
    page = client.get(run.get_absolute_url()).content.decode()
    return "\n".join([json.dumps(run.findings, ensure_ascii=False), page, *cells])


@pytest.mark.parametrize("number", ["F-1", "f - 1", "F－1"])
def test_of_another_teams_order_only_its_number_is_said_to_be_taken(as_manager, manager, tmp_path, own, number):
    row = {**DONE, "订单编号": number}
    found = examined("orders", sheet(tmp_path, row), by=manager)
    assert places("orders", found) == [(2, "订单编号")]
    assert problems("orders", found)[0][2] == "该编号已被占用，请换一个编号。"
    answers = answers_of(as_manager, "orders", workbook(table(list(row), row)))
    assert [canary for canary in CANARIES if canary in answers] == []


def test_a_customer_of_another_team_is_to_its_orders_as_one_that_does_not_exist(manager, tmp_path, own):
    def sentence_about(word: str) -> str:
        found = examined("orders", sheet(tmp_path, {**DONE, "客户编号": word}), by=manager)
        assert places("orders", found) == [(2, "客户编号")]
        return problems("orders", found)[0][2]

    assert {sentence_about(word) for word in ("GY-777", "灰雁重工", "灰雁重工有限公司")} == {sentence_about("nobody")}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"客户编号": "gy-777", "客户名称": "云汀海雅装备有限公司"}, "客户编号"),
        ({"客户编号": "N1", "客户名称": "云汀新厂", "统一社会信用代码": "91330100MA0000001F"}, "统一社会信用代码"),
        ({"客户名称": "云汀新厂", "统一社会信用代码": "91330100MA0000001F"}, "统一社会信用代码"),
    ],
)
def test_of_another_teams_customer_only_its_keys_are_said_to_be_taken(as_manager, manager, tmp_path, own, row, column):
    answers = answers_of(as_manager, "customers", workbook(table(list(row), row)))
    assert [canary for canary in CANARIES if canary in answers.replace("gy-777", "")] == []
    found = ImportRun.objects.latest("pk").findings["problems"]
    assert [(problem["row"], problem["column"]) for problem in found] == [(2, column)]


def test_a_name_that_another_teams_customer_has_needs_a_key_of_its_own(as_manager, own):
    row = {"客户名称": "灰雁重工有限公司"}
    answers = answers_of(as_manager, "customers", workbook(table(list(row), row)))
    assert [canary for canary in CANARIES[1:] if canary in answers] == []
    found = ImportRun.objects.latest("pk").findings["problems"]
    assert [(problem["row"], problem["column"]) for problem in found] == [(2, "客户名称")]
    row = {"客户编号": "N1", "客户名称": "灰雁重工有限公司"}
    as_manager.post("/imports/customers/", {"file": upload(workbook(table(list(row), row)))})
    run_due()
    assert ImportRun.objects.latest("pk").is_ready


def test_names_of_other_teams_that_only_sound_or_look_alike_are_not_mentioned(as_manager, own):
    rows = [
        {"客户编号": "N1", "客户名称": "灰燕重工有限公司"},
        {"客户名称": "（集团）灰雁重工股份公司", "客户等级": "Z"},
    ]
    answers = answers_of(as_manager, "customers", workbook(table(["客户编号", "客户名称", "客户等级"], *rows)))
    assert "GY-777" not in answers
    assert "灰雁重工有限公司" not in answers


def test_what_is_nobodys_and_what_is_the_teams_is_still_compared(manager, tmp_path, own):
    imported("orders", sheet(tmp_path, DONE))
    found = examined("orders", sheet(tmp_path, {**DONE, "数量": 3}), by=manager)
    assert places("orders", found) == [(2, "数量")]
    assert Order.objects.get(number="H1").order_date == date(2025, 9, 1)
