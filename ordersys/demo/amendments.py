"""The demonstration's amendments: one in force, one refused, one that a manager looks at; each through the services."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from approvals.amendments.checks import run
from approvals.amendments.dossier import AmendedOrder
from approvals.amendments.proposal import HEADER, Proposed, input_of
from approvals.amendments.services import propose, save_amendment
from approvals.guards import OVERRIDE
from approvals.models import Amendment
from core.workflow import Refused, take
from orders.models import Order
from orders.statuses import DeliveryStatus, Status
from ordersys.demo.clock import clock_at
from ordersys.demo.staff import manager_of

_MORE = "二期配电间加一个出线回路，同型号再多要两台；土建晚一周，按新日期送到即可。"
_LESS = "现场复核后少用一台，其余照旧，送货改到 2 号门配电间。"
_CHEAPER = "客户希望按框架协议再让两个点。"
_REFUSED = "本单已按协议价成交，折扣不再增加。"
_GATE = "2 号门，配电间"
_RELEASED = "客户承诺本周付清上期货款，已与其财务核对。"


def load_amendments(people: dict[str, User]) -> None:
    """Amends three approved orders of which nothing has been shipped, as long as there are some."""
    waiting = Order.objects.filter(status=Status.APPROVED, delivery_status=DeliveryStatus.PREPARING, shipments=None)
    stories = (_accepted, _refused, _under_review)
    for order, story in zip(waiting.select_related("rep", "customer").order_by("id"), stories, strict=False):
        with clock_at(timezone.now() - timedelta(hours=5)):
            amendment = story(order)
        with clock_at(timezone.now() - timedelta(hours=3)):
            _decide(amendment, manager_of(people, order.team_id))


def _accepted(order: Order) -> Amendment:
    """A piece less and another gate, at which the manager alone looks."""
    return _begin(order, Decimal(-1), _LESS, delivery_address=f"{order.customer.full_address} {_GATE}"[:200])


def _refused(order: Order) -> Amendment:
    return _begin(order, Decimal(0), _CHEAPER, discount=Decimal(2))


def _under_review(order: Order) -> Amendment:
    """Two pieces more, a week later as the customer wishes, and not before a week from today."""
    today = timezone.localdate()
    later = max(order.promised_date or today, today) + timedelta(days=7)
    return _begin(order, Decimal(2), _MORE, promised_date=later)


def _begin(order: Order, more: Decimal, reason: str, *, discount: Decimal = Decimal(0), **header) -> Amendment:
    lines = [input_of(line) for line in order.current_lines()]
    first = lines[0]
    quantity = max((first.quantity or Decimal(0)) + more, Decimal(1))
    lines[0] = replace(first, quantity=quantity, discount=first.discount + discount)
    assert order.rep, "Every order of the demonstration has its people."
    amendment = save_amendment(
        order=order,
        header={field.name: getattr(order, field.name) for field in HEADER} | header,
        lines=lines,
        reason=reason,
        at_customers_wish="promised_date" in header,
        by=order.rep,
    )
    propose(amendment=amendment, by=order.rep)
    return amendment


def _decide(amendment: Amendment, manager: User) -> None:
    """As far as each comes: stage one by the rep, then the manager's word on all but the last."""
    if amendment.status == amendment.states.REP:
        take(amendment, "rep_approve", by=amendment.order.rep)
    if amendment.reason == _CHEAPER:
        take(amendment, "refuse", by=manager, note=_REFUSED)
    elif amendment.reason == _LESS:
        failed = [check for check in run(amendment.status, AmendedOrder(Proposed(amendment))) if check.failed]
        try:
            take(amendment, "manager_accept", by=manager, answers={OVERRIDE + each.code: _RELEASED for each in failed})
        except Refused:
            return  # a check that nobody may release: it waits where it is
