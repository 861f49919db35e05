"""The checks that run at each stage of the review; each is a small rule over ``approvals.dossier.Dossier``."""

from approvals.checks import agreed_prices, stage_one, stage_three, stage_two
from approvals.checks.result import CheckResult, Verdict, worst_first
from approvals.models import Stage

CHECKS = {
    Stage.REP: (
        stage_one.customer_file,
        stage_one.lines,
        stage_one.amounts,
        stage_one.delivery,
        stage_one.instalments,
        stage_one.requirement,
    ),
    Stage.MANAGER: (
        stage_two.cap,
        stage_two.credit,
        stage_two.delivery_date,
        stage_two.discount,
        agreed_prices.agreed_prices,
        stage_two.overdue,
    ),
    Stage.FINANCE: (stage_three.credit, stage_three.terms, stage_three.prepayment, stage_three.invoice_data),
}


def run(stage: str, dossier) -> list[CheckResult]:
    """Every check of a stage, failures first. ``dossier`` is an ``approvals.dossier.Dossier``."""
    return worst_first(check(dossier) for check in CHECKS[Stage(stage)])


__all__ = ["CHECKS", "CheckResult", "Verdict", "run"]
