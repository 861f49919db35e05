"""Decisions of an order as a chain: each carries the hash of its content and of the order's decision before it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from approvals.models import Decision, Round
from approvals.rounds import content_of
from core.chain import link
from core.office import Hours, worked_minutes
from orders.models import Order

#: What of a decision its hash is about, in this order, by column.
CONTENT = ("round_id", "stage", "verdict", "by_id", "at", "note", "checks")


def sealed(before: str, content: Sequence[Any], on_behalf_of: int | None) -> str:
    """The hash of a decision with this content after the one before it; for whom it was taken is part of it."""
    return link(before, [*content, *([on_behalf_of] if on_behalf_of else [])])


def round_of(order: Order) -> tuple[Round, str]:
    """The order's present round, and the hash of the order's last decision.

    An order that was born under review (demo data) gets its round now; nothing was decided about it before.
    """
    last = Decision.objects.filter(round__order=OuterRef("order")).order_by("-pk").values("hash")[:1]
    opened = {"submitted_by": order.drafted_by, "content": content_of(order)}
    rounds: QuerySet[Any] = Round.objects.annotate(before=Subquery(last))
    found, is_new = rounds.get_or_create(order=order, number=order.round, defaults=opened)
    return found, "" if is_new else found.before or ""


def counted_by(order: Order, since: datetime, at: datetime, checks: Iterable[dict], hours: Hours, days: dict) -> dict:
    """What statistics count a decision by: whose order it was, how long the stage took, and what was overridden.

    ``hours`` are the office's, ``days`` the exceptions to the calendar between both moments.
    """
    codes = [check["code"] for check in checks if check.get("override")]
    return {
        "team_id": order.team_id,
        "rep_id": order.rep_id,
        "began_at": since,
        "worked": worked_minutes(since, at, hours, days),
        "released": f",{','.join(codes)}," if codes else "",
    }


def decide(opened: Round, before: str, *, checks: Sequence[dict] = (), **said: Any) -> Decision:
    """Keeps a decision of a round after the one whose hash is ``before``; whoever calls this holds the order's row."""
    decision = Decision(round=opened, checks=list(checks), **{"at": timezone.now(), **said})
    decision.hash = sealed(before, [getattr(decision, name) for name in CONTENT], decision.on_behalf_of_id)
    decision.save(force_insert=True)
    return decision
