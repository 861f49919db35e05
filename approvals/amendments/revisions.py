"""The revisions of an order: what made each, and how two of them differ."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from approvals.amendments.amounts import Amount, side_by_side
from approvals.models import Amendment
from approvals.rounds import compare, content_of
from orders.models import Instalment, Order


@dataclass(frozen=True)
class Revision:
    """One revision: since when it is in force, what made it (an amendment, if one did), and who brought it about."""

    number: int
    since: datetime | None
    made_by: str
    amendment: Amendment | None = None
    by: User | None = None
    in_force: bool = False


def revisions_of(order: Order) -> list[Revision]:
    """All revisions of an order, the latest first, in two queries."""
    amendments = {each.made_revision: each for each in order.amendments.filter(made_revision__isnull=False)}
    closings = {each.revision: each for each in order.short_closings.select_related("by")}
    latest = max([1, *(number or 1 for number in amendments), *closings])
    found = []
    for number in range(latest, 0, -1):
        current = number == latest
        if amendment := amendments.get(number):
            name = _("Amendment %(n)s") % {"n": amendment.number}
            found.append(Revision(number, amendment.accepted_at, name, amendment, in_force=current))
        elif closing := closings.get(number):
            found.append(Revision(number, closing.at, _("Closed short"), by=closing.by, in_force=current))
        else:
            found.append(Revision(number, order.approved_at, _("As approved"), in_force=current))
    return found


def comparison(order: Order, other: Order | None) -> dict:
    """What ``approvals/revision.html`` shows of a revision, beside another one when there is one."""
    return {
        "order": order,
        "other": other,
        "content": compare(content_of(order), content_of(other) if other else None),
        "instalments": side_by_side(_parts(other), _parts(order)) if other else _alone(order),
    }


def _alone(order: Order) -> list[Amount]:
    return [Amount(str(part), None, part.amount) for part in _parts(order)]


def _parts(order: Order) -> list[Instalment]:
    return list(order.current_instalments())
