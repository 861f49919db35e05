"""The columns of historical orders; one row per line, and the cells of the header alike in all rows of an order."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy

from core.imports.kinds import Column
from core.imports.looks import like_code, like_words
from core.imports.values import choice, code, day, figure, note, percent, text
from customers.models import Grade
from orders.statuses import Status

NUMBER, CUSTOMER, ORDERED, STATUS = "订单编号", "客户编号", "订单日期", "订单状态"
PROMISED, SHIPPED, TRACKING, SIGNED = "预计交付日期", "实际发货日期", "物流单号", "签收日期"
TERMS, GRADE, REMARKS = "付款方式", "客户等级", "备注"
PRODUCT, NAME, SPECIFICATION, CATEGORY = "商品编号", "商品名称", "规格型号", "类别"
QUANTITY, PRICE, TAX_RATE = "数量", "单价", "税率"
#: Stands in many a ledger instead of the price without tax.
PRICE_WITH_TAX = "含税单价"

#: What is said about the order as a whole, so that its rows must agree; remarks are put together instead, and each row
#: says for itself how its goods were delivered.
HEADER = (CUSTOMER, ORDERED, TERMS, PROMISED, STATUS, GRADE)
STATUSES = {"已审核": Status.APPROVED, "已完成": Status.COMPLETED, "已取消": Status.CANCELLED}
_LONGEST_TRACKING = 40
_LARGEST_QUANTITY, _LARGEST_PRICE = Decimal("99999999999.999"), Decimal("99999999.999999")


_CODES = ("产品编号", "产品编码", "商品编码", "产品代码", "存货编码", "物料编码", "料号", "货号")
_NAMES = ("产品名称", "品名", "货品名称", "物料名称", "存货名称", "产品", "商品", "名称")

COLUMNS = (
    Column(
        NUMBER,
        code(60),
        True,
        16,
        "H2025-0001",
        gettext_lazy("the same in every row of an order; it is kept"),
        also=("订单号", "合同编号", "合同号", "销售单号", "单据编号", "订单编码", "单号"),
        looks=like_code,
    ),
    Column(
        CUSTOMER,
        code(120),
        True,
        12,
        "K0001",
        gettext_lazy("number or name of a customer who is here already"),
        also=("客户代码", "客户编码", "客户号", "客户名称", "客户简称", "客户", "购货单位", "单位名称", "公司名称"),
    ),
    Column(
        ORDERED,
        day,
        True,
        12,
        date(2025, 9, 1),
        also=("下单日期", "签订日期", "合同日期", "订货日期", "单据日期", "开单日期", "下单时间", "日期"),
    ),
    Column(
        PRODUCT,
        code(40),
        width=12,
        example="KX-200",
        hint=gettext_lazy("empty: a line in free text"),
        also=_CODES,
        looks=like_code,
    ),
    Column(NAME, text(120), True, 20, "控制柜", also=_NAMES, looks=like_words),
    Column(SPECIFICATION, text(120), width=18, example="KX-200 双门", also=("规格", "型号")),
    Column(
        CATEGORY,
        text(60),
        width=12,
        example="控制柜",
        hint=gettext_lazy("adds a product that is not known yet"),
        also=("商品类别", "产品类别", "产品分类", "商品分类", "分类", "品类"),
        looks=like_words,
    ),
    Column(
        QUANTITY,
        figure(places=3, largest=_LARGEST_QUANTITY, zero=False),
        True,
        8,
        12,
        also=("订货数量", "订单数量", "销售数量"),
    ),
    Column(
        PRICE,
        figure(places=6, largest=_LARGEST_PRICE),
        True,
        12,
        8600,
        gettext_lazy("as agreed, without tax, after discount, in 元"),
        also=("不含税单价", "单价不含税", "未税单价", "不含税价", "价格"),
    ),
    Column(
        PRICE_WITH_TAX,
        figure(places=6, largest=_LARGEST_PRICE),
        also=("单价含税", "含税价"),
        instead_of=PRICE,
    ),
    Column(
        TAX_RATE,
        percent,
        width=8,
        example="13%",
        hint=gettext_lazy("empty: the product's, else 13%"),
        also=("增值税率", "税率%"),
    ),
    Column(
        TERMS,
        text(100),
        width=22,
        example="30%预付款，70%到货款",
        hint=gettext_lazy("known terms, or N%…，N%…"),
        also=("付款条件", "付款条款", "结算方式", "收款方式"),
        looks=like_words,
    ),
    Column(
        PROMISED,
        day,
        True,
        14,
        date(2025, 10, 8),
        also=("预计交货日期", "计划交货日期", "交货日期", "约定交期", "承诺交期", "要求交期", "预计交期", "交期"),
    ),
    Column(
        SHIPPED,
        day,
        width=14,
        example=date(2025, 10, 5),
        hint=gettext_lazy("rows of one order may differ: it was delivered in parts"),
        also=("发货日期", "发货时间", "出货日期", "出库日期"),
    ),
    Column(
        TRACKING,
        code(_LONGEST_TRACKING),
        width=16,
        example="SF0000000001",
        also=("快递单号", "运单号", "运单编号", "物流编号"),
        looks=like_code,
    ),
    Column(
        SIGNED,
        day,
        width=12,
        example=date(2025, 10, 7),
        hint=gettext_lazy("a completed order needs it"),
        also=("到货日期", "收货日期", "签收时间", "交付日期"),
    ),
    Column(STATUS, choice(STATUSES), True, 10, "已完成", " / ".join(STATUSES), also=("状态",), telling=True),
    Column(
        GRADE,
        choice(dict(Grade.choices)),
        width=10,
        example="B",
        hint=gettext_lazy("on the order date"),
        also=("等级", "客户级别"),
        telling=True,
    ),
    Column(REMARKS, note(), width=24, example="随货附出厂检验报告", also=("说明", "附注", "订单备注")),
)
