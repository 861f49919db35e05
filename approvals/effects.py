"""What a verb of the order's life writes besides the status, inside its transaction and under its locks."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.checks.result import with_reasons
from approvals.conditions import checks_now, reasons_of
from approvals.models import Decision, Round
from approvals.rounds import content_of
from core import periods
from core.locks import lock_row
from core.workflow import Attempt
from customers.models import Customer, Trigger
from orders.booking import FROZEN, book
from orders.models import Order
from orders.numbering import assign_number


def share_period(order: Order) -> None:
    """No month is closed between finding the order's booking day and writing it."""
    periods.share()


def lock_customer(order: Order) -> None:
    """The customer's row is the lock on its credit: two orders cannot use the same rest of it."""
    lock_row(Customer, order.customer_id)


def open_round(attempt: Attempt) -> None:
    """A submission opens a round, which keeps the order as submitted."""
    order = attempt.obj
    order.round += 1
    order.sent_back = False
    order.save(update_fields=["round", "sent_back"])
    Round.objects.create(order=order, number=order.round, submitted_by=attempt.by, content=content_of(order))
    attempt.data["round"] = order.round


def give_number(attempt: Attempt) -> None:
    """The first submission gives the number; it comes last, because the series waits until the commit."""
    assign_number(attempt.obj)
    attempt.data["number"] = attempt.obj.number


def record_approval(attempt: Attempt) -> None:
    """Keeps the decision with its checks as they were and the reason for each that was released."""
    checks = with_reasons(checks_now(attempt), reasons_of(attempt))
    _decide(attempt, Decision.Verdict.APPROVED, checks)
    released = [[_("Released: %(check)s") % {"check": r.label}, "", r.override] for r in checks if r.override]
    if released:
        attempt.data["changes"] = released


def record_return(attempt: Attempt) -> None:
    """Keeps the refusal with its checks as they were, and marks the order as sent back."""
    _decide(attempt, Decision.Verdict.SENT_BACK, checks_now(attempt))
    attempt.obj.sent_back = True
    attempt.obj.save(update_fields=["sent_back"])


def _decide(attempt: Attempt, verdict: str, checks: list) -> None:
    order = attempt.obj
    Decision.objects.create(
        round=_round_of(order),
        stage=order.status,
        verdict=verdict,
        by=attempt.by,
        note=attempt.note,
        checks=[result.as_json() for result in checks],
    )
    attempt.data["round"] = order.round


def _round_of(order: Order) -> Round:
    """The order's present round; one that was born under review (demo data) gets its round now."""
    opened = {"submitted_by": order.drafted_by, "content": content_of(order)}
    return Round.objects.get_or_create(order=order, number=order.round, defaults=opened)[0]


def make_prepayment_due(attempt: Attempt) -> None:
    """A prepayment is due when the order enters the final review (plus the days its terms give)."""
    today = timezone.localdate()
    for part in attempt.obj.current_instalments().filter(trigger=Trigger.PREPAYMENT):
        part.due_date = today + timedelta(days=part.days)
        part.save(update_fields=["due_date"])


def nothing_is_due(attempt: Attempt) -> None:
    """An order that goes back to its draft, or is cancelled, asks for no money."""
    attempt.obj.instalments.update(due_date=None)


def freeze_at_approval(attempt: Attempt) -> None:
    """Writes onto the order what figures will count it by, once and for all.

    Nothing changes a grade between order date and approval yet, so the customer's is that of the order date.
    """
    order = attempt.obj
    book(order, approved_at=timezone.now())
    order.save(update_fields=FROZEN)
    order.current_lines().order_by().update(first_promised_date=order.first_promised_date)
