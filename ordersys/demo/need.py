"""One requirement of the past before it is written: what was said in it, and what happened to it day by day."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from core.models import Event
from ordersys.demo.clock import at
from ordersys.demo.past import evening
from products.models import Product
from requirements.models import Question, Requirement, WantedProduct
from requirements.statuses import LostReason, RequirementStatus

SITES = (
    "二号泵站改造",
    "包装线扩产",
    "锅炉房节能改造",
    "新厂房配电",
    "污水站升级",
    "涂装线搬迁",
    "冷库扩建",
    "空压站联控",
)
SPECIFICATIONS = (
    "就地与远程两地控制，故障时保持上一状态；与现有 PLC 以 Modbus TCP 通讯。",
    "电源 380 V 三相，防护等级 IP54，环境温度 -10～45 ℃。",
    "变频运行，压力闭环；触摸屏中文界面，历史数据保存一年。",
)
QUALITY = ("出厂前通电测试 24 小时，随货附检验报告。", "按国家标准 GB/T 7251 制造与检验。", "")
DEMANDS = ("柜门右开", "铭牌中英文", "红色外观 RAL 3020", "")
ANSWERS = (
    "已回电，了解现场情况，约定本周内给出初步方案。",
    "已回邮件，寄出样本与参考价。",
    "上门看了现场，回来整理记录。",
)
ASKED = (
    ("控制柜放室内还是室外？", "室内，配电间，离墙 60 厘米。"),
    ("现场电缆由谁敷设？", "由我方施工队敷设，贵方提供接线图。"),
    ("是否需要保留旧设备的通讯协议？", "保留，上位机今年不换。"),
    ("验收由哪个部门负责？", "设备部，两天试运行后签字。"),
    ("停产窗口有几天？", "最多三天，安排在月底。"),
)
OBJECTION = "数量不对：备用泵也要算进去，一共多一台。"
LOSSES = {
    LostReason.PRICE: "报价比预算高一成半，对方不再谈。",
    LostReason.DATE: "最早交期比对方要求晚三周。",
    LostReason.SPECIFICATION: "要求防爆认证，目前产品没有。",
    LostReason.COMPETITOR: "对方选了一家本地供应商。",
    LostReason.DROPPED: "项目今年不立项，明年再看。",
    LostReason.SILENT: "三次联系没有回音。",
}

_THOUSAND = Decimal(1000)


@dataclass
class Need:
    """A requirement with its rows, none written yet; ``fate`` is the status it gets ``since`` a moment."""

    requirement: Requirement
    # The working days that there were, and on which of them the last thing happened.
    days: list[date]
    place: int
    rng: Random
    fate: RequirementStatus = RequirementStatus.RECORDED
    since: datetime | None = None
    order_id: int | None = None
    wanted: list[WantedProduct] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def happened(self, verb: str, when: datetime, becomes: RequirementStatus, **data: Any) -> None:
        """Adds a step to its history."""
        by, note = data.pop("by", self.requirement.owner), data.pop("note", "")
        self.events.append(Event(subject_id=self.requirement.pk, actor=by, verb=verb, note=note, data=data, at=when))
        if becomes != self.fate or self.since is None:
            self.fate, self.since = becomes, when

    def known_as(self, key: int) -> None:
        """Gives it and all its rows another key."""
        self.requirement.pk = key
        for wanted in self.wanted:
            wanted.requirement = self.requirement
        for question in self.questions:
            question.requirement = self.requirement
        for event in self.events:
            event.subject_id = key

    def wish(self, things: list[tuple[Product, Decimal]], budget: Decimal, demands: str) -> None:
        """What is wanted, in words and as products, and what it may cost without tax."""
        requirement, rng = self.requirement, self.rng
        first, quantity = things[0]
        requirement.description = f"{rng.choice(SITES)}，需要{first.name} {quantity.normalize():f} {first.unit}"
        requirement.description += "及配套。" if len(things) > 1 else "。"
        requirement.specification, requirement.quality_standard = rng.choice(SPECIFICATIONS), rng.choice(QUALITY)
        requirement.special_demands = demands
        most = budget * rng.choice((98, 103, 108, 115)) / 100 // _THOUSAND * _THOUSAND
        requirement.budget_to = max(most, _THOUSAND)
        requirement.budget_from = (requirement.budget_to * 4 / 5) // _THOUSAND * _THOUSAND
        self.wanted = [
            WantedProduct(
                requirement=requirement, position=n, product=product, name=str(product)[:120], quantity=quantity
            )
            for n, (product, quantity) in enumerate(things, 1)
        ]

    def respond(self, waits: int) -> None:
        """The customer hears from us ``waits`` working days after it was received."""
        self.place += waits
        when = at(self.days[self.place], self.rng.randint(14 * 60, 16 * 60))
        self.requirement.responded_at, self.requirement.responded_by = when, self.requirement.owner
        self.happened("respond", when, RequirementStatus.CLARIFYING, note=self.rng.choice(ANSWERS))

    def ask(self, count: int, *, answered_by: int | None) -> None:
        """Questions on the day of the first answer; without a place in the calendar they are open still."""
        asked = self.days[self.place]
        for n, (text, answer) in enumerate(self.rng.sample(ASKED, k=count)):
            when = at(asked, 16 * 60 + 10 + n)
            question = Question(requirement=self.requirement, text=text, asked_by=self.requirement.owner, asked_at=when)
            self.happened("ask", when, RequirementStatus.CLARIFYING, question=text)
            if answered_by is not None:
                self._answer(question, answer, at(self.days[answered_by], 16 * 60 + 30 + n))
            self.questions.append(question)
        self.place = answered_by or self.place

    def _answer(self, question: Question, answer: str, when: datetime) -> None:
        question.answer, question.answered_at = answer, when
        question.answered_by = self.requirement.contact.name if self.requirement.contact else ""
        question.written_by = self.requirement.owner
        self.happened("answer", when, RequirementStatus.CLARIFYING, question=question.text)

    def object(self) -> None:
        """The customer read the record and says what is not right; nobody has answered it yet."""
        when = evening(self.days[self.place])
        self.questions.append(Question(requirement=self.requirement, text=OBJECTION, asked_at=when))
        self.happened("ask", when, RequirementStatus.CLARIFYING, question=OBJECTION, by=None)

    def confirm(self) -> None:
        """In writing, on the evening of the day."""
        requirement, day = self.requirement, self.days[self.place]
        requirement.confirmed_on = day
        requirement.confirmed_by = str(requirement.contact or requirement.customer)[:121]
        said = {"confirmed_by": requirement.confirmed_by, "confirmed_on": day.isoformat()}
        self.happened("confirm", evening(day), RequirementStatus.CONFIRMED, **said)

    def lose(self) -> None:
        """Some working days later, for one of the reasons that are counted."""
        requirement, rng = self.requirement, self.rng
        self.place = min(self.place + rng.randint(1, 15), len(self.days) - 1)
        reason = rng.choices(list(LOSSES), (30, 16, 10, 22, 12, 10))[0]
        requirement.lost_on, requirement.lost_reason = self.days[self.place], reason
        requirement.lost_note = LOSSES[reason]
        when = evening(requirement.lost_on) + timedelta(minutes=10)
        self.happened("lose", when, RequirementStatus.LOST, note=LOSSES[reason], reason=reason.value)
