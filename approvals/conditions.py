"""Why a verb of the order's life is closed: each guard gives a sentence, or None when nothing stands in the way."""

from django.utils.translation import gettext as _

from approvals.checks import CheckResult, Verdict, run
from approvals.facts import facts_of
from approvals.models import Decision, Stage
from core.workflow import Attempt
from orders.entry import missing_for_submission
from orders.models import Order
from orders.statuses import Status

#: ``answers`` of an attempt: the reason for releasing a failed check is under this prefix + its code.
OVERRIDE = "override-"
#: ``answers`` key of an attempt that approves several orders at once, unseen.
SEVERAL = "several"


def in_reach(attempt: Attempt) -> str | None:
    """A rep acts on own orders, a manager on the team's, finance on all."""
    if attempt.by is None:
        return None
    if "in_reach" not in attempt.memo:
        attempt.memo["in_reach"] = Order.objects.visible_to(attempt.by).filter(pk=attempt.obj.pk).exists()
    return None if attempt.memo["in_reach"] else _("This order belongs to somebody else.")


def ready_to_submit(attempt: Attempt) -> str | None:
    """Everything that a submission needs is there."""
    return " ".join(str(sentence) for _where, sentence in missing_for_submission(attempt.obj)) or None


def four_eyes(attempt: Attempt) -> str | None:
    """After stage one nobody reviews what they drafted, and nobody decides both stages two and three of a round."""
    order, by = attempt.obj, attempt.by
    if by is None or order.status == Status.REP_REVIEW:
        return None
    if order.drafted_by_id == by.pk:
        return _("You drafted this order, so somebody else must review it.")
    if order.status == Status.FINANCE_REVIEW and _decided_stage_two(order, by):
        return _("You decided stage two of this round, so somebody else must decide stage three.")
    return None


def _decided_stage_two(order: Order, by) -> bool:
    return Decision.objects.filter(round__order=order, round__number=order.round, stage=Stage.MANAGER, by=by).exists()


def checks_now(attempt: Attempt) -> list[CheckResult]:
    """The checks of the order's present stage, run once for an attempt, under its locks."""
    if "checks" not in attempt.memo:
        attempt.memo["checks"] = run(attempt.obj.status, facts_of(attempt.obj))
    return attempt.memo["checks"]


def nothing_blocks(attempt: Attempt) -> str | None:
    """No check fails that this role cannot release."""
    blocking = [r for r in checks_now(attempt) if r.failed and not r.can_be_released_by(attempt.by.role)]
    return " ".join(sentence_of(result) for result in blocking) or None


def sentence_of(result: CheckResult) -> str:
    """A check in one line: its label, what it found and what to do."""
    return _("%(check)s: %(sentence)s. %(detail)s") % {
        "check": result.label,
        "sentence": result.sentence.rstrip(".。"),
        "detail": result.detail,
    }


def releases_have_reasons(attempt: Attempt) -> str | None:
    """Every failed check that this role may release has its written reason."""
    if attempt.answers.get(SEVERAL):
        return None
    missing = [
        r.label for r in checks_now(attempt) if r.can_be_released_by(attempt.by.role) and not _reason(attempt, r)
    ]
    if not missing:
        return None
    return _("%(checks)s: write the reason for releasing it.") % {"checks": _(", ").join(missing)}


def _reason(attempt: Attempt, result: CheckResult) -> str:
    return attempt.answers.get(OVERRIDE + result.code, "").strip()


def reasons_of(attempt: Attempt) -> dict[str, str]:
    """The written reasons of an attempt by check code."""
    return {k.removeprefix(OVERRIDE): v.strip() for k, v in attempt.answers.items() if k.startswith(OVERRIDE)}


def clean_among_several(attempt: Attempt) -> str | None:
    """Who approves several orders at once approves only those in which every check passes."""
    if not attempt.answers.get(SEVERAL):
        return None
    open_points = [r.label for r in checks_now(attempt) if r.verdict != Verdict.PASS]
    if not open_points:
        return None
    return _("Not every check passes (%(checks)s): open it and decide it by itself.") % {
        "checks": _(", ").join(open_points)
    }


def no_money_allocated(attempt: Attempt) -> str | None:
    """A cancelled order keeps no money."""
    received = attempt.obj.received_total
    if not received:
        return None
    return _("¥%(amount)s is allocated to this order: finance must reverse the receipts first.") % {
        "amount": f"{received:,.2f}"
    }
