"""Reports of half a year that a file is no longer true: most settled in time, some late, a few open."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from care.changes import answer_change, report_change
from customers.models import Customer
from ordersys.demo.clock import at, clock_at

_MOST = 24
_SEEN = (
    ("采购换人了，新联系人下周上任", "新联系人还没定，定了再改档案"),
    ("收货仓库搬到二厂 3 号门", "二厂只是临时收货点，总部地址不变"),
    ("开票资料里的电话打不通", "核对过，开票资料不变"),
    ("客户说以后要带通讯模块的型号", "只有这一单要，核心需求不变"),
)


def load_changes(people: dict[str, User], rng: Random) -> None:
    """Reports about the first customers, through the services, at moments of the past."""
    today = timezone.localdate()
    files = list(Customer.objects.filter(owner__isnull=False).select_related("owner").order_by("pk")[:_MOST])
    for place, customer in enumerate(files):
        text, answer = _SEEN[place % len(_SEEN)]
        reported = today - timedelta(days=2 if place % 6 == 5 else 7 * (len(files) - place) % 160 + 12)
        reporter = customer.owner if place % 2 else people["finance1"]
        assert reporter is not None
        with clock_at(at(reported, rng.randint(540, 1000))):
            report = report_change(customer=customer, text=text, by=reporter)
        if place % 6 == 5 or customer.owner is None:
            continue
        # Every fifth was settled too late.
        settled = report.due_on + timedelta(days=3 if place % 5 == 4 else -rng.randint(0, 1))
        with clock_at(at(settled, rng.randint(540, 1000))):
            answer_change(report=report, answer=answer, by=customer.owner)
