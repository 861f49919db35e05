"""Rows of past orders as a spreadsheet has them."""

from datetime import date
from pathlib import Path

from approvals.imports.columns import COLUMNS
from tests.workbooks import saved, table, workbook

HEADS = [column.name for column in COLUMNS]
DONE = {
    "订单编号": "H1",
    "客户编号": "K1",
    "订单日期": "2025/9/1",
    "商品编号": "KX-200",
    "商品名称": "控制柜",
    "数量": 2,
    "单价": "¥8,600.00",
    "税率": "13%",
    "付款方式": "30%预付款，70%到货款",
    "预计交付日期": date(2025, 10, 8),
    "实际发货日期": "2025年10月5日",
    "物流单号": " sf 0001 ",
    "签收日期": "2025-10-07",
    "订单状态": "已完成",
    "客户等级": "A",
}
OPEN = {**DONE, "订单编号": "H2", "实际发货日期": None, "物流单号": None, "签收日期": None, "订单状态": "已审核"}
CANCELLED = {**OPEN, "订单编号": "H3", "订单状态": "已取消"}


def sheet(tmp_path: Path, *rows: dict) -> Path:
    """A workbook of these rows."""
    return saved(tmp_path, workbook(table(HEADS, *rows)))
