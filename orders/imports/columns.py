"""The columns of a spreadsheet of requirements, and the other headings under which people keep them."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy

from core.imports.kinds import Column
from core.imports.looks import like_code, like_day, like_person, like_words
from core.imports.values import choice, code, day, figure, note, text
from requirements.statuses import Channel, LostReason, Priority

NUMBER, CUSTOMER, CONTACT, CHANNEL = "需求编号", "客户编号", "联系人", "沟通方式"
RECEIVED, DESCRIPTION, SPECIFICATION, QUALITY = "接收日期", "需求描述", "功能规格", "质量标准"
WANTED, BUDGET_FROM, BUDGET_TO, PRIORITY = "期望交付日期", "预算下限", "预算上限", "优先级"
DEMANDS, RESPONDED, CONFIRMED, ORDER, LOST = "特殊要求", "首次响应日期", "书面确认日期", "订单编号", "流失原因"

#: Columns that are simply a field of the requirement.
FIELDS = {
    DESCRIPTION: "description",
    SPECIFICATION: "specification",
    QUALITY: "quality_standard",
    WANTED: "wanted_date",
    BUDGET_FROM: "budget_from",
    BUDGET_TO: "budget_to",
    DEMANDS: "special_demands",
}
PRIORITIES = {"紧急": Priority.URGENT, "常规": Priority.REGULAR, "长期": Priority.LONG_TERM}
CHANNELS = {
    "电话": Channel.CALL,
    "拜访": Channel.VISIT,
    "问卷": Channel.QUESTIONNAIRE,
    "邮件": Channel.EMAIL,
    "其他": Channel.OTHER,
}
#: The reasons that are counted, by the words that lists write; what else people write is another one.
REASONS = {
    "价格": LostReason.PRICE,
    "交期": LostReason.DATE,
    "规格不符": LostReason.SPECIFICATION,
    "选了别家": LostReason.COMPETITOR,
    "项目取消": LostReason.DROPPED,
    "不再回复": LostReason.SILENT,
    "其他": LostReason.OTHER,
}
_LARGEST = Decimal("999999999999.99")


def reason_of(words: str) -> tuple[LostReason, str]:
    """What ``价格：太贵`` counts as, and what is told beside it."""
    word, _colon, story = words.partition("：")
    if word.strip() in REASONS:
        return REASONS[word.strip()], story.strip()
    return LostReason.OTHER, words


def words_of_reason(reason: str, story: str) -> str:
    """The same in words: what ``reason_of`` reads."""
    word = next(word for word, each in REASONS.items() if each == reason)
    if reason == LostReason.OTHER and story and "：" not in story:
        return story
    return f"{word}：{story}" if story else word


COLUMNS = (
    Column(
        NUMBER,
        code(40),
        width=14,
        example="XQ202511001",
        hint=gettext_lazy("yours is kept; without one we give one"),
        also=("需求单号", "需求号", "编号"),
        looks=like_code,
    ),
    Column(
        CUSTOMER,
        code(120),
        True,
        12,
        "K0001",
        gettext_lazy("number or name of a customer who is here already"),
        also=("客户代码", "客户编码", "客户号", "客户名称", "客户"),
        looks=like_words,
    ),
    Column(CONTACT, text(60), example="李强", also=("联系人姓名", "对接人"), looks=like_person),
    Column(
        CHANNEL, choice(CHANNELS), example="电话", hint=" / ".join(CHANNELS), also=("渠道", "需求来源"), telling=True
    ),
    Column(
        RECEIVED, day, True, 14, date(2025, 11, 3), also=("接收时间", "登记日期", "需求日期", "日期"), looks=like_day
    ),
    Column(DESCRIPTION, note(), True, 36, "泵站改造，变频柜 8 台", also=("需求内容", "需求", "描述"), looks=like_words),
    Column(SPECIFICATION, note(), width=28, example="22 kW，两用一备", also=("功能与规格", "规格要求")),
    Column(QUALITY, note(), width=24, example="IP54，附检验报告", also=("质量要求",)),
    Column(
        WANTED, day, width=14, example=date(2025, 12, 20), also=("期望交付时间", "期望交期", "交期要求"), looks=like_day
    ),
    Column(BUDGET_FROM, figure(places=2, largest=_LARGEST), example=Decimal(180000), also=("最低预算",)),
    Column(BUDGET_TO, figure(places=2, largest=_LARGEST), example=Decimal(220000), also=("最高预算", "预算")),
    Column(
        PRIORITY,
        choice(PRIORITIES),
        True,
        10,
        "常规",
        " / ".join(PRIORITIES),
        also=("紧急程度",),
        telling=True,
    ),
    Column(DEMANDS, note(), width=24, example="柜体 RAL 7035", also=("特殊需求", "其他要求")),
    Column(RESPONDED, day, width=14, example=date(2025, 11, 4), also=("响应日期", "首次回复日期"), looks=like_day),
    Column(CONFIRMED, day, width=14, also=("确认日期", "书面确认时间"), looks=like_day),
    Column(
        ORDER,
        code(60),
        width=18,
        hint=gettext_lazy("number of an order that is here already"),
        also=("订单号", "销售订单编号"),
        looks=like_code,
    ),
    Column(LOST, text(500), width=20, hint=" / ".join(REASONS), also=("未成交原因", "丢单原因")),
)
