"""The columns of a spreadsheet of customers, and the other headings under which people keep them."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from core.imports.kinds import Column
from core.imports.looks import has_digits, like_code, like_person, like_words
from core.imports.values import Misread, Parser, choice, code, note, text
from customers.credit_code import check_code, tidy_code
from customers.identity import CODE, NAME, NUMBER, SHORT_NAME
from customers.models import Customer, Grade
from customers.phones import refuse_private_mobile

CONTACT, JOB_TITLE, PHONE = "联系人姓名", "职务", "联系方式"
GRADE, OWNER = "客户等级", "负责人"
INDUSTRY, PROVINCE, CITY, DISTRICT, ADDRESS = "所属行业", "省", "市", "区", "企业地址"
SOURCE, NEEDS = "客户来源", "核心需求备注"
#: Columns that are simply a field of the file.
FIELDS = {
    NAME: "name",
    SHORT_NAME: "short_name",
    CODE: "credit_code",
    INDUSTRY: "industry",
    PROVINCE: "province",
    CITY: "city",
    DISTRICT: "district",
    ADDRESS: "address",
    SOURCE: "source",
    NEEDS: "core_needs",
}
SOURCES = {
    "转介绍": Customer.Source.REFERRAL,
    "展会": Customer.Source.EXHIBITION,
    "官网": Customer.Source.WEBSITE,
    "陌生拜访": Customer.Source.COLD_CALL,
    "招投标": Customer.Source.TENDER,
    "导入": Customer.Source.IMPORT,
    "其他": Customer.Source.OTHER,
}
#: Words that stand for nobody where the owner belongs; our own lists write the first.
NOBODY = ("待分配", "未分配", "无")


def _checked(read: Parser, check: Callable[[str], None]) -> Parser:
    """A parser followed by one of the house's own checks."""

    def parse(raw: Any) -> str:
        value = read(raw)
        try:
            check(value)
        except ValidationError as error:
            raise Misread(error.messages[0]) from error
        return value

    return parse


_BUSINESS_WORDS = _checked(text(60), refuse_private_mobile)

COLUMNS = (
    Column(
        NUMBER,
        code(20),
        width=12,
        example="K0001",
        hint=gettext_lazy("yours is kept; without one we give one"),
        also=("客户代码", "客户编码", "客户号", "客户ID", "编号", "代码"),
        looks=like_code,
    ),
    Column(
        NAME,
        text(120),
        True,
        30,
        "云汀海雅装备制造有限公司",
        also=("客户全称", "公司名称", "单位名称", "企业名称", "名称", "客户名", "客户", "公司", "单位", "购货单位"),
        looks=like_words,
    ),
    Column(
        SHORT_NAME,
        text(40),
        width=14,
        example="海雅装备",
        hint=gettext_lazy("proposed from the name when empty"),
        also=("简称",),
        looks=like_words,
    ),
    Column(
        CODE,
        _checked(lambda raw: tidy_code(code(40)(raw)), check_code),
        width=22,
        hint=gettext_lazy("18 characters, as text"),
        also=("信用代码", "统一信用代码", "社会信用代码", "税号", "纳税人识别号", "税务登记号"),
        telling=True,
    ),
    Column(INDUSTRY, text(60), example="环保设备", also=("行业", "行业类别", "所在行业"), looks=like_words),
    Column(
        CONTACT,
        _BUSINESS_WORDS,
        example="李强",
        also=("联系人", "主要联系人", "对接人", "姓名", "联络人"),
        looks=like_person,
    ),
    Column(JOB_TITLE, _BUSINESS_WORDS, example="采购经理", also=("职位", "岗位", "联系人职务"), looks=like_person),
    Column(
        PHONE,
        _checked(text(40), refuse_private_mobile),
        width=18,
        example="0000-8016",
        also=("联系电话", "办公电话", "座机", "固定电话", "电话", "电话号码", "固话", "手机", "手机号"),
        looks=has_digits,
    ),
    Column(PROVINCE, text(30), width=10, example="云汀省", also=("省份", "所在省"), looks=like_person),
    Column(CITY, text(30), width=10, example="云汀市", also=("城市", "所在市"), looks=like_person),
    Column(DISTRICT, text(30), width=10, example="望潮区", also=("区县", "县区", "县"), looks=like_person),
    Column(
        ADDRESS,
        text(200),
        width=28,
        example="拾贝路 18 号",
        also=("地址", "公司地址", "单位地址", "详细地址", "通讯地址", "联系地址"),
        looks=like_words,
    ),
    Column(
        GRADE,
        choice(dict(Grade.choices)),
        width=10,
        example="C",
        hint=gettext_lazy("A, B, C; of a new customer"),
        also=("等级", "级别", "客户级别"),
        telling=True,
    ),
    Column(SOURCE, choice(SOURCES), width=12, example="展会", hint=" / ".join(SOURCES), also=("来源",), telling=True),
    Column(
        NEEDS, note(), width=28, example="每批附出厂检验报告", also=("核心需求", "客户需求", "需求", "备注", "说明")
    ),
    Column(
        OWNER,
        code(150),
        width=12,
        hint=gettext_lazy("login or name of the representative; empty: unassigned"),
        also=("业务员", "销售代表", "客户经理", "跟进人", "销售员", "销售", "归属人", "业务经理"),
        looks=like_words,
    ),
)
