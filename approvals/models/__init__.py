"""The gate's own records: review rounds and decisions, short closings, and amendments of approved orders."""

from approvals.models.amendment import Amendment, AmendmentDecision, AmendmentQuerySet
from approvals.models.review import Decision, Round, ShortClosing, Stage

__all__ = [
    "Amendment",
    "AmendmentDecision",
    "AmendmentQuerySet",
    "Decision",
    "Round",
    "ShortClosing",
    "Stage",
]
