"""Decisions of an order as a chain: each carries the hash of its content and of the order's decision before it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from approvals.models import Decision, Round
from approvals.rounds import content_of
from core.chain import link
from orders.models import Order

#: What of a decision its hash is about, in this order, by column.
CONTENT = ("round_id", "stage", "verdict", "by_id", "at", "note", "checks")


def round_of(order: Order) -> tuple[Round, str]:
    """The order's present round, and the hash of the order's last decision.

    An order that was born under review (demo data) gets its round now; nothing was decided about it before.
    """
    last = Decision.objects.filter(round__order=OuterRef("order")).order_by("-pk").values("hash")[:1]
    opened = {"submitted_by": order.drafted_by, "content": content_of(order)}
    rounds: QuerySet[Any] = Round.objects.annotate(before=Subquery(last))
    found, is_new = rounds.get_or_create(order=order, number=order.round, defaults=opened)
    return found, "" if is_new else found.before or ""


def decide(opened: Round, before: str, *, checks: Sequence[dict] = (), **said: Any) -> Decision:
    """Keeps a decision of a round after the one whose hash is ``before``; whoever calls this holds the order's row."""
    decision = Decision(round=opened, checks=list(checks), **{"at": timezone.now(), **said})
    decision.hash = link(before, [getattr(decision, name) for name in CONTENT])
    decision.save(force_insert=True)
    return decision
