"""The columns of a customer's purchase order: those of our imports, and the words that buyers use for them."""

import re
from dataclasses import dataclass
from typing import Any

from core.imports.kinds import Column
from core.imports.looks import like_words
from core.imports.values import displayed, is_blank
from products.imports import catalogue

LINE_NO, OUR_CODE, CODE, NAME, SPECIFICATION = "序号", "供应商料号", "物料编码", "商品名称", "规格型号"
QUANTITY, UNIT, PRICE, NET_PRICE, GROSS_PRICE = "数量", "单位", "单价", "不含税单价", "含税单价"
DISCOUNT, TAX_RATE, AMOUNT, WANTED, REMARKS = "折扣", "税率", "金额", "交货日期", "备注"
#: The prices that a file may have, and whether they are with tax; None: the heading does not say.
PRICES = {NET_PRICE: False, GROSS_PRICE: True, PRICE: None}

_DIGIT = re.compile(r"\d")


def _as_written(raw: Any) -> Any:
    """Whatever stands in the cell: what it means is found out once the whole row is known."""
    return None if is_blank(raw) else raw


def _with_digits(text: str) -> bool:
    return bool(_DIGIT.search(text))


def _imported(name: str) -> tuple[str, ...]:
    """What the import of products calls a column besides its name."""
    return next(column.also for column in catalogue.COLUMNS if column.name == name)


def _column(name: str, *also: str, looks=None) -> Column:
    return Column(name, _as_written, also=also, looks=looks)


COLUMNS = (
    _column(LINE_NO, "行号", "项次", "项号", "no", "no.", "line", "lineno", "lineno.", "s/n", "sn", "#", "pos", "pos."),
    _column(
        OUR_CODE,
        *("贵司料号", "贵司编码", "供方料号", "供方编码", "供应商编码", "供应商物料号", "卖方料号", "厂家料号"),
        *("supplierpartno", "supplierpartno.", "supplieritemno", "supplieritemno.", "vendorpartno", "vendorpartno."),
        *("yourpartno", "yourpartno.", "youritemno", "youritemno.", "yourref"),
    ),
    _column(
        CODE,
        *(catalogue.NUMBER, *_imported(catalogue.NUMBER)),
        *(
            "客户料号",
            "我司料号",
            "我司编码",
            "物料号",
            "物料代码",
            "材料编码",
            "品号",
            "货品编码",
            "partno",
            "partno.",
        ),
        *("partnumber", "itemno", "itemno.", "itemcode", "itemnumber", "materialno", "materialno.", "materialcode"),
        *("productcode", "productno", "productno.", "articleno", "articleno.", "sku", "code"),
    ),
    _column(
        NAME,
        *_imported(catalogue.NAME),
        *("货物名称", "材料名称", "设备名称", "物品名称", "产品描述", "物料描述", "货物描述", "描述", "品名规格"),
        *("品名及规格", "名称及规格", "名称规格", "产品名称及规格", "内容", "productname", "itemname", "description"),
        *("itemdescription", "productdescription", "descriptionofgoods", "goods", "commodity", "product", "material"),
        *("item", "name", "article"),
        looks=like_words,
    ),
    _column(
        SPECIFICATION,
        *_imported(catalogue.SPECIFICATION),
        *("型号规格", "规格/型号", "技术参数", "参数", "specification", "specifications", "spec", "spec.", "model"),
        *("modelno", "modelno.", "type", "size"),
    ),
    _column(
        QUANTITY,
        *("订货数量", "订单数量", "采购数量", "需求数量", "购买数量", "订购数量", "总数量", "qty", "qty.", "quantity"),
        *("orderqty", "orderquantity", "orderedqty", "qtyordered"),
        looks=_with_digits,
    ),
    _column(UNIT, *_imported(catalogue.UNIT), "采购单位", "unit", "uom", "u/m", "units"),
    _column(PRICE, "价格", "采购单价", "采购价", "unitprice", "price", "u/p", "unitcost", "rate", looks=_with_digits),
    _column(
        NET_PRICE,
        *("未税单价", "单价不含税", "单价未税", "不含税价", "未税价", "netprice", "netunitprice", "unitpricenet"),
        looks=_with_digits,
    ),
    _column(GROSS_PRICE, "单价含税", "含税价", "含税采购价", "grossprice", "grossunitprice", looks=_with_digits),
    _column(DISCOUNT, "折扣率", "discount", "disc", "disc.", "discount%", looks=_with_digits),
    _column(TAX_RATE, "增值税率", "税率%", "税点", "vat", "vat%", "vatrate", "taxrate", "tax%", looks=_with_digits),
    _column(
        AMOUNT,
        *("总价", "小计", "总金额", "价税合计", "含税金额", "不含税金额", "未税金额", "含税总价", "合计金额", "合计"),
        *("amount", "total", "linetotal", "totalprice", "totalamount", "extendedprice", "lineamount", "value"),
        looks=_with_digits,
    ),
    _column(
        WANTED,
        *("交期", "交货期", "交付日期", "要求到货", "要求到货日期", "要求交期", "要求交货日期", "到货日期", "需求日期"),
        *("交货时间", "deliverydate", "duedate", "requireddate", "needbydate", "shipdate", "etd", "eta", "delivery"),
        looks=_with_digits,
    ),
    _column(REMARKS, "说明", "附注", "要求", "备注说明", "remark", "remarks", "note", "notes", "comment", "comments"),
)


@dataclass(frozen=True)
class PurchaseColumns:
    """The columns as ``core.imports`` looks for them."""

    columns: tuple[Column, ...] = COLUMNS

    @property
    def offered(self) -> tuple[Column, ...]:
        return self.columns


KIND = PurchaseColumns()
NAMES = {column.name.casefold() for column in COLUMNS}
WORDS = NAMES | {word.casefold() for column in COLUMNS for word in column.also}
PRICE_WORDS = {word.casefold() for column in COLUMNS if column.name in PRICES for word in (column.name, *column.also)}


def words_in(raw: Any) -> str:
    """What a cell shows, however long it is; empty for nothing."""
    return "" if is_blank(raw) else " ".join(raw.split()) if isinstance(raw, str) else displayed(raw)
