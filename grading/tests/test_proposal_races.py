"""Two decisions on one proposal, and a decision beside a hand-over: on PostgreSQL, each beside its broken twin."""

import pytest

from core.workflow import Refused, take
from customers.models import Customer, GradeChange
from grading.models import GradeProposal
from tests.factories import CustomerFactory, TeamFactory, UserFactory, make_proposal
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 15


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def managers(team):
    return [UserFactory(role="manager", team=team) for _n in range(2)]


def fresh(team) -> GradeProposal:
    return make_proposal(CustomerFactory(owner=UserFactory(team=team), team=team))


def deciding(proposal, verb, manager):
    """One of two who decide at the same moment, each on a page of their own."""
    return lambda: take(GradeProposal.objects.get(pk=proposal.pk), verb, by=manager, note="理由")


def unlocked(monkeypatch):
    """The broken twin: nobody waits for anybody, and the status is written whatever it is by now."""
    monkeypatch.setattr("core.workflow._lock", lambda machine, transition, obj: None)

    def write(obj, target):
        type(obj)._base_manager.filter(pk=obj.pk).update(status=target)

    monkeypatch.setattr("core.workflow._write_status", write)


def test_of_two_decisions_one_counts_and_the_other_hears_of_it(team, managers):
    for _round in range(ROUNDS):
        proposal = fresh(team)
        outcomes = at_once(deciding(proposal, "accept", managers[0]), deciding(proposal, "reject", managers[1]))
        assert [outcome.won for outcome in outcomes].count(True) == 1, outcomes
        (lost,) = [outcome for outcome in outcomes if not outcome.won]
        assert isinstance(lost.error, Refused)
        proposal.refresh_from_db()
        changed = GradeChange.objects.filter(customer=proposal.customer_id).count()
        assert changed == (1 if proposal.status == "accepted" else 0)


def test_two_accept_at_once_and_the_grade_changes_once(team, managers):
    for _round in range(ROUNDS):
        proposal = fresh(team)
        at_once(*[deciding(proposal, "accept", manager) for manager in managers])
        assert GradeChange.objects.filter(customer=proposal.customer_id).count() == 1


def test_without_locks_both_decide(team, managers, monkeypatch):
    """The broken twin."""
    unlocked(monkeypatch)
    both = 0
    for _round in range(ROUNDS):
        proposal = fresh(team)
        at_once(*[deciding(proposal, "accept", manager) for manager in managers])
        both += GradeChange.objects.filter(customer=proposal.customer_id).count() > 1
    assert both


def test_a_decision_beside_a_hand_over_counts_only_while_the_customer_is_the_teams(team, managers):
    """A customer goes to another team's rep at the moment in which its old manager accepts."""
    elsewhere = UserFactory()
    for _round in range(ROUNDS):
        proposal = fresh(team)

        def move(pk=proposal.customer_id):
            Customer.objects.filter(pk=pk).update(owner=elsewhere, team=elsewhere.team)

        outcomes = at_once(deciding(proposal, "accept", managers[0]), move)
        assert outcomes[1].won
        proposal.refresh_from_db()
        assert outcomes[0].won == (proposal.status == "accepted")
        assert GradeChange.objects.filter(customer=proposal.customer_id).count() == outcomes[0].won
