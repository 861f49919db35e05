"""What people call the facts of an order as a whole, in Chinese and English."""

import re

from core.imports.recognition import heading_of

REFERENCE, PROMISED, REMARKS, ADDRESS, BUYER, SELLER = (
    "customer_reference", "promised_date", "remarks", "delivery_address", "buyer", "seller",
)  # fmt: skip

#: What people call a fact, without blanks and in small letters; the first ones count more than the later.
LABELS: dict[str, tuple[str, ...]] = {
    REFERENCE: (
        *("采购单号", "采购订单号", "采购订单编号", "采购单编号", "采购编号", "订购单号", "订单号", "订单编号"),
        *(
            "采购合同号",
            "采购合同编号",
            "合同编号",
            "合同号",
            "po号",
            "po编号",
            "pono",
            "pono.",
            "po#",
            "po",
            "ponumber",
        ),
        *("p.o.no.", "p.o.no", "p.o.", "p.o.number", "purchaseorderno", "purchaseorderno.", "purchaseordernumber"),
        *("orderno", "orderno.", "ordernumber", "order#", "单据编号", "单据号", "单号", "编号"),
    ),
    PROMISED: (
        *("要求到货日期", "要求到货", "要求到货时间", "要求交货日期", "要求交期", "交货日期", "交付日期", "交货时间"),
        *("到货日期", "交货期", "交货期限", "交期", "需求日期", "deliverydate", "requireddeliverydate", "requireddate"),
        *("requesteddeliverydate", "requesteddate", "duedate", "delivery", "deliveryby", "shipdate", "needby"),
    ),
    REMARKS: ("备注", "订单备注", "特别说明", "说明", "附注", "remarks", "remark", "notes", "note", "comments"),
    ADDRESS: (
        *("交货地址", "收货地址", "送货地址", "到货地址", "交货地点", "送货地点", "到货地点", "收货地点"),
        *("deliveryaddress", "shippingaddress", "shipto", "deliverto", "placeofdelivery"),
    ),
    BUYER: (
        *("采购方", "采购单位", "采购商", "需方", "买方", "甲方", "购方", "购货单位", "购货方", "订货单位", "订货方"),
        *("客户名称", "客户", "公司名称", "需方单位", "buyer", "buyername", "purchaser", "customer", "customername"),
        *("company", "companyname", "from", "billto", "orderedby"),
    ),
    SELLER: (
        *(
            "供方",
            "供应商",
            "供应商名称",
            "供货方",
            "供货单位",
            "卖方",
            "乙方",
            "销方",
            "销货单位",
            "supplier",
            "vendor",
        ),
        *("seller", "to", "attn", "attn."),
    ),
}
_MEANING = {word: fact for fact, words in LABELS.items() for word in words}
_RANK = {word: n for words in LABELS.values() for n, word in enumerate(words)}
_SCRIPTS = re.compile(r"[\u3400-\u9fff]+|[^\u3400-\u9fff]+")
_BRACKETS = re.compile(r"[()（）\[\]【】/]+")


def fact_named(text: str) -> str:
    """The name of a fact that a text is, in whichever of its languages; empty when it is none."""
    plain = heading_of(text.rstrip(" :：")).casefold().strip(":")
    pieces = [piece for piece in _BRACKETS.split(plain) if piece]
    runs = [run for piece in pieces for run in _SCRIPTS.findall(piece)]
    for word in (plain, *pieces, *runs):
        if word in _MEANING:
            others = [piece for piece in runs if piece not in _MEANING and word not in piece and piece not in word]
            return "" if others and word not in (plain, *pieces) else word
    return ""


def meaning_of(word: str) -> tuple[str, int]:
    """The fact that a name stands for, and how exact a name for it that is; the lowest is the most exact one."""
    return _MEANING[word], _RANK[word]
