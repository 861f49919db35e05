"""Grades, their changes, and the proposals of others."""

from datetime import date

from core.workflow import take
from customers.models import GradeChange
from grading.models import GradeProposal
from tests.breakers.kit import breaks, damage
from tests.factories import CustomerFactory, UserFactory, make_proposal


def accepted() -> GradeProposal:
    proposal = make_proposal(CustomerFactory())
    take(proposal, "accept", by=UserFactory(role="manager", team=proposal.customer.team), note="同意")
    return proposal


@breaks("grade history")
def a_grade_that_no_change_gave():
    proposal = accepted()
    yield
    damage(proposal.customer, grade="A")


@breaks("grade history")
def a_change_that_begins_elsewhere():
    proposal = accepted()
    change = GradeChange.objects.get(customer=proposal.customer)
    yield
    GradeChange.objects.create(customer=change.customer, on=date(2026, 1, 5), before="A", after="B", reason="?")


@breaks("accepted proposals")
def an_accepted_proposal_without_a_change():
    proposal = accepted()
    yield
    damage(proposal, decided_by=UserFactory(role="manager"))
