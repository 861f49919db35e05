"""The demonstration's recent orders: each led through the services, step by step, at the moments when it happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import count, cycle, islice
from random import Random

from django.utils import timezone

from accounts.models import User
from approvals.checks import run
from approvals.dossier import dossier_of
from approvals.guards import OVERRIDE
from billing.receipts import record_receipt
from core.money import total
from core.workflow import Refused, take
from customers.models import Grade, Trigger
from orders.content import LINE_NAMES
from orders.entry.draft import save_draft
from orders.lines import LineInput
from orders.models import Order
from ordersys.demo import delivery
from ordersys.demo.baskets import Flavour, Market, header_for, lines_for
from ordersys.demo.clock import clock_at, moments_before
from ordersys.demo.companies import Relations
from ordersys.demo.staff import manager_of

_REASONS = {
    "cap": "年度框架内的一次性备货，客户已书面确认。",
    "credit": "客户承诺下周付清上期货款，已与其财务核对。",
    "date": "客户同意分批到货，首批按期，其余顺延。",
    "discount": "批量采购，毛利仍高于底线，已报备。",
}


@dataclass(frozen=True)
class Story:
    """What happened to an order after it was drafted, and how many days ago the last of it was, from and to."""

    steps: tuple[str, ...]
    ago: tuple[float, float]
    flavour: Flavour = Flavour.PLAIN


_TO_MANAGER = ("submit", "rep")
_TO_FINANCE = (*_TO_MANAGER, "manager")
_APPROVED = (*_TO_FINANCE, "prepay", "finance", "release")
_PACKED = (*_APPROVED, "pack")
_SHIPPED = (*_PACKED, "check", "ship")

#: So many of the first stories leave an order in every state there is but "completed", which is history.
EVERY_STATE = 12
STORIES = (
    Story((), (0, 1)),
    Story(("submit",), (0, 1)),
    Story(_TO_MANAGER, (0, 1)),
    Story(_TO_MANAGER, (1, 2), Flavour.LARGE),
    Story(_TO_FINANCE, (0, 1), Flavour.PREPAID),
    Story((*_TO_FINANCE, "prepay"), (0, 1), Flavour.PREPAID),
    Story((*_TO_MANAGER, "back_from_manager"), (0, 2), Flavour.RUSHED),
    Story(_APPROVED, (2, 6)),
    Story((*_TO_MANAGER, "cancel"), (3, 12)),
    Story((*_TO_FINANCE, "finance", "cancel_by_manager"), (4, 14), Flavour.OPEN_TERMS),
    Story(("submit", "withdraw"), (0, 2)),
    Story((*_TO_MANAGER, "back_from_manager", "correct", *_TO_MANAGER), (0, 1), Flavour.CHEAP),
    Story((*_SHIPPED, "sign"), (0, 3)),
    Story(_TO_MANAGER, (0, 1), Flavour.RUSHED),
    Story((), (1, 4), Flavour.SKETCH),
    Story((*_APPROVED, "rest", "pack_half", "check", "ship"), (0, 2)),
    Story((*_TO_FINANCE, "back_from_finance"), (0, 2)),
    Story(_PACKED, (0, 1), Flavour.RUSHED),
    Story(("submit",), (4, 6)),
    Story(_TO_MANAGER, (0, 1), Flavour.CHEAP),
    Story(_TO_FINANCE, (0, 2), Flavour.PREPAID),
    Story((*_PACKED, "check"), (0, 1)),
    Story((*_TO_FINANCE, "finance", "release", "pack", "check", "ship"), (3, 8), Flavour.OPEN_TERMS),
    Story((), (2, 6)),
    Story(_APPROVED, (10, 24), Flavour.LARGE),
    Story(_TO_MANAGER, (5, 8)),
    Story((*_TO_FINANCE, "back_from_finance", "correct", *_TO_FINANCE), (0, 1), Flavour.PREPAID),
    Story((*_TO_FINANCE, "prepay", "finance"), (1, 3)),
    Story((*_APPROVED, "rest", "pack", "check", "ship", "sign"), (5, 12)),
    Story(_APPROVED, (16, 28), Flavour.CHEAP),
)


@dataclass
class Desk:
    """Who works on the stories, with what."""

    relations: Relations
    market: Market
    people: dict[str, User]
    rng: Random

    def __post_init__(self):
        self.references = count(1)

    def manager_of(self, order: Order) -> User:
        return manager_of(self.people, order.team_id)

    def finance(self) -> User:
        return self.people[self.rng.choice(("finance1", "finance2"))]


def load_stories(number: int, desk: Desk) -> None:
    """Plays ``number`` stories; those that began first come first, so that their numbers do, too."""
    now = timezone.now()
    dated = []
    for story in islice(cycle(STORIES), number):
        last = now - timedelta(days=desk.rng.uniform(*story.ago))
        dated.append((moments_before(last, len(story.steps) + 1, desk.rng), story))
    for (drafted, *moments), story in sorted(dated, key=lambda pair: pair[0][0]):
        with clock_at(drafted):
            order = _draft(story.flavour, desk)
        for step, moment in zip(story.steps, moments, strict=True):
            with clock_at(moment):
                try:
                    _STEPS[step](order, desk)
                except Refused:
                    break  # a check that nobody may override: the order waits where it is


def _draft(flavour: Flavour, desk: Desk) -> Order:
    client = desk.relations.pick(desk.rng)
    while flavour is Flavour.OPEN_TERMS and client.customer.grade != Grade.A:
        client = desk.relations.pick(desk.rng)
    order = save_draft(
        order=None,
        header=header_for(client, timezone.localdate(), desk.market, flavour, desk.rng),
        lines=lines_for(client.customer, desk.market, flavour, timezone.localdate(), desk.rng),
        by=client.customer.owner,
    )
    # Its default is the true clock's.
    Order.objects.filter(pk=order.pk).update(status_since=timezone.now())
    return order


def _approve(order: Order, verb: str, by: User | None) -> None:
    """Approves with a reason for every failed check that this role may override."""
    assert by is not None, "Every order of the demonstration has its people."
    failed = [r for r in run(order.status, dossier_of(order)) if r.can_be_overridden_by(by.role)]
    take(order, verb, by=by, answers={OVERRIDE + r.code: _REASONS[r.code] for r in failed})


def _correct(order: Order, desk: Desk) -> None:
    """The rep takes the discount off and moves the date, so that the next round shows what changed."""
    lines = [LineInput(**{name: getattr(line, name) for name in LINE_NAMES}) for line in order.current_lines()]
    first = LineInput(**{name: getattr(lines[0], name) for name in LINE_NAMES} | {"discount": Decimal(2)})
    later = (order.promised_date or order.order_date) + timedelta(days=14)
    header = {"customer": order.customer, "promised_date": later}
    save_draft(order=order, header=header, lines=[first, *lines[1:]], by=order.rep)
    order.refresh_from_db()


def _receive(order: Order, amount: Decimal, desk: Desk) -> None:
    if amount <= 0:
        return
    record_receipt(
        order=order,
        amount=amount,
        received_on=timezone.localdate(),
        method="transfer",
        bank_reference=f"{timezone.localdate():%Y%m%d}9{next(desk.references):05d}",
        payer=order.customer.name,
        by=desk.finance(),
    )
    order.refresh_from_db()


_TOO_EARLY, _TOO_CHEAP = "交期排不进去，请与客户改到下月中旬。", "折扣超出等级，请重新报价后再送审。"
_WRONG_TERMS = "付款方式与合同不一致，请核对后重新送审。"
_PAUSED, _REPLACED = "客户项目暂停，双方同意取消。", "客户改用其他型号，重新下单。"

_STEPS: dict[str, Callable[[Order, Desk], object]] = {
    "submit": lambda order, desk: take(order, "submit", by=order.rep),
    "rep": lambda order, desk: _approve(order, "rep_approve", order.rep),
    "manager": lambda order, desk: _approve(order, "manager_approve", desk.manager_of(order)),
    "finance": lambda order, desk: _approve(order, "finance_approve", desk.finance()),
    "back_from_manager": lambda order, desk: take(
        order, "send_back", note=desk.rng.choice((_TOO_EARLY, _TOO_CHEAP)), by=desk.manager_of(order)
    ),
    "back_from_finance": lambda order, desk: take(order, "send_back", by=desk.finance(), note=_WRONG_TERMS),
    "correct": _correct,
    "withdraw": lambda order, desk: take(order, "withdraw", by=order.rep),
    "cancel": lambda order, desk: take(order, "cancel", by=order.rep, note=_PAUSED),
    "cancel_by_manager": lambda order, desk: take(order, "cancel", by=desk.manager_of(order), note=_REPLACED),
    "prepay": lambda order, desk: _receive(
        order, total(part.amount for part in order.current_instalments().filter(trigger=Trigger.PREPAYMENT)), desk
    ),
    "rest": lambda order, desk: _receive(order, order.unpaid_total, desk),
    "release": lambda order, desk: delivery.confirm(order),
    "pack": lambda order, desk: delivery.pack(order, desk.people["operations1"], desk.rng),
    "pack_half": lambda order, desk: delivery.pack(order, desk.people["operations1"], desk.rng, Decimal("0.6")),
    "check": lambda order, desk: delivery.check(order, desk.people["operations2"]),
    "ship": lambda order, desk: delivery.ship(order, desk.people["operations1"]),
    "sign": lambda order, desk: delivery.sign(order),
}
