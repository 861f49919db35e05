"""Why a verb of the order's life is closed: each guard gives a sentence, or None when nothing stands in the way."""

from django.utils.translation import gettext as _

from approvals.amendments.statuses import UNDER_REVIEW as AMENDED
from approvals.checks import CheckResult, Verdict, run
from approvals.dossier import Dossier, dossier_of
from approvals.models import Decision, Stage
from core.workflow import Attempt
from orders.drafters import has_drafted, why_nobody_decides
from orders.entry.draft import missing_for_submission
from orders.statuses import Status

#: ``answers`` of an attempt: the reason for releasing a failed check is under this prefix + its code.
OVERRIDE = "override-"
#: ``answers`` key of an attempt that approves several orders at once, unseen.
SEVERAL = "several"


def ready_to_submit(attempt: Attempt) -> str | None:
    """Everything that a submission needs is there."""
    return " ".join(str(sentence) for _where, sentence in missing_for_submission(attempt.obj)) or None


def four_eyes(attempt: Attempt) -> str | None:
    """After stage one nobody reviews what they wrote in, and nobody decides both stages two and three of a round."""
    order, by = attempt.obj, attempt.by
    if by is None or order.status == Status.REP_REVIEW:
        return None
    if has_drafted(order, by):
        return _("You wrote in this order, so somebody else must review it.")
    stage_two = Decision.objects.filter(round__order=order, round__number=order.round, stage=Stage.MANAGER)
    if order.status == Status.FINANCE_REVIEW and stage_two.filter(by=by).exists():
        return _("You decided the second review of this round, so somebody else must decide the final one.")
    return None


def somebody_is_left(attempt: Attempt) -> str | None:
    """Somebody who wrote nothing in the order can decide stage two."""
    if why_nobody_decides(attempt.obj):
        return None
    return _("Somebody who did not write in it can decide the second review.")


def checks_now(attempt: Attempt) -> list[CheckResult]:
    """The checks of the order's present stage, run once for an attempt, under its locks."""
    if "checks" not in attempt.memo:
        attempt.memo["checks"] = run(attempt.obj.status, dossier_for(attempt))
    return attempt.memo["checks"]


def dossier_for(attempt: Attempt) -> Dossier:
    """What the checks look at, found once for an attempt."""
    if "dossier" not in attempt.memo:
        attempt.memo["dossier"] = dossier_of(attempt.obj)
    return attempt.memo["dossier"]


def nothing_blocks(attempt: Attempt) -> str | None:
    """No check fails that this role cannot override."""
    blocking = [r for r in checks_now(attempt) if r.failed and not r.can_be_overridden_by(attempt.by.role)]
    return " ".join(sentence_of(result) for result in blocking) or None


def sentence_of(result: CheckResult) -> str:
    """A check in one line: its label, what it found and what to do."""
    return _("%(check)s: %(sentence)s. %(detail)s") % {
        "check": result.label,
        "sentence": result.sentence.rstrip(".。"),
        "detail": result.detail,
    }


def overrides_have_reasons(attempt: Attempt) -> str | None:
    """Every failed check that this role may override has its written reason."""
    if attempt.answers.get(SEVERAL):
        return None
    overridden = [r for r in checks_now(attempt) if r.can_be_overridden_by(attempt.by.role)]
    missing = [r.label for r in overridden if not attempt.answers.get(OVERRIDE + r.code, "").strip()]
    if not missing:
        return None
    return _("%(checks)s: write the reason for releasing it.") % {"checks": _(", ").join(missing)}


def reasons_of(attempt: Attempt) -> dict[str, str]:
    """The written reasons of an attempt by check code."""
    return {k.removeprefix(OVERRIDE): v.strip() for k, v in attempt.answers.items() if k.startswith(OVERRIDE)}


def no_amendment_is_decided(attempt: Attempt) -> str | None:
    """Nobody is deciding about an amendment of the order."""
    amendment = attempt.obj.amendments.filter(status__in=AMENDED).first()
    if amendment is None:
        return None
    words = {"amendment": amendment, "state": amendment.status_label}
    return _("%(amendment)s is “%(state)s”: it is decided or withdrawn first.") % words


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
