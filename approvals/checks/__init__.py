"""The checks that run at each stage of the review; each is a small rule over ``approvals.facts.Facts``."""

from approvals.checks import final, first, second
from approvals.checks.result import CheckResult, Verdict, worst_first
from approvals.models import Stage

CHECKS = {
    Stage.REP: (first.customer_file, first.lines, first.amounts, first.delivery, first.instalments),
    Stage.MANAGER: (second.cap, second.credit, second.delivery_date, second.discount, second.overdue),
    Stage.FINANCE: (final.credit, final.terms, final.prepayment, final.invoice_data),
}


def run(stage: str, facts) -> list[CheckResult]:
    """Every check of a stage, failures first. ``facts`` is an ``approvals.facts.Facts``."""
    return worst_first(check(facts) for check in CHECKS[Stage(stage)])


__all__ = ["CHECKS", "CheckResult", "Verdict", "run"]
