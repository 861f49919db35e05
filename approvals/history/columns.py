"""The columns of historical orders; one row per line, and the cells of the header alike in all rows of an order."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy

from core.imports.kinds import Column
from core.imports.values import choice, code, day, figure, note, percent, text
from customers.models import Grade
from orders.statuses import Status

NUMBER, CUSTOMER, ORDERED, STATUS = "订单编号", "客户编号", "订单日期", "订单状态"
PROMISED, SHIPPED, TRACKING, SIGNED = "预计交付日期", "实际发货日期", "物流单号", "签收日期"
TERMS, GRADE, REMARKS = "付款方式", "客户等级", "备注"
PRODUCT, NAME, SPECIFICATION, CATEGORY = "商品编号", "商品名称", "规格型号", "类别"
QUANTITY, PRICE, TAX_RATE = "数量", "单价", "税率"

#: What is said about the order as a whole, so that its rows must agree; remarks are put together instead.
HEADER = (CUSTOMER, ORDERED, TERMS, PROMISED, SHIPPED, TRACKING, SIGNED, STATUS, GRADE)
STATUSES = {"已审核": Status.APPROVED, "已完成": Status.COMPLETED, "已取消": Status.CANCELLED}
_LONGEST_TRACKING = 40
_LARGEST_QUANTITY, _LARGEST_PRICE = Decimal("99999999999.999"), Decimal("99999999.999999")


def _tracking(raw) -> str:
    """As it is kept: without blanks, letters large."""
    return code(_LONGEST_TRACKING)("".join(code(2 * _LONGEST_TRACKING)(raw).split()).upper())


COLUMNS = (
    Column(NUMBER, code(60), True, 16, "H2025-0001", gettext_lazy("the same in every row of an order; it is kept")),
    Column(CUSTOMER, code(20), True, 12, "K0001", gettext_lazy("of a customer who is here already")),
    Column(ORDERED, day, True, 12, date(2025, 9, 1)),
    Column(PRODUCT, code(40), width=12, example="KX-200", hint=gettext_lazy("empty: a line in free text")),
    Column(NAME, text(120), True, 20, "控制柜"),
    Column(SPECIFICATION, text(120), width=18, example="KX-200 双门"),
    Column(CATEGORY, text(60), width=12, example="控制柜", hint=gettext_lazy("adds a product that is not known yet")),
    Column(QUANTITY, figure(places=3, largest=_LARGEST_QUANTITY, zero=False), True, 8, 12),
    Column(
        PRICE,
        figure(places=6, largest=_LARGEST_PRICE),
        True,
        12,
        8600,
        gettext_lazy("as agreed, without tax, after discount, in 元"),
    ),
    Column(TAX_RATE, percent, width=8, example="13%", hint=gettext_lazy("empty: the product's, else 13%")),
    Column(TERMS, text(100), width=22, example="30%预付款，70%到货款", hint=gettext_lazy("known terms, or N%…，N%…")),
    Column(PROMISED, day, True, 14, date(2025, 10, 8)),
    Column(SHIPPED, day, width=14, example=date(2025, 10, 5)),
    Column(TRACKING, _tracking, width=16, example="SF0000000001"),
    Column(SIGNED, day, width=12, example=date(2025, 10, 7), hint=gettext_lazy("a completed order needs it")),
    Column(STATUS, choice(STATUSES), True, 10, "已完成", " / ".join(STATUSES)),
    Column(GRADE, choice(dict(Grade.choices)), width=10, example="B", hint=gettext_lazy("on the order date")),
    Column(REMARKS, note(), width=24, example="随货附出厂检验报告"),
)
