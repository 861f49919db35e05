"""Products from a spreadsheet: added, brought up to date, or refused."""

from decimal import Decimal

import pytest

from core.events import timeline_of
from core.imports.kinds import Overtaken
from products.imports import COLUMNS, rows_of
from products.models import Category, Product
from tests.factories import ProductFactory
from tests.workbooks import examined, imported, notices, places, saved, table, workbook

pytestmark = pytest.mark.django_db
HEADS = [column.name for column in COLUMNS]
CABINET = {"商品编号": "KX-200", "商品名称": "控制柜", "类别": "控制柜", "单位": "台", "单价": "¥8,600", "税率": "13%"}


def sheet(tmp_path, *rows):
    return saved(tmp_path, workbook(table(HEADS, *rows)))


def test_a_row_adds_a_product_with_its_category(tmp_path):
    found = imported(
        "products", sheet(tmp_path, {**CABINET, "交期": "12个工作日"}, {**CABINET, "商品编号": 7, "税率": 0.06})
    )
    product = Product.objects.get(code="KX-200")
    assert (product.category.name, product.list_price, product.tax_rate, product.lead_time, product.active) == (
        "控制柜",
        Decimal("8600"),
        Decimal(13),
        12,
        True,
    )
    assert Product.objects.get(code="7").tax_rate == 6
    assert Product.objects.matching("kzg").count() == 2
    assert Category.objects.count() == 1
    assert "控制柜" in notices(found)[0]


def test_a_second_import_changes_nothing_and_another_price_does(tmp_path):
    imported("products", sheet(tmp_path, CABINET))
    assert imported("products", sheet(tmp_path, CABINET)).task.counts == {"unchanged": 1}
    found = imported("products", sheet(tmp_path, {**CABINET, "单价": 8700, "单位": None, "税率": None}))
    product = Product.objects.get()
    assert found.task.counts == {"changed": 1}
    assert (product.list_price, product.unit, product.tax_rate) == (8700, "台", 13)


def test_what_the_file_lists_is_on_sale_again_and_a_missing_price_is_told(tmp_path):
    ProductFactory(code="KX-200", active=False)
    found = imported("products", sheet(tmp_path, CABINET, {"商品编号": "N1", "商品名称": "新", "类别": "控制柜"}))
    assert Product.objects.get(code="KX-200").active
    assert Product.objects.get(code="N1").list_price == 0
    assert len(notices(found)) == 2


def test_mistakes_are_named_and_nothing_is_written(tmp_path):
    ProductFactory(code="kx-300")
    rows = [
        CABINET,
        CABINET,
        {**CABINET, "商品编号": "KX-300"},
        {**CABINET, "商品编号": "A", "类别": None},
        {**CABINET, "商品编号": "B", "单价": -1, "税率": 0.5, "交期": 2.5},
        {**CABINET, "商品编号": None},
    ]
    found = examined("products", sheet(tmp_path, *rows))
    assert places("products", found) == [
        (3, "商品编号"),
        (5, "类别"),
        (6, "单价"),
        (6, "税率"),
        (6, "交期"),
        (7, "商品编号"),
    ]
    assert Product.objects.count() == 1


def test_what_somebody_changed_meanwhile_is_not_overwritten(tmp_path, monkeypatch):
    product = ProductFactory(code="KX-200")

    def change_before_writing(kind, seen):
        Product.objects.filter(pk=product.pk).update(name="改名")
        return True

    monkeypatch.setattr("core.imports.work.is_first", change_before_writing)
    with pytest.raises(Overtaken):
        imported("products", sheet(tmp_path, CABINET))


COSTS = {"标准材料": "3200.5", "标准人工": 800, "标准制造": "¥450", "标准物流": 120, "标准售后": 0, "补货点": 12.5}


def test_standard_costs_and_the_reorder_point_come_with_the_file(tmp_path):
    imported("products", sheet(tmp_path, {**CABINET, **COSTS}))
    product = Product.objects.get()
    assert (product.cost_materials, product.cost_service) == (Decimal("3200.5"), 0)
    assert product.standard_cost == Decimal("4570.5")
    assert product.reorder_point == Decimal("12.5")
    assert product.low_since is not None  # there is nothing of it yet
    assert next(entry.sentence for entry in timeline_of(product)) == "标准成本已变更"


def test_a_cost_that_changes_is_told_apart_from_the_rest_and_an_empty_cell_changes_nothing(tmp_path):
    imported("products", sheet(tmp_path, {**CABINET, **COSTS}))
    changed = {**CABINET, **dict.fromkeys(COSTS), "标准人工": 900}
    assert imported("products", sheet(tmp_path, changed)).task.counts == {"changed": 1}
    product = Product.objects.get()
    assert (product.cost_labour, product.cost_overhead) == (900, 450)
    newest, *_older = timeline_of(product)
    assert [(old, new) for _label, old, new in newest.changes] == [("800", "900")]


def test_what_is_written_down_for_import_changes_nothing(tmp_path):
    category = Category.objects.create(name="柜体", parent=Category.objects.create(name="工控"))
    ProductFactory(category=category, cost_labour="3.125", reorder_point="0.5", active=False)
    ProductFactory(kind="service", lead_time=0)
    rows = list(rows_of(Product.objects.select_related("category")))
    assert imported("products", sheet(tmp_path, *rows)).task.counts == {"unchanged": 2}


def test_costs_below_zero_and_reorder_points_that_are_none_are_refused(tmp_path):
    found = examined("products", sheet(tmp_path, {**CABINET, "标准材料": -1, "补货点": "很多"}))
    assert places("products", found) == [(2, "补货点"), (2, "标准材料")]
