"""Half a year of visits to the customers of grade A, most in time; a few are overdue today."""

from datetime import date, timedelta
from random import Random

from django.utils import timezone

from care.plans import follow_grade
from care.visits import record_visit
from customers.models import Customer, Grade
from ordersys.demo.clock import at, clock_at

_MOST = 60
_SINCE = 170  # days
_SAID = (
    "看了现场，设备运行正常；下季度要加一条线，先要报价。",
    "谈年度协议价，对方希望交期再短一周。",
    "九月批次质量好；付款换了经办人。",
    "检验报告要电子版，随货同行单照旧。",
    "二厂明年三月投产，要 6 台户外柜，先报预算。",
    "通讯模块偶尔掉线，看了现场，请售后跟进。",
    "暂无新需求；备件库存够用到年底。",
)


def load_visits(rng: Random) -> None:
    """Plans and visits of the first A customers, through the services, at moments of the past."""
    today = timezone.localdate()
    files = Customer.objects.filter(grade=Grade.A, owner__isnull=False).select_related("owner").order_by("pk")
    for place, customer in enumerate(files[:_MOST]):
        begun = today - timedelta(days=_SINCE - rng.randint(0, 20))
        # Every fourth was not visited for long.
        until = today - timedelta(days=35 if place % 4 == 3 else 1)
        _look_after(customer, begun, until, rng)


def _look_after(customer: Customer, begun: date, until: date, rng: Random) -> None:
    with clock_at(at(begun, rng.randint(540, 1000))):
        plan = follow_grade(customer, by=None)
    owner = customer.owner
    assert plan is not None
    assert owner is not None
    day = begun + timedelta(days=plan.interval - rng.randint(0, 6))
    while day <= until:
        words: dict = {"visited_on": day, "way": rng.choice(("on_site", "on_site", "call", "hosted")), "next_on": None}
        words |= {"visitor": owner, "met": str(customer.primary_contact), "said": rng.choice(_SAID)}
        with clock_at(at(day, rng.randint(540, 1000))):
            record_visit(customer=customer, values=words, by=owner)
        day += timedelta(days=plan.interval + rng.choice((-4, -2, -1, 0, 3)))
