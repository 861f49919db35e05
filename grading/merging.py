"""Proposals of grades go along with their customer; an open one is about a file that is no more."""

from django.db.models import QuerySet

from core.workflow import take
from customers.moving import Joining, moves
from grading.models import GradeProposal


@moves(GradeProposal, "proposal")
def close_open_proposal(rows: QuerySet, joining: Joining) -> None:
    """Its figures are those of one of the two files alone."""
    for proposal in rows.model.objects.open().filter(customer=joining.merged):
        take(proposal, "close", by=None, note=joining.sentence)
