"""What a verb of the order's life writes besides the status, inside its transaction and under its locks."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.checks.result import CheckResult, with_reasons
from approvals.decisions import decide, round_of
from approvals.guards import checks_now, reasons_of
from approvals.models import Decision, Round
from approvals.rounds import content_of
from billing.customer_facts import refresh_customer
from core.chain import link
from core.workflow import Attempt
from customers.former import standing_on
from customers.models import Trigger
from orders.booking import FROZEN, book
from orders.drafters import begin_anew
from orders.entry.draft import clear_draft
from orders.instalments import make_due, make_nothing_due
from orders.numbering import assign_number
from orders.parties import PARTIES, keep_parties


def keep_parties_of_file(attempt: Attempt) -> None:
    """Writes down buyer, recipient and address: the customer's file may change, the order's papers do not."""
    keep_parties(attempt.obj)
    attempt.obj.save(update_fields=PARTIES)


def open_round(attempt: Attempt) -> None:
    """A submission opens a round, which keeps the order as submitted."""
    order = attempt.obj
    order.round += 1
    order.sent_back = False
    order.save(update_fields=["round", "sent_back"])
    content = content_of(order)
    Round.objects.create(order=order, number=order.round, submitted_by=attempt.by, content=content)
    attempt.data |= {"round": order.round, "content": link("", [content])}


def clear_content(attempt: Attempt) -> None:
    """Takes out everything that others wrote, all but the customer; who takes this verb is then its only drafter."""
    order = attempt.obj
    clear_draft(order=order, by=attempt.by)
    begin_anew(order, attempt.by)


def give_number(attempt: Attempt) -> None:
    """The first submission gives the number; it comes last, because the series waits until the commit."""
    assign_number(attempt.obj)
    attempt.data["number"] = attempt.obj.number


def record_approval(attempt: Attempt) -> None:
    """Keeps the decision with its checks as they were and the reason for each that was released."""
    checks = with_reasons(checks_now(attempt), reasons_of(attempt))
    _decide(attempt, Decision.Verdict.APPROVED, checks)
    if released := released_in_words(checks):
        attempt.data["changes"] = released


def released_in_words(checks: Iterable[CheckResult]) -> list[list[str]]:
    """What was released of the checks and why, as the history tells it."""
    return [[_("Released: %(check)s") % {"check": r.label}, "", r.override] for r in checks if r.override]


def record_return(attempt: Attempt) -> None:
    """Keeps the refusal with its checks as they were, and marks the order as sent back."""
    _decide(attempt, Decision.Verdict.SENT_BACK, checks_now(attempt))
    attempt.obj.sent_back = True
    attempt.obj.save(update_fields=["sent_back"])


def _decide(attempt: Attempt, verdict: str, checks: list) -> None:
    order, (present, before) = attempt.obj, round_of(attempt.obj)
    kept = [result.as_json() for result in checks]
    decision = decide(
        present, before, stage=order.status, verdict=verdict, by=attempt.by, note=attempt.note, checks=kept
    )
    attempt.data |= {"round": order.round, "decision": decision.hash}


def make_prepayment_due(attempt: Attempt) -> None:
    """A prepayment is due when the order enters the final review (plus the days its terms give)."""
    attempt.data["due"] = make_due(attempt.obj, Trigger.PREPAYMENT, timezone.localdate())


def nothing_is_due(attempt: Attempt) -> None:
    """An order that goes back to its draft, or is cancelled, asks for no money."""
    make_nothing_due(attempt.obj)


def freeze_at_approval(attempt: Attempt) -> None:
    """Writes onto the order what figures will count it by, once and for all, as it was on the order date."""
    order = attempt.obj
    book(order, approved_at=timezone.now(), standing=standing_on(order.customer, order.order_date))
    order.save(update_fields=FROZEN)
    order.current_lines().order_by().update(first_promised_date=order.first_promised_date)


def recount_customer(attempt: Attempt) -> None:
    """What the customer's orders come to, and what of them is overdue, now that this one is in its new state."""
    refresh_customer(attempt.obj.customer_id)
