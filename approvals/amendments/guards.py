"""Why a verb of an amendment is closed: each guard gives a sentence, or None when nothing stands in the way."""

from django.utils.translation import gettext as _

from approvals import guards as of_orders
from approvals.amendments.checks import checks_now, proposed_of
from approvals.amendments.content import content_hash
from approvals.amendments.floor import floors_of, why_below
from approvals.amendments.kinds import EVERYBODY, MANAGER, NOBODY, changes_of
from approvals.amendments.missing import missing_in
from approvals.amendments.statuses import AmendmentStatus
from approvals.models import AmendmentDecision, Stage
from core.workflow import Attempt
from orders.statuses import Status


def _looks(attempt: Attempt) -> tuple[Stage, ...]:
    return changes_of(proposed_of(attempt)).stages


def looked_at_by_fewer(attempt: Attempt) -> str | None:
    """Everybody looks again at new prices, terms, lines and larger quantities."""
    return None if _looks(attempt) == EVERYBODY else _("Nothing in it concerns every stage.")


def not_for_the_manager_alone(attempt: Attempt) -> str | None:
    """The manager alone looks at what is taken away, at dates and places."""
    return None if _looks(attempt) == MANAGER else _("Nothing in it concerns the manager alone.")


def somebody_must_look(attempt: Attempt) -> str | None:
    """Contact, remarks and the customer's number are in force at once."""
    return None if _looks(attempt) == NOBODY else _("Somebody must look at it first.")


def finance_looks_too(attempt: Attempt) -> str | None:
    """The manager has the last word where finance need not look."""
    return _("Finance must look at it too.") if Stage.FINANCE in attempt.obj.looks else None


def manager_has_last_word(attempt: Attempt) -> str | None:
    """It goes on to finance where finance must look."""
    return None if Stage.FINANCE in attempt.obj.looks else _("Finance need not look at it.")


def order_is_approved(attempt: Attempt) -> str | None:
    """Only an approved order is amended: before that it is a draft, afterwards it is over."""
    order = attempt.obj.order
    if order.status == Status.APPROVED:
        return None
    return _("The order is “%(status)s”, so it is not amended any more.") % {"status": order.status_label}


def still_current(attempt: Attempt) -> str | None:
    """The order still says what it said when the amendment was written."""
    amendment, order = attempt.obj, attempt.obj.order
    if order.revision == amendment.base_revision:
        return None
    words = {"now": order.revision, "then": amendment.base_revision}
    return _("The order moved to revision %(now)s meanwhile, this changes revision %(then)s: write it anew.") % words


def complete(attempt: Attempt) -> str | None:
    """It says something else than the order, why, and everything that an order needs."""
    return " ".join(sentence for _part, sentence in missing_in(proposed_of(attempt))) or None


def not_below_shipped(attempt: Attempt) -> str | None:
    """No quantity falls below what was shipped or stands packed."""
    proposed = proposed_of(attempt)
    return " ".join(why_below(proposed, floors_of(proposed))) or None


def four_eyes(attempt: Attempt) -> str | None:
    """After stage one nobody decides what they wrote in, and nobody decides both stages two and three."""
    amendment, by = attempt.obj, attempt.by
    if by is None or amendment.status == AmendmentStatus.REP:
        return None
    if amendment.writers.filter(pk=by.pk).exists():
        return _("You wrote in this amendment, so somebody else must decide it.")
    if amendment.decisions.filter(stage=Stage.MANAGER, by=by).exists():
        return _("You decided the second review of it, so somebody else must decide the final one.")
    return None


def nothing_blocks(attempt: Attempt) -> str | None:
    """No check of the amendment fails that this role cannot override."""
    checks_now(attempt)
    return of_orders.nothing_blocks(attempt)


def says_what_was_decided(attempt: Attempt) -> str | None:
    """It says what the stages before have decided about."""
    decided = AmendmentDecision.objects.filter(amendment=attempt.obj).order_by("-pk").first()
    if decided is None or decided.content == content_hash(attempt.obj):
        return None
    return _("It says something else than was decided at an earlier review.")
