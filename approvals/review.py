"""What the review page shows of an order: its checks, whether this person can decide, and what was decided before."""

from dataclasses import dataclass, replace

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.checks.result import CheckResult, Summary, Verdict, from_json, summary_of
from approvals.guards import OVERRIDE, checks_now
from approvals.meter import PARTS, Meter, meter_of
from approvals.models import AmendmentDecision, Decision, Round, Stage
from approvals.queue import VERB_OF
from core.workflow import Attempt, machine_of, obstacles_before_input
from orders.models import Order
from orders.statuses import UNDER_REVIEW
from orders.turn import decider_of


@dataclass(frozen=True)
class Remedy:
    """The page where what a check found can be put right."""

    url: str
    label: str


@dataclass(frozen=True)
class CheckView:
    """A check as the page shows it; ``field`` names the box for the reason of its override (empty: no box)."""

    result: CheckResult
    meter: Meter | None = None
    field: str = ""
    typed: str = ""
    error: str = ""
    remedy: Remedy | None = None

    @property
    def figures(self) -> list[tuple]:
        """Each figure with the colour class that ties it to the meter."""
        return [(figure, PARTS.get(figure.key, "") if self.meter else "") for figure in self.result.figures]


@dataclass(frozen=True)
class Desk:
    """The right side of the page: what is checked at the order's stage, and whether this person can decide it.

    ``closed`` says why not; ``blocked`` why it cannot be approved, only sent back.
    """

    stage: str
    verb: str
    checks: list[CheckView]
    summary: Summary
    closed: str = ""
    blocked: str = ""
    note: str = ""
    note_error: str = ""

    @property
    def overrides(self) -> bool:
        """Whether approving overrides a failed check."""
        return any(check.field for check in self.checks)


def desk_for(attempt: Attempt, typed: dict) -> Desk | None:
    """The checks and verbs of the order's stage for whoever attempts it; None when it is not under review.

    ``typed`` is what a refused verb left behind (``core.typed.recall``).
    """
    order, user = attempt.obj, attempt.by
    if order.status not in UNDER_REVIEW:
        return None
    verb = VERB_OF[order.status]
    machine = machine_of(order)
    obstacles = obstacles_before_input(machine.transition("send_back"), attempt)
    closed = " ".join(obstacle.sentence for obstacle in obstacles)
    if {obstacle.kind for obstacle in obstacles} & {"role", "state"}:
        closed = _("Decided by %(who)s.") % {"who": decider_of(order, order.status)}
    blocked = [] if closed else obstacles_before_input(machine.transition(verb), attempt)
    values, tried = typed.get("values", {}), typed.get("verb", "")
    checks = [
        replace(
            view_of(result, "" if closed else user.role, values, tried == verb),
            remedy=None if result.verdict == Verdict.PASS else _remedy_for(result.code, order),
        )
        for result in checks_now(attempt)
    ]
    note = values.get("note", "")
    return Desk(
        stage=str(Stage(order.status).label),
        verb=verb,
        checks=checks,
        summary=summary_of(check.result for check in checks),
        closed=closed,
        blocked=" ".join(obstacle.sentence for obstacle in blocked),
        note=note,
        note_error=_("Write what must be changed.") if tried == "send_back" and not note.strip() else "",
    )


def view_of(result: CheckResult, role: str, values: dict, tried: bool) -> CheckView:
    """``role`` is empty when this person cannot decide; ``tried`` when approving was refused just now."""
    meter = meter_of(result) if result.code == "credit" else None
    if not result.can_be_overridden_by(role):
        return CheckView(result, meter)
    field = f"answer-{OVERRIDE}{result.code}"
    typed = values.get(field, "")
    error = _("Write why it is released all the same.") if tried and not typed.strip() else ""
    return CheckView(result, meter, field, typed, error)


def _remedy_for(code: str, order: Order) -> Remedy | None:
    if code == "prepayment":
        return Remedy(reverse("billing:receipts", args=[order.pk]), _("Open the receipts"))
    if code in ("customer_file", "invoice_data"):
        return Remedy(order.customer.get_absolute_url(), _("Open the customer file"))
    return None


@dataclass(frozen=True)
class PastDecision:
    """One decision with its checks as they were; ``round_number`` is 0 where there are no rounds."""

    decision: Decision | AmendmentDecision
    round_number: int
    checks: list[CheckView]
    summary: Summary

    @property
    def overridden(self) -> list[CheckResult]:
        """The failed checks that were overridden, with their reasons."""
        return [check.result for check in self.checks if check.result.override]

    @property
    def is_approval(self) -> bool:
        return self.decision.verdict == Decision.Verdict.APPROVED


def past_decisions(order: Order) -> list[PastDecision]:
    """Every decision about the order, the latest first, in two queries."""
    decisions = Prefetch("decisions", Decision.objects.select_related("by").order_by("-id"))
    rounds = Round.objects.filter(order=order).order_by("-number").prefetch_related(decisions)
    return [past_decision(decision, found.number) for found in rounds for decision in found.decisions.all()]


def past_decision(decision: Decision | AmendmentDecision, number: int = 0) -> PastDecision:
    """A decision with its checks as the page shows them; one about an amendment has no round."""
    results = [from_json(check) for check in decision.checks]
    checks = [CheckView(result, meter_of(result) if result.code == "credit" else None) for result in results]
    return PastDecision(decision, number, checks, summary_of(results))
