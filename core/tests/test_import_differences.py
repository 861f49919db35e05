"""The dry run shows what it would create and change: which record, which field, from what to what."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.imports.differences import SHOWN_RECORDS, in_words
from core.imports.findings import findings_of
from core.jobs.runner import run_due
from core.models import ImportRun
from core.registries import import_kinds
from customers.models import Customer
from tests.factories import CustomerFactory, ProductFactory, RequirementFactory
from tests.workbooks import examined, saved, table, upload, workbook

pytestmark = pytest.mark.django_db


def shown(kind: str, tmp_path, *rows: dict) -> dict[str, list]:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    found = examined(kind, saved(tmp_path, workbook(table(heads, *rows))))
    return in_words(findings_of(found, import_kinds[kind])["differences"])


def test_a_customer_shows_each_field_that_changes_and_a_new_one_what_is_filled_in(tmp_path):
    CustomerFactory(number="K1", name="云汀海雅装备有限公司", industry="环保", core_needs="")
    known = {"客户编号": "K1", "客户名称": "云汀海雅装备有限公司", "所属行业": "化工", "核心需求备注": "柜体红色"}
    found = shown("customers", tmp_path, known, {"客户编号": "K2", "客户名称": "白鹭青麦自动化有限公司"})
    (changed,), (new,) = found["changed"], found["new"]
    assert (changed.row, changed.name, changed.is_open) == (2, "K1 云汀海雅装备有限公司", True)
    assert changed.lines == [("所属行业", "环保", "化工"), ("核心需求备注", "", "柜体红色")]
    assert new.lines == [("客户编号", "", "K2"), ("客户名称", "", "白鹭青麦自动化有限公司")]


def test_a_product_shows_its_price_and_its_costs(tmp_path):
    ProductFactory(code="KX", name="控制柜", list_price=8600, cost_labour=None)
    row = {"商品编号": "KX", "商品名称": "控制柜", "类别": "柜体", "单价": 8450, "标准人工": 900}
    (changed,) = shown("products", tmp_path, row)["changed"]
    said = [(old, new) for _label, old, new in changed.lines]
    assert ("8,600", "8,450") in said
    assert ("", "900") in said


def test_a_requirement_shows_the_state_that_follows(tmp_path):
    customer = CustomerFactory(number="K1")
    requirement = RequirementFactory(customer=customer, description="控制柜两台", priority="regular")
    day = f"{timezone.localtime(requirement.received_at):%Y-%m-%d}"
    row = {"需求编号": requirement.number, "客户编号": "K1", "接收日期": day, "需求描述": "控制柜三台"}
    (changed,) = shown("requirements", tmp_path, row | {"优先级": "常规", "首次响应日期": day})["changed"]
    said = [(old, new) for _label, old, new in changed.lines]
    assert ("控制柜两台", "控制柜三台") in said
    assert ("已记录", "澄清中") in said
    assert ("", day) in said


def test_of_very_many_the_first_are_shown_and_the_first_few_stand_open(tmp_path):
    rows = [{"客户编号": f"K{n}", "客户名称": f"云汀第{n}装备有限公司"} for n in range(SHOWN_RECORDS + 5)]
    assert len(shown("customers", tmp_path, *rows)["new"]) == SHOWN_RECORDS


def test_a_file_with_problems_shows_none(tmp_path):
    nameless = {"客户编号": "K1", "客户名称": "", "所属行业": "环保"}
    assert shown("customers", tmp_path, nameless) == {"changed": [], "new": []}


def test_the_page_shows_both_until_the_file_is_imported(as_manager, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    CustomerFactory(number="K1", name="云汀海雅装备有限公司", industry="环保", owner=None)
    row = {"客户编号": "K1", "客户名称": "云汀海雅装备有限公司", "所属行业": "化工"}
    rows = table(row, row)
    as_manager.post(reverse("import-start", args=["customers"]), {"file": upload(workbook(rows))})
    run_due()
    page = ImportRun.objects.get().get_absolute_url()
    shown = as_manager.get(page).content.decode()
    assert "将更新" in shown
    assert "化工" in shown
    as_manager.post(reverse("import-confirm", args=["customers", ImportRun.objects.get().pk]))
    run_due()
    assert Customer.objects.get(number="K1").industry == "化工"
    assert "将更新" not in as_manager.get(page).content.decode()
