"""What is decided about an amendment, as one hash, and its decisions as a chain."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from approvals.models import Amendment, AmendmentDecision
from core.chain import link

#: What of a decision its hash is about, in this order, by column.
CONTENT = ("amendment_id", "stage", "verdict", "by_id", "at", "note", "checks", "content")


def content_hash(amendment: Amendment) -> str:
    """The SHA-256 of what an amendment says: header and lines, which revision they change, and whose wish a date is."""
    said = (amendment.order_id, amendment.base_revision, amendment.at_customers_wish, amendment.header, amendment.lines)
    return link("", said)


def decide(amendment: Amendment, *, checks: Sequence[dict], **said: Any) -> AmendmentDecision:
    """Keeps a decision after the one before it; whoever calls this holds the amendment's row."""
    last = amendment.decisions.order_by("-pk").first()
    decision = AmendmentDecision(
        amendment=amendment, checks=list(checks), content=content_hash(amendment), **{"at": timezone.now(), **said}
    )
    decision.hash = link(last.hash if last else "", [getattr(decision, name) for name in CONTENT])
    decision.save(force_insert=True)
    return decision
