"""A list that was exported comes back as it was: into the same system, and into an empty one."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from accounts.models import Team, User
from approvals.tests.past_orders import CANCELLED, DONE, OPEN, sheet
from core.exports import request_export
from core.jobs.files import path_of
from core.jobs.runner import run_due
from core.models import Job
from core.protections import drop_all
from customers.models import Customer
from fulfilment.models import Shipment
from orders.models import Order, OrderLine
from products.models import COSTS, Product
from requirements.models import Requirement
from tests.factories import CustomerFactory, ProductFactory, TeamFactory, UserFactory
from tests.roles import as_owner
from tests.workbooks import examined, imported, problems, saved, table, workbook

KINDS = ("customers", "products", "orders", "requirements")


def people() -> User:
    """A manager with one rep."""
    team = TeamFactory(name="一组")
    UserFactory(username="rep", name="周敏", role="rep", team=team)
    return UserFactory(username="manager", role="manager", team=team)


def fill(tmp_path: Path) -> None:
    """Customers with and without an owner, products on and off sale, orders of every final status."""
    rep = User.objects.get(username="rep")
    owned = CustomerFactory(
        number="K1", name="云汀海雅装备(集团)有限公司", short_name="海雅装备", owner=rep, grade="A", industry="环保",
        province="云汀省", city="云汀市", district="望潮区", address="拾贝路 18 号", source="exhibition",
        core_needs="一\n二",
    )  # fmt: skip
    owned.contacts.update(name="李强", job_title="采购经理", phone="0000-8016")
    CustomerFactory(number="K2", name="白鹭青麦自动化有限公司", owner=None, source="other")
    ProductFactory(code="00123", name="控制柜", list_price=Decimal("8600.123456"), tax_rate=9, lead_time=12)
    costs = {"cost_materials": Decimal("4100.5"), "cost_labour": 800, "cost_freight": Decimal("0.125")}
    ProductFactory(code="OLD", name="旧柜", active=False, reorder_point=Decimal("2.5"), **costs)
    ProductFactory(code="FW", name="安装调试", kind="service", lead_time=0, unit="次")
    parts = [
        {**DONE, "订单编号": "H4", "商品编号": "00123", "单价": Decimal("100.123456"), "数量": Decimal("2.125")},
        {
            **DONE,
            "订单编号": "H4",
            "实际发货日期": "2025-10-20",
            "物流单号": "SF9",
            "签收日期": "2025-10-22",
            "商品编号": None,
        },
    ]
    own = {**OPEN, "客户编号": "K2", "商品编号": "00123", "备注": "一行\n两行"}
    imported("orders", sheet(tmp_path, *parts, own, {**CANCELLED, "商品编号": None}, {**DONE, "商品编号": "00123"}))
    asked = {"需求编号": "XQ202509001", "客户编号": "K1", "接收日期": "2025-09-01", "需求描述": "控制柜\n两台"}
    wanted = {"沟通方式": "邮件", "优先级": "紧急", "预算上限": "220000.50", "期望交付日期": "2025-12-01"}
    bought = {
        "首次响应日期": "2025-09-02",
        "书面确认日期": "2025-09-05",
        "订单编号": "H4",
        "质量标准": "GB 7251",
        "联系人": "李强",
    }
    lost = {"需求编号": "XQ202509002", "客户编号": "K2", "优先级": "常规", "流失原因": "价格：太贵"}
    imported("requirements", requirements(tmp_path, {**asked, **wanted, **bought}, {**asked, **lost}))


def requirements(tmp_path: Path, *rows: dict) -> Path:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    return saved(tmp_path, workbook(table(heads, *rows)), "requirements.xlsx")


def exported(key: str, by: User, tmp_path: Path) -> Path:
    request_export(key, query="", by=by)
    run_due()
    path = tmp_path / f"{key}.xlsx"
    made = path_of(Job.objects.latest("pk"))
    assert made is not None
    path.write_bytes(made.read_bytes())
    return path


def everything() -> dict[str, list]:
    """What has to be the same afterwards."""
    return {
        "customers": list(
            Customer.objects.order_by("number").values_list(
                "number", "name", "short_name", "owner__username", "grade", "industry", "province", "city", "district",
                "address", "source", "core_needs", "contacts__name", "contacts__job_title", "contacts__phone",
            )
        ),
        "products": list(
            Product.objects.order_by("code").values_list(
                "code", "name", "specification", "category__name", "unit", "list_price", "tax_rate", "lead_time",
                "active", "kind", "reorder_point", *COSTS,
            )
        ),
        "orders": list(
            Order.objects.order_by("number").values_list(
                "number", "customer__number", "rep__username", "order_date", "promised_date", "status", "grade",
                "delivery_status", "payment_status", "signed_off_on", "gross_total", "remarks", "payment_terms__name",
            )
        ),
        "lines": list(
            OrderLine.objects.order_by("order__number", "position").values_list(
                "order__number", "product__code", "name", "quantity", "unit_price", "tax_rate", "signed_off_on"
            )
        ),
        "requirements": list(
            Requirement.objects.order_by("number").values_list(
                "number", "customer__number", "contact__name", "channel", "received_at", "description", "priority",
                "quality_standard", "wanted_date", "budget_to", "status", "responded_at", "confirmed_on", "lost_on",
                "lost_reason", "lost_note", "orders__number",
            )
        ),
        "shipments": list(
            Shipment.objects.order_by("order__number", "sequence").values_list(
                "order__number", "sequence", "status", "tracking_number", "shipped_on", "signed_on"
            )
        ),
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_an_exported_list_changes_nothing_where_it_came_from(tmp_path, kind, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    manager = people()
    fill(tmp_path)
    found = examined(kind, exported(kind, manager, tmp_path), by=manager)
    assert found.is_clean, problems(kind, found)
    assert (found.counts["created"], found.counts["changed"]) == (0, 0)
    assert found.counts["unchanged"] == {"customers": 2, "products": 3, "orders": 4, "requirements": 2}[kind]
    assert found.layout.guessed == []


@pytest.mark.django_db(transaction=True)
def test_exported_lists_restore_an_empty_system(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    manager = people()
    fill(tmp_path)
    before = everything()
    paths = {kind: exported(kind, manager, tmp_path) for kind in KINDS}
    drop_all()  # made again by the flush
    with as_owner():
        call_command("flush", interactive=False)
    assert not Team.objects.filter(name="一组").exists()
    manager = people()
    for kind, path in paths.items():
        imported(kind, path, by=manager)
    assert everything() == before


@pytest.mark.django_db
def test_who_may_not_import_gets_no_sheet_for_it(tmp_path, settings, finance):
    settings.MEDIA_ROOT = tmp_path / "media"
    manager = people()
    fill(tmp_path)
    assert "导入用" not in openpyxl.load_workbook(exported("orders", finance, tmp_path)).sheetnames
    assert "导入用" in openpyxl.load_workbook(exported("orders", manager, tmp_path)).sheetnames
