"""How far an order of the past has come in its review: drafted, under review, sent back, cancelled or approved."""

from datetime import date, timedelta

from approvals.decisions import CONTENT
from approvals.models import Decision, Round, Stage
from approvals.rounds import content_of
from core.chain import link
from customers.models import Trigger
from orders.booking import book
from orders.findable import make_findable
from orders.statuses import Status
from ordersys.demo.clock import at
from ordersys.demo.companies import Pace
from ordersys.demo.past import Past, Scene, evening
from ordersys.demo.staff import manager_of

_CANCELLED, _SENT_BACK, _UNSENT = 0.045, 0.04, 0.15
#: Working days for which a draft waits for its rep.
_DRAFT_WAITS = 4
#: Working days that a stage takes, and how often.
_STAGE_DAYS, _STAGE_OFTEN = (0, 1, 2, 4), (34, 46, 15, 5)
_WHY_CANCELLED = ("客户项目暂停，双方同意取消。", "客户改用其他型号，重新下单。", "客户预算未获批准。")
_WHY_SENT_BACK = (
    "交期排不进去，请与客户改到下月中旬。",
    "折扣超出等级，请重新报价后再送审。",
    "收货地址与档案不一致，请核对。",
)


def review(past: Past, scene: Scene) -> None:
    """Decides what became of it by today, and writes onto it what an approval freezes."""
    rng, day = scene.rng, past.order.order_date
    if scene.calendar.after(day, _DRAFT_WAITS) >= scene.today and rng.random() < _UNSENT:
        past.order.status_since = past.moment
        return
    order = past.order
    order.number, order.submitted_at, order.round = scene.number(order.customer, past.moment), past.moment, 1
    make_findable(order, order.customer.search_key)
    passed = _days_of_stages(past, scene)
    cancelled_on = scene.calendar.after(day, rng.randint(1, 5))
    if rng.random() < _CANCELLED and scene.happened(cancelled_on):
        past.becomes(Status.CANCELLED, cancelled_on)
        past.record(scene, "cancel", evening(cancelled_on), by=past.order.rep, note=rng.choice(_WHY_CANCELLED))
    elif scene.happened(passed[Stage.FINANCE]):
        _approve(past, passed)
    else:
        _wait(past, scene, passed)


def _days_of_stages(past: Past, scene: Scene) -> dict[Stage, date]:
    """On which day each stage passed, or will; one who pays slowly keeps finance waiting for the prepayment."""
    days, day = {}, past.order.order_date
    slow = past.client.pace is not Pace.PROMPT and past.instalments[0].trigger == Trigger.PREPAYMENT
    for stage in (Stage.REP, Stage.MANAGER, Stage.FINANCE):
        waits = scene.rng.choices(_STAGE_DAYS, _STAGE_OFTEN)[0]
        if stage == Stage.FINANCE and slow:
            waits += scene.rng.randint(2, 8)
        day = days[stage] = scene.calendar.after(day, waits)
    past.asked_on = days[Stage.MANAGER]
    return days


def _approve(past: Past, passed: dict[Stage, date]) -> None:
    order, day = past.order, passed[Stage.FINANCE]
    book(order, approved_at=evening(day), booked_on=order.order_date)
    for line in past.lines:
        line.first_promised_date = order.first_promised_date
    # Nothing has to be paid before production, so the system releases at once.
    order.released_at = evening(day) + timedelta(minutes=1)
    past.becomes(Status.APPROVED, day)


def _wait(past: Past, scene: Scene, passed: dict[Stage, date]) -> None:
    """It stands in front of the first stage that has not passed; some of them were sent back by it."""
    order, done = past.order, [stage for stage, day in passed.items() if scene.happened(day)]
    opened = Round(pk=scene.key(Round), order_id=order.pk, number=1, submitted_by=order.rep)
    opened.submitted_at, opened.content = past.moment, content_of(order, past.lines)
    past.rounds.append(opened)
    past.record(scene, "submit", past.moment, by=order.rep, round=1, number=order.number)
    for stage in done:
        _decide(past, scene, opened, stage, passed[stage], Decision.Verdict.APPROVED)
    stage = next(stage for stage in passed if stage not in done)
    since = passed[done[-1]] if done else order.order_date
    if stage != Stage.REP and scene.rng.random() < _SENT_BACK:
        _decide(past, scene, opened, stage, since, Decision.Verdict.SENT_BACK, scene.rng.choice(_WHY_SENT_BACK))
        order.sent_back, order.status_since = True, evening(since)
        past.asked_on = None
    else:
        past.becomes(Status(stage.value), since)


_VERBS = {Stage.REP: "rep_approve", Stage.MANAGER: "manager_approve"}


def _decide(
    past: Past, scene: Scene, opened: Round, stage: Stage, day: date, verdict: Decision.Verdict, note: str = ""
) -> None:
    deciders = {Stage.REP: past.order.rep, Stage.MANAGER: manager_of(scene.people, past.order.team_id)}
    by = deciders.get(stage, scene.finance[0])
    when = max(at(day, 16 * 60 + 10 * len(past.decisions)), past.moment)
    decision = Decision(round_id=opened.pk, stage=stage.value, verdict=verdict.value, by=by, at=when, note=note)
    before = past.decisions[-1].hash if past.decisions else ""
    decision.hash = link(before, [getattr(decision, name) for name in CONTENT])
    past.decisions.append(decision)
    verb = _VERBS[stage] if verdict == Decision.Verdict.APPROVED else "send_back"
    past.record(scene, verb, when, by=by, note=note, round=1, decision=decision.hash)
