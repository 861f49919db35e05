"""The checks that run on an amendment at each stage: those of the order's review, over the order as it would be.

What an amendment does not make worse it is not asked for again: a limit that was lowered since is no reason against
taking something away.
"""

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _

from approvals.amendments.dossier import AmendedOrder
from approvals.amendments.floor import why_below
from approvals.amendments.proposal import Proposed
from approvals.checks import stage_one, stage_three, stage_two
from approvals.checks.agreed_prices import agreed_prices
from approvals.checks.result import CheckResult, Figure, failed, passed, worst_first
from approvals.models import Stage
from core.workflow import Attempt
from orders.models import OrderLine

Check = Callable[[AmendedOrder], CheckResult]


def shipped(dossier: AmendedOrder) -> CheckResult:
    """No line falls below what was shipped of it, or stands packed."""
    if sentences := why_below(dossier.proposed, dossier.floors):
        detail = _("Refuse it: somebody writes it anew with what has left meanwhile.")
        return failed("shipped", " ".join(sentences), detail=detail)
    return passed("shipped", _("no line below what was shipped"))


def cap(dossier: AmendedOrder) -> CheckResult:
    """The single-order cap, where the order becomes larger."""
    return stage_two.cap(dossier) if _grows(dossier) else passed("cap", _("the order does not become larger"))


def credit(dossier: AmendedOrder) -> CheckResult:
    """The credit limit with the difference counted once, where more becomes unpaid."""
    return _with_difference(stage_two.credit(dossier), dossier)


def credit_again(dossier: AmendedOrder) -> CheckResult:
    """The same at stage three; a shortage that the manager released stays released while it has not grown."""
    return _with_difference(stage_three.credit(dossier), dossier)


def _with_difference(result: CheckResult, dossier: AmendedOrder) -> CheckResult:
    """This order's part as it is now, and what the amendment adds to it."""
    before, after = dossier.proposed.before.unpaid_total, dossier.order.unpaid_total
    if after <= before:
        return passed("credit", _("no more credit is used than now"))
    figures = []
    for figure in result.figures:
        if figure.key == "this_order":
            figures += [replace(figure, amount=before), Figure("amendment", after - before, "less")]
        else:
            figures.append(figure)
    return replace(result, figures=tuple(figures))


def _grows(dossier: AmendedOrder) -> bool:
    return dossier.proposed.gross_change > 0


def delivery_date(dossier: AmendedOrder) -> CheckResult:
    """The promised date against the earliest feasible one, where either becomes another."""
    proposed = dossier.proposed
    sooner_or_more = "promised_date" in proposed.changed_names or any(pair.is_touched for pair in proposed.pairs)
    return stage_two.delivery_date(dossier) if sooner_or_more else passed("date", _("nothing about it changes"))


def discount(dossier: AmendedOrder) -> CheckResult:
    """The largest discount of the lines whose price changes, or that are new."""
    asked = _lines_with_another_price(dossier)
    return stage_two.discount(_Only(dossier, asked)) if asked else passed("discount", _("no price changes"))


def agreed(dossier: AmendedOrder) -> CheckResult:
    """The same lines against the prices that were agreed with the customer."""
    asked = _lines_with_another_price(dossier)
    return agreed_prices(_Only(dossier, asked)) if asked else passed("agreed", _("no price changes"))


def _lines_with_another_price(dossier: AmendedOrder) -> list[OrderLine]:
    of_price = {"unit_price", "discount"}
    pairs = dossier.proposed.pairs
    return [pair.now for pair in pairs if pair.now and (not pair.was or {f.name for f in pair.changed} & of_price)]


class _Only:
    """A dossier with some of its lines."""

    def __init__(self, dossier: AmendedOrder, lines: list[OrderLine]):
        self.order, self.policy, self.lines = dossier.order, dossier.policy, lines
        self.agreement_about = dossier.agreement_about


def terms(dossier: AmendedOrder) -> CheckResult:
    """The payment terms against the customer's grade, where they become others."""
    return passed("terms", _("stay as they are")) if dossier.proposed.keeps_terms else stage_three.terms(dossier)


def prepayment(dossier: AmendedOrder) -> CheckResult:
    """What new terms ask for beforehand must have been received."""
    if dossier.proposed.keeps_terms:
        return passed("prepayment", _("stays as it is"))
    return stage_three.prepayment(dossier)


CHECKS: dict[Stage, tuple[Check, ...]] = {
    Stage.REP: (stage_one.lines, stage_one.amounts, stage_one.delivery, stage_one.instalments, shipped),
    Stage.MANAGER: (cap, credit, delivery_date, discount, agreed, stage_two.overdue, shipped),
    Stage.FINANCE: (credit_again, terms, prepayment, stage_three.invoice_data),
}


#: Checks that say what to do about an amendment themselves.
_SAY_WHAT_TO_DO = ("shipped", "prepayment")


def run(stage: str, dossier: AmendedOrder) -> list[CheckResult]:
    """Every check of a stage, failures first."""
    return worst_first(_as_of_amendment(check(dossier)) for check in CHECKS[Stage(stage)])


def _as_of_amendment(result: CheckResult) -> CheckResult:
    """An order is sent back for mending; an amendment that nobody can override is refused."""
    if not result.failed or result.overridable_by or result.code in _SAY_WHAT_TO_DO:
        return result
    return replace(result, detail=_("Refuse it: it is written anew without that."))


def checks_now(attempt: Attempt) -> list[CheckResult]:
    """The checks of the amendment's present stage, run once for an attempt, under its locks."""
    if "checks" not in attempt.memo:
        attempt.memo["checks"] = run(attempt.obj.status, AmendedOrder(proposed_of(attempt)))
    return attempt.memo["checks"]


def proposed_of(attempt: Attempt) -> Proposed:
    """The order as it would be; worked out once for an attempt, under its locks."""
    if "proposed" not in attempt.memo:
        attempt.memo["proposed"] = Proposed(attempt.obj)
    return attempt.memo["proposed"]
