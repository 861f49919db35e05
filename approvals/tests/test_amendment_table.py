"""Every state of an amendment × every verb × every role, written by hand. Nothing here is derived from the table."""

import pytest
from django.utils import timezone

from approvals.amendments.statuses import AmendmentStatus
from approvals.models import Amendment
from core.workflow import Attempt, born, machine_of, obstacles_before_input
from tests.factories import CustomerFactory, make_amendment, released_order

ROLES = ("rep", "manager", "finance", "operations", "service", "admin")

# y it is this role's verb in this state · r never this role's · s not in this state, or another role's turn
TABLE = """
                                    rep manager finance operations service admin
draft           propose             y   y       r       r          r       r
draft           propose_to_manager  y   y       r       r          r       r
draft           put_in_force        y   y       r       r          r       r
draft           rep_approve         s   r       r       r          r       r
draft           manager_approve     r   s       r       r          r       r
draft           manager_accept      r   s       r       r          r       r
draft           finance_accept      r   r       s       r          r       r
draft           refuse              s   s       s       r          r       r
draft           withdraw            y   y       r       r          r       r

rep_review      propose             s   s       r       r          r       r
rep_review      propose_to_manager  s   s       r       r          r       r
rep_review      put_in_force        s   s       r       r          r       r
rep_review      rep_approve         y   r       r       r          r       r
rep_review      manager_approve     r   s       r       r          r       r
rep_review      manager_accept      r   s       r       r          r       r
rep_review      finance_accept      r   r       s       r          r       r
rep_review      refuse              y   s       s       r          r       r
rep_review      withdraw            y   y       r       r          r       r

manager_review  propose             s   s       r       r          r       r
manager_review  propose_to_manager  s   s       r       r          r       r
manager_review  put_in_force        s   s       r       r          r       r
manager_review  rep_approve         s   r       r       r          r       r
manager_review  manager_approve     r   y       r       r          r       r
manager_review  manager_accept      r   y       r       r          r       r
manager_review  finance_accept      r   r       s       r          r       r
manager_review  refuse              s   y       s       r          r       r
manager_review  withdraw            y   y       r       r          r       r

finance_review  propose             s   s       r       r          r       r
finance_review  propose_to_manager  s   s       r       r          r       r
finance_review  put_in_force        s   s       r       r          r       r
finance_review  rep_approve         s   r       r       r          r       r
finance_review  manager_approve     r   s       r       r          r       r
finance_review  manager_accept      r   s       r       r          r       r
finance_review  finance_accept      r   r       y       r          r       r
finance_review  refuse              s   s       y       r          r       r
finance_review  withdraw            y   y       r       r          r       r
"""
OVER = ("accepted", "refused", "withdrawn")
VERBS = {
    "propose": "rep manager",
    "propose_to_manager": "rep manager",
    "put_in_force": "rep manager",
    "rep_approve": "rep",
    "manager_approve": "manager",
    "manager_accept": "manager",
    "finance_accept": "finance",
    "refuse": "rep manager finance",
    "withdraw": "rep manager",
}


def cells() -> list[tuple[str, str, str, str]]:
    rows = [line.split() for line in TABLE.splitlines()[2:] if line.strip()]
    found = [
        (status, verb, role, mark) for status, verb, *marks in rows for role, mark in zip(ROLES, marks, strict=True)
    ]
    over = [(s, v, r, "s" if r in roles.split() else "r") for s in OVER for v, roles in VERBS.items() for r in ROLES]
    return found + over


def test_the_table_knows_every_state_every_verb_and_every_role():
    verbs = machine_of(Amendment).verbs()
    wanted = {(status.value, verb, role) for status in AmendmentStatus for verb in verbs for role in ROLES}
    assert {cell[:3] for cell in cells()} == wanted


@pytest.mark.django_db
def test_every_verb_is_open_to_whom_the_table_says(rep, request):
    people = {role: request.getfixturevalue(role) for role in ROLES}
    customer = CustomerFactory(owner=rep, team=rep.team, grade="A")
    found = []
    for status in AmendmentStatus:
        amendment = make_amendment(released_order(customer=customer), quantity=12)
        known = {"made_revision": 2, "accepted_at": timezone.now()} if status == AmendmentStatus.ACCEPTED else {}
        Amendment.objects.filter(pk=amendment.pk).update(proposed_at=timezone.now(), looks=["manager_review"], **known)
        if status != AmendmentStatus.DRAFT:
            born([amendment], status)
        amendment.refresh_from_db()
        for transition in machine_of(amendment).transitions:
            for role, person in people.items():
                kinds = {o.kind for o in obstacles_before_input(transition, Attempt(amendment, person))}
                # What is over for this amendment is told as its state, too: the sentence names the reason.
                in_turn = role in transition.roles_in(status)
                mark = "r" if "role" in kinds else "y" if in_turn else "s"
                found.append((status.value, transition.name, role, mark))
    assert sorted(found) == sorted(cells())
