"""What a verb of an amendment writes besides the status, inside its transaction and under its locks."""

from django.utils import timezone

from approvals.amendments.checks import checks_now, proposed_of
from approvals.amendments.content import decide
from approvals.amendments.force import bring_into_force
from approvals.amendments.kinds import changes_of
from approvals.checks.result import with_reasons
from approvals.effects import released_in_words
from approvals.guards import reasons_of
from approvals.models import Decision
from billing.customer_facts import refresh_customer
from core.events import record
from core.workflow import Attempt
from orders.models import OrderLine


def keep_proposal(attempt: Attempt) -> None:
    """What it says stands fast from now on, and so does who must look at it."""
    amendment, changes = attempt.obj, changes_of(proposed_of(attempt))
    amendment.looks, amendment.proposed_at = list(changes.stages), timezone.now()
    amendment.save(update_fields=["looks", "proposed_at"])
    attempt.data["kinds"] = [str(kind) for kind in changes.kinds]


def hold_lines(attempt: Attempt) -> None:
    """The lines that it touches wait to be shipped until it is decided."""
    touched = [line.pk for line in proposed_of(attempt).touched_lines]
    OrderLine.objects.filter(pk__in=touched).update(waits=True)
    _tell_order(attempt, "amendment_proposed")


def let_lines_go(attempt: Attempt) -> None:
    """Nothing waits for it any more."""
    attempt.obj.order.lines.filter(waits=True).update(waits=False)


def tell_refusal(attempt: Attempt) -> None:
    """The order's history keeps that it stays as it is."""
    _tell_order(attempt, "amendment_refused")


def tell_withdrawal(attempt: Attempt) -> None:
    """The order's history keeps it, unless nobody was asked."""
    if attempt.obj.proposed_at:
        _tell_order(attempt, "amendment_withdrawn")


def _tell_order(attempt: Attempt, verb: str) -> None:
    record(attempt.obj.order, verb, by=attempt.by, note=attempt.note, amendment=attempt.obj.number)


def record_approval(attempt: Attempt) -> None:
    """Keeps the decision with its checks as they were and the reason for each that was released."""
    checks = with_reasons(checks_now(attempt), reasons_of(attempt))
    _decide(attempt, Decision.Verdict.APPROVED, checks)
    if released := released_in_words(checks):
        attempt.data["changes"] = released


def record_refusal(attempt: Attempt) -> None:
    """Keeps the refusal with its checks as they were."""
    _decide(attempt, Decision.Verdict.SENT_BACK, checks_now(attempt))


def _decide(attempt: Attempt, verdict: str, checks: list) -> None:
    kept = [result.as_json() for result in checks]
    decision = decide(
        attempt.obj, stage=attempt.obj.status, verdict=verdict, by=attempt.by, note=attempt.note, checks=kept
    )
    attempt.data["decision"] = decision.hash


def amend_order(attempt: Attempt) -> None:
    """The order moves to the next revision; shipments, money, stock and due dates follow."""
    bring_into_force(attempt.obj, proposed_of(attempt), by=attempt.by)
    attempt.data["revision"] = attempt.obj.made_revision


def recount_customer(attempt: Attempt) -> None:
    """What the customer's orders come to, and what of them is overdue, now that this one says something else."""
    refresh_customer(attempt.obj.order.customer_id)
