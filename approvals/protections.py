"""What the database itself refuses about reviews, short closings and amendments.

Rounds, decisions and short closings are append-only; orders and amendments move by their state tables.
"""

from approvals.amendments.statuses import AmendmentStatus
from approvals.amendments.workflow import AMENDMENT_LIFE
from approvals.workflow import ORDER_LIFE
from core.protections import Protection, append_only, changed, protect
from core.steps import only_by_steps

_CONTENT = ("header", "lines", "reason", "at_customers_wish", "looks", "proposed_at")
_OUTCOME = ("made_revision", "accepted_at", "net_change", "gross_change")

protect(
    *append_only("approvals_round", "review rounds"),
    *append_only("approvals_decision", "decisions"),
    *append_only("approvals_shortclosing", "short closings"),
    only_by_steps(ORDER_LIFE, "order"),
    *append_only("approvals_amendmentdecision", "decisions on amendments"),
    *append_only("approvals_amendment_writers", "who wrote in an amendment"),
    only_by_steps(AMENDMENT_LIFE, "amendment"),
    Protection(
        "guard_amendment_content",
        "approvals_amendment",
        "UPDATE",
        f"OLD.status <> '{AmendmentStatus.DRAFT}' AND {changed(_CONTENT)}",
        "what an amendment says stands fast once it is proposed",
    ),
    Protection(
        "guard_amendment_identity",
        "approvals_amendment",
        "UPDATE",
        changed(("order_id", "number", "base_revision", "drafted_by_id")),
        "an amendment is of one revision of one order",
    ),
    Protection(
        "guard_amendment_in_force",
        "approvals_amendment",
        "UPDATE",
        f"OLD.accepted_at IS NOT NULL AND {changed(_OUTCOME)}",
        "what an amendment changed stays known",
    ),
    Protection("guard_amendment_no_delete", "approvals_amendment", "DELETE", "1 = 1", "an amendment is withdrawn"),
)
