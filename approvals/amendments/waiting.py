"""Which amendments wait for a person's decision."""

from django.db.models import Q, QuerySet

from accounts.models import User
from approvals.amendments.statuses import AmendmentStatus
from approvals.models import Amendment
from approvals.queue import STAGE_OF


def amendments_waiting_for(user: User) -> QuerySet[Amendment]:
    """The amendments that this person can decide now, the longest waiting first; after stage one not those in which
    they wrote.
    """
    stage = STAGE_OF.get(user.role)
    if stage is None:
        return Amendment.objects.none()
    waiting = Amendment.objects.visible_to(user).filter(status=stage)
    if stage != AmendmentStatus.REP:
        waiting = waiting.filter(~Q(writers=user))
    return waiting.select_related("order__customer", "order__rep", "drafted_by").order_by("status_since", "id")
