"""Verbs of the gate that are more than one step of one order's life."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from approvals.guards import SEVERAL
from approvals.queue import STAGE_OF, VERB_OF
from core.workflow import Refused, take
from orders.models import Order


@dataclass(frozen=True)
class Outcome:
    """What became of one order: approved, or refused with the reason."""

    order: Order
    refusal: str = ""


def approve_several(*, orders: Iterable[tuple[Order, int]], by: User) -> list[Outcome]:
    """Approves each order (with the version its reviewer saw) at the person's stage, each in its own transaction.

    Only orders in which every check passes are approved; one that is refused does not hold up the others.

    Raises:
        KeyError: for a role that decides no stage.
    """
    verb = VERB_OF[STAGE_OF[by.role]]
    return [_approve(order, verb, version, by) for order, version in orders]


def _approve(order: Order, verb: str, version: int, by: User) -> Outcome:
    try:
        take(order, verb, by=by, version=version, answers={SEVERAL: "yes"})
    except Refused as refused:
        return Outcome(order, str(refused))
    return Outcome(order)
