"""Imports as pages: upload, columns, dry run, confirmation, job; and what stays of them."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import DataError, IntegrityError, OperationalError
from django.utils import timezone
from psycopg.errors import AdminShutdown

from core.imports import store, work
from core.jobs.runner import run_due
from core.models import Event, ImportRun, Job, Message
from customers.models import Customer
from orders.models import Order
from tests.factories import CustomerFactory
from tests.sample_files import pdf_bytes
from tests.workbooks import repacked, table, upload, workbook

pytestmark = pytest.mark.django_db
HEADS = ("客户编号", "客户名称", "客户等级")
GOOD = [
    {"客户编号": "K1", "客户名称": "云汀海雅装备有限公司"},
    {"客户编号": "K2", "客户名称": "白鹭青麦自动化有限公司"},
]
BAD = [{"客户编号": "K1"}, {"客户编号": "K2", "客户名称": "云汀海雅装备有限公司", "客户等级": "D"}]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def bring(client, content: bytes, kind: str = "customers", name: str = "客户.xlsx"):
    """Uploads a workbook and lets the worker check it."""
    response = client.post(f"/imports/{kind}/", {"file": upload(content, name)})
    assert response.status_code == 303, response.content.decode()[:2000]
    run_due()
    return ImportRun.objects.latest("pk")


def page(client, run) -> str:
    return client.get(run.get_absolute_url()).content.decode()


def files() -> list:
    return list((store.Path(store.settings.MEDIA_ROOT) / "imports").glob("*"))


def test_a_check_that_somebody_watches_stays_out_of_their_bell_and_one_that_nobody_watches_reaches_it(
    as_manager, manager
):
    run = bring(as_manager, workbook(table(HEADS, *GOOD)))
    assert Message.objects.filter(user=manager, read_at=None).count() == 1
    page(as_manager, run)
    assert not Message.objects.exists()


# ---- the whole way ---------------------------------------------------------------------------------------------------


def test_a_good_file_is_checked_confirmed_and_imported(as_manager, manager):
    run = bring(as_manager, workbook(table(HEADS, *GOOD)))
    assert run.is_ready
    assert not Customer.objects.exists()
    assert 'id="import-confirm"' in page(as_manager, run)

    confirmed = as_manager.post(f"{run.get_absolute_url()}confirm/")
    job = Job.objects.latest("pk")
    assert (confirmed.status_code, confirmed.url) == (303, job.get_absolute_url())
    run_due()
    job.refresh_from_db()
    assert (job.state, job.outcome_url) == ("done", "/customers/")
    assert Customer.objects.count() == 2
    assert Event.objects.filter(verb="imported", actor=manager).count() == 2
    assert Message.objects.filter(user=manager).exists()

    run.refresh_from_db()
    assert run.imported_at is not None
    assert 'id="import-confirm"' not in page(as_manager, run)
    assert as_manager.post(f"{run.get_absolute_url()}confirm/").url == job.get_absolute_url()
    assert Job.objects.filter(kind="import").count() == 1


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("customers", {"客户名称": "云汀海雅装备有限公司"}),
        ("products", {"商品编号": "P-1", "商品名称": "控制柜", "类别": "电气"}),
        (
            "orders",
            {
                "订单编号": "H-1", "客户编号": "K1", "订单日期": "2026-01-05", "商品名称": "安装",
                "数量": 1, "单价": 100, "预计交付日期": "2026-01-15", "订单状态": "已审核",
            },
        ),
    ],
)  # fmt: skip
def test_a_file_of_new_rows_alone_can_be_confirmed_on_its_page(as_manager, rep, kind, row):
    CustomerFactory(number="K1", owner=rep, team=rep.team)
    run = bring(as_manager, workbook(table(row, row)), kind=kind)
    assert run.findings["problems"] == []
    assert 'id="import-confirm"' in page(as_manager, run)


def test_while_the_file_is_checked_the_page_renews_itself(as_manager):
    as_manager.post("/imports/customers/", {"file": upload(workbook(table(HEADS, *GOOD)))})
    run = ImportRun.objects.get()
    assert 'hx-trigger="every 1s"' in page(as_manager, run)
    assert as_manager.post(f"{run.get_absolute_url()}confirm/").url == run.get_absolute_url()
    run_due()
    assert 'hx-trigger="every 1s"' not in page(as_manager, run)


def test_a_file_with_problems_shows_them_and_gives_back_a_marked_workbook(as_manager):
    run = bring(as_manager, workbook([["客户档案"], [], *table(HEADS, *BAD)]))
    text = page(as_manager, run)
    assert 'id="import-confirm"' not in text
    assert [(p["row"], p["column"]) for p in run.findings["problems"]] == [(4, "客户名称"), (5, "客户等级")]

    marked = as_manager.get(f"/jobs/{run.check_job.pk}/download/")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(marked.streaming_content))).active
    assert [cell.value for cell in sheet[3]] == [*HEADS, "导入问题"]
    assert sheet["B4"].comment is not None
    assert sheet["C5"].fill.fgColor.rgb.endswith("FDECEB")
    assert sheet["A4"].comment is None
    assert sheet["D5"].value
    assert as_manager.post(f"{run.get_absolute_url()}confirm/").status_code == 303
    run_due()
    assert not Customer.objects.exists()


def test_whatever_a_sheet_is_called_and_holds_its_problems_are_marked(as_manager):
    content = workbook(table(HEADS, {"客户编号": 777, "客户名称": "云汀海雅装备有限公司", "客户等级": "D"}))
    content = repacked(content, "xl/workbook.xml", lambda xml: xml.replace("Sheet1", "2025/26 [老]:客户"))
    content = repacked(content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("777", "7" * 400))
    run = bring(as_manager, content)
    assert [(p["row"], p["column"]) for p in run.findings["problems"]] == [(2, "客户编号"), (2, "客户等级")]
    marked = as_manager.get(f"/jobs/{run.check_job.pk}/download/")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(marked.streaming_content))).active
    assert (sheet["A2"].comment is None, sheet["C2"].comment is None) == (False, False)


def test_a_mended_error_workbook_can_be_brought_back(as_manager):
    run = bring(as_manager, workbook(table(HEADS, *BAD)))
    content = b"".join(as_manager.get(f"/jobs/{run.check_job.pk}/download/").streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.active["B2"], book.active["C3"] = "白鹭青麦有限公司", "B"
    target = io.BytesIO()
    book.save(target)
    run = bring(as_manager, target.getvalue())
    assert run.is_ready
    assert run.findings["notices"] == []


def test_columns_are_assigned_on_the_page(as_manager):
    run = bring(as_manager, workbook([["档案号", "抬头"], ["K1", "云汀海雅装备有限公司"]]))
    assert run.is_unclear
    text = page(as_manager, run)
    assert "<details" in text
    assert "抬头" in text
    columns = {"sheet": "Sheet1", "header_row": "1", "column-0": "0", "column-1": "1"}
    assert as_manager.post(f"{run.get_absolute_url()}columns/", {**columns, "column-2": "1"}).status_code == 422
    assert as_manager.post(f"{run.get_absolute_url()}columns/", columns).status_code == 303
    run_due()
    run.refresh_from_db()
    assert run.is_ready
    as_manager.post(f"{run.get_absolute_url()}confirm/")
    run_due()
    assert Customer.objects.get().number == "K1"


def test_another_header_row_starts_afresh(as_manager):
    run = bring(
        as_manager,
        workbook([["客户名称", "说明"], ["下面才是表头", ""], ["客户名称", "客户等级"], ["云汀海雅有限公司", "A"]]),
    )
    as_manager.post(f"{run.get_absolute_url()}columns/", {"sheet": "Sheet1", "header_row": "1", "column-1": "0"})
    run_due()
    run.refresh_from_db()
    assert run.findings["header_row"] == 1
    as_manager.post(f"{run.get_absolute_url()}columns/", {"sheet": "Sheet1", "header_row": "3"})
    run_due()
    run.refresh_from_db()
    assert (run.findings["header_row"], run.findings["rows"]) == (3, 1)


def test_what_changed_between_check_and_import_stops_the_import(as_manager, other_rep):
    run = bring(as_manager, workbook(table(HEADS, *GOOD)))
    CustomerFactory(number="K1", name="别的公司", owner=other_rep)
    as_manager.post(f"{run.get_absolute_url()}confirm/")
    run_due()
    assert Job.objects.latest("pk").state == "failed"
    assert Customer.objects.count() == 1


def test_the_page_tells_that_the_import_failed_until_the_file_is_checked_again(as_manager):
    run = bring(as_manager, workbook(table(HEADS, *GOOD)))
    other = CustomerFactory(number="K1", credit_code="", name="别的公司", owner=None)
    as_manager.post(f"{run.get_absolute_url()}confirm/")
    assert 'id="import-confirm"' not in page(as_manager, run)
    other.name = "白鹭青麦自动化有限公司"
    other.save()
    run_due()
    assert "导入失败" in page(as_manager, run)
    as_manager.post(f"{run.get_absolute_url()}columns/", {})
    run_due()
    run.refresh_from_db()
    assert not run.is_ready
    assert "导入失败" not in page(as_manager, run)


def test_choices_that_no_page_offers_break_nothing(as_manager):
    run = bring(as_manager, workbook([["档案号", "抬头"], ["K1", "云汀海雅装备有限公司"]]))
    for posted in (
        {"sheet": "\0", "header_row": "1"},
        {"sheet": "Sheet1", "header_row": "9" * 5_000},
        {"sheet": "Sheet1", "header_row": "1", "column-0": "9" * 5_000},
        {"sheet": "x" * 10_000, "header_row": "-1"},
    ):
        assert as_manager.post(f"{run.get_absolute_url()}columns/", posted).status_code == 303
        run_due()
        run.refresh_from_db()
        assert run.is_unclear
        assert "\0" not in run.choice["sheet"]


# ---- what is refused at once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", pdf_bytes()], ids=["empty", "text", "pdf"])
def test_what_is_no_workbook_is_refused_beside_the_field_and_not_kept(as_manager, content):
    response = as_manager.post("/imports/customers/", {"file": upload(content)})
    assert response.status_code == 422
    assert "err_file" in response.content.decode()
    assert not ImportRun.objects.exists()
    assert files() == []


def test_a_file_that_breaks_while_it_is_read_is_refused_on_its_page(as_manager):
    broken = workbook([["客户名称"], ["x"]])
    run = bring(as_manager, broken)
    (store.location_of(run)).write_bytes(b"PK\x03\x04 gone wrong")
    as_manager.post(f"{run.get_absolute_url()}columns/", {})
    run_due()
    run.refresh_from_db()
    assert run.findings["refused"]
    assert 'id="import-problems"' in page(as_manager, run)


def test_only_managers_import_and_only_their_own_uploads(
    as_manager, as_rep, as_finance, as_admin, browser_of, other_manager
):
    run = bring(as_manager, workbook(table(HEADS, *GOOD)))
    assert browser_of(other_manager).get(run.get_absolute_url()).status_code == 404
    for client in (as_rep, as_finance, as_admin):
        assert client.get("/imports/customers/").status_code == 403
    for client in (as_rep, as_admin):
        assert client.get("/imports/").status_code == 403
    assert as_finance.get("/imports/receipts/").status_code == 200
    assert as_manager.get("/imports/receipts/").status_code == 403
    for kind in ("costs", "nonsense"):
        assert as_manager.get(f"/imports/{kind}/").status_code == 404


def test_who_is_no_manager_any_more_imports_nothing(as_manager, manager):
    run = bring(as_manager, workbook(table(HEADS, *GOOD)))
    as_manager.post(f"{run.get_absolute_url()}confirm/")
    manager.role = "finance"
    manager.save(update_fields=["role"])
    run_due()
    assert Job.objects.latest("pk").state == "failed"
    assert not Customer.objects.exists()


# ---- templates, many problems, tidying up ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["customers", "products", "orders"])
def test_a_template_has_the_headings_an_example_and_notes(as_manager, kind):
    response = as_manager.get(f"/imports/{kind}/template/")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    sheet, notes = book.worksheets
    heads = [cell.value for cell in sheet[1]]
    assert len(heads) == len(set(heads)) == sheet.max_column
    assert sheet.max_row == 2
    assert sheet.column_dimensions["A"].width > 5
    assert [row[0].value for row in notes.iter_rows(min_row=2, max_row=1 + len(heads))] == heads
    run = bring(as_manager, response.content, kind)
    assert (run.findings["header_row"], run.findings["missing"]) == (1, [])


def test_five_hundred_problems_among_many_rows_are_shown_a_page_at_a_time(as_manager):
    CustomerFactory(number="K1", owner=None)
    heads = ["订单编号", "客户编号", "订单日期", "商品名称", "数量", "单价", "预计交付日期", "订单状态"]
    rows = [
        [f"H{n:05d}", "K1", "2025/3/1", "控制柜", -1 if n % 3 == 0 else 2, 8600, "2025/4/1", "已审核"]
        for n in range(1_500)
    ]
    run = bring(as_manager, workbook([heads, *rows]), "orders")
    text = page(as_manager, run)
    assert run.findings["problem_count"] == len(run.findings["problems"]) == 500
    assert text.count("<tr>") >= 50
    assert "1 / 10" in text
    assert not Order.objects.exists()


def test_uploads_go_after_a_while_and_their_rows_stay(as_manager):
    run = bring(as_manager, workbook(table(HEADS, *GOOD)))
    store.tidy()
    assert len(files()) == 1
    ImportRun.objects.update(brought_at=timezone.now() - store.KEPT_FOR - timedelta(hours=1))
    store.tidy()
    run.refresh_from_db()
    assert (files(), run.path, run.is_ready) == ([], "", False)
    assert as_manager.get(run.get_absolute_url()).status_code == 200


def test_lists_and_navigation_lead_managers_to_the_import(as_manager, as_rep):
    for kind in ("customers", "products", "orders"):
        assert f"/imports/{kind}/" in as_manager.get(f"/{kind}/").content.decode()
        assert f"/imports/{kind}/" not in as_rep.get(f"/{kind}/").content.decode()
    index = as_manager.get("/imports/").content.decode()
    assert index.index("/imports/products/") < index.index("/imports/orders/")


def test_a_file_whose_rows_are_all_known_is_not_called_ready():
    known, some = ({"clean": True, "counts": {"created": n, "changed": 0, "unchanged": 5}} for n in (0, 1))
    assert ImportRun(findings=known).state[0] == "good"
    assert ImportRun(findings=some).state[0] == "wait"


@pytest.mark.parametrize("error", [IntegrityError, DataError, OperationalError, OverflowError])
def test_what_the_database_refuses_is_said_once_and_not_tried_again(as_manager, monkeypatch, error):
    def refuse(_kind, _ready):
        raise error("duplicate key value violates unique constraint")

    run = bring(as_manager, workbook(table(HEADS, *GOOD)))
    monkeypatch.setattr(work, "write", refuse)
    as_manager.post(f"{run.get_absolute_url()}confirm/")
    run_due()
    job = Job.objects.latest("pk")
    assert (job.state, job.attempts) == ("failed", 1)
    assert "未导入" in page(as_manager, run) or "没有导入" in page(as_manager, run)
    assert "duplicate" not in page(as_manager, run)


def test_a_connection_lost_while_importing_says_nothing_about_the_file(as_manager, monkeypatch):
    def lose(_kind, _ready):
        raise OperationalError("terminating connection") from AdminShutdown()

    run = bring(as_manager, workbook(table(HEADS, *GOOD)))
    monkeypatch.setattr(work, "write", lose)
    as_manager.post(f"{run.get_absolute_url()}confirm/")
    run_due()
    assert Job.objects.latest("pk").state == "queued"
