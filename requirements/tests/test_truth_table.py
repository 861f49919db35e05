"""Every status of a requirement × every verb × every role, written by hand. Nothing here is derived from the table."""

import pytest

from core.workflow import Refused, machine_of, take
from requirements.models import Requirement
from requirements.statuses import RequirementStatus
from tests.factories import CustomerFactory, QuestionFactory, RequirementFactory

pytestmark = pytest.mark.django_db
ROLES = ("rep", "manager", "finance", "operations", "service", "admin")

# y allowed · r refused because of the role · s refused because of the state
TABLE = """
                          rep manager finance operations service admin
recorded    respond       y   y       r       r          r       r
recorded    ask           y   y       r       r          r       r
recorded    answer        s   s       r       r          r       r
recorded    send_summary  y   y       r       r          r       r
recorded    confirm       y   y       r       r          r       r
recorded    order         r   r       r       r          r       r
recorded    lose_order    r   r       r       r          r       r
recorded    lose          y   y       r       r          r       r
recorded    reopen        s   s       r       r          r       r

clarifying  respond       y   y       r       r          r       r
clarifying  ask           y   y       r       r          r       r
clarifying  answer        y   y       r       r          r       r
clarifying  send_summary  y   y       r       r          r       r
clarifying  confirm       y   y       r       r          r       r
clarifying  order         r   r       r       r          r       r
clarifying  lose_order    r   r       r       r          r       r
clarifying  lose          y   y       r       r          r       r
clarifying  reopen        s   s       r       r          r       r

confirmed   respond       s   s       r       r          r       r
confirmed   ask           y   y       r       r          r       r
confirmed   answer        s   s       r       r          r       r
confirmed   send_summary  s   s       r       r          r       r
confirmed   confirm       s   s       r       r          r       r
confirmed   order         r   r       r       r          r       r
confirmed   lose_order    r   r       r       r          r       r
confirmed   lose          y   y       r       r          r       r
confirmed   reopen        s   s       r       r          r       r

ordered     respond       s   s       r       r          r       r
ordered     ask           s   s       r       r          r       r
ordered     answer        s   s       r       r          r       r
ordered     send_summary  s   s       r       r          r       r
ordered     confirm       s   s       r       r          r       r
ordered     order         r   r       r       r          r       r
ordered     lose_order    r   r       r       r          r       r
ordered     lose          s   s       r       r          r       r
ordered     reopen        s   s       r       r          r       r

lost        respond       s   s       r       r          r       r
lost        ask           s   s       r       r          r       r
lost        answer        s   s       r       r          r       r
lost        send_summary  s   s       r       r          r       r
lost        confirm       s   s       r       r          r       r
lost        order         r   r       r       r          r       r
lost        lose_order    r   r       r       r          r       r
lost        lose          s   s       r       r          r       r
lost        reopen        y   y       r       r          r       r
"""
MEANING = {"y": "allowed", "r": "role", "s": "state"}
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:] if line.strip()]
# Where each verb leads, by hand as well.
TARGET = {
    "respond": "clarifying",
    "ask": "clarifying",
    "answer": "clarifying",
    "send_summary": "clarifying",
    "confirm": "confirmed",
    "order": "ordered",
    "lose_order": "confirmed",
    "lose": "lost",
    "reopen": "clarifying",
}


@pytest.fixture
def people(rep, manager, finance, operations, service, admin):
    return dict(zip(ROLES, (rep, manager, finance, operations, service, admin), strict=True))


def requirement_in(status: str, rep) -> Requirement:
    return RequirementFactory(customer=CustomerFactory(owner=rep, team=rep.team), status=status)


def words_for(verb: str, requirement: Requirement) -> dict:
    """What must be written so that nothing but state and role can stand in the way."""
    today = f"{requirement.created_at:%Y-%m-%d}"
    about = str(QuestionFactory(requirement=requirement).pk) if verb == "answer" else ""
    return {
        "ask": {"question": "几台？"},
        "answer": {"about": about, "answer": "八台"},
        "confirm": {"confirmed_by": "潘峰", "confirmed_on": today},
        "lose": {"reason": "price"},
        "order": {},
    }.get(verb, {})


def outcome(requirement: Requirement, verb: str, by, answers: dict) -> str:
    try:
        take(requirement, verb, by=by, note="原因", answers=answers)
    except Refused as refused:
        return "+".join(sorted(refused.kinds))
    return "allowed"


def test_the_table_names_every_status_and_every_verb():
    verbs = machine_of(Requirement).verbs()
    assert {(row[0], row[1]) for row in ROWS} == {(s, v) for s in RequirementStatus.values for v in verbs}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_everybody_may_what_the_table_says(row, people, rep):
    status, verb, *expected = row
    for role, meant in zip(ROLES, expected, strict=True):
        requirement = requirement_in(status, rep)
        answers = words_for(verb, requirement)
        assert outcome(requirement, verb, people[role], answers) == MEANING[meant], role
        requirement.refresh_from_db()
        assert requirement.status == (TARGET[verb] if meant == "y" else status)


@pytest.mark.parametrize(("status", "verb"), [("confirmed", "order"), ("ordered", "lose_order")])
def test_the_system_follows_the_orders(status, verb, rep):
    requirement = requirement_in(status, rep)
    assert outcome(requirement, verb, None, {}) == "allowed"
    assert requirement.status == TARGET[verb]
