"""A stock count's sheet goes out as a workbook and comes back with what was counted."""

import pytest
from django.urls import reverse

from core.workflow import take
from products.counting import open_count
from products.imports.counts import COLUMNS
from tests.factories import ProductFactory
from tests.workbooks import examined, imported, places, saved, table, workbook

pytestmark = pytest.mark.django_db
HEADS = [column.name for column in COLUMNS]


@pytest.fixture
def count(operations):
    ProductFactory(code="KX-1")
    ProductFactory(code="KX-2")
    return open_count(category=None, note="", by=operations)


def row(count, product, counted, **more):
    return {"盘点单号": str(count), "商品编号": product, "实盘数量": counted} | more


def sheet(tmp_path, *rows):
    return saved(tmp_path, workbook(table(HEADS, *rows)))


def counted(count):
    return list(count.lines.order_by("product").values_list("counted", "note"))


def test_what_was_counted_comes_from_the_file_and_an_empty_cell_says_nothing(tmp_path, operations, count):
    rows = [row(count, "ｋｘ－1", 7, 说明="角落"), row(count, "KX-2", None)]
    assert imported("counts", sheet(tmp_path, *rows)).task.counts == {"changed": 1, "unchanged": 1}
    assert counted(count) == [(7, "角落"), (None, "")]
    assert imported("counts", sheet(tmp_path, *rows)).task.counts == {"unchanged": 2}


def test_the_sheet_that_is_downloaded_changes_nothing(tmp_path, as_operations, count):
    imported("counts", sheet(tmp_path, row(count, "KX-1", "3.5")))
    answer = as_operations.get(reverse("products:count-sheet", args=[count.pk]))
    path = tmp_path / "back.xlsx"
    path.write_bytes(answer.content)
    assert imported("counts", path).task.counts == {"unchanged": 2}
    assert counted(count)[0][0] == 3.5


def test_rows_of_no_open_sheet_or_product_and_doubled_ones_are_named(tmp_path, operations, count):
    ProductFactory(code="KX-3")  # came later
    closed = open_count(category=None, note="", by=operations)
    take(closed, "discard", by=operations, note="x")
    rows = [row("PD999", "KX-1", 1), row(closed, "KX-1", 1), row(count, "KX-3", 1), row(count, "KX-1", 1)]
    found = examined("counts", sheet(tmp_path, *rows, row(count, "KX-1", 2), row(count, "KX-2", -1)))
    numbers = [(2, "盘点单号"), (3, "盘点单号"), (4, "商品编号"), (6, "商品编号"), (7, "实盘数量")]
    assert places("counts", found) == numbers
    assert counted(count) == [(None, ""), (None, "")]
