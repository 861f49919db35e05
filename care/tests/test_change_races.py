"""Two people at one report about a file, on PostgreSQL, each race beside its broken twin."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from care.changes import answer_change, report_change
from care.models import ChangeReport
from core.models import Event
from customers.models import Customer
from tests.factories import CustomerFactory, TeamFactory, UserFactory
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


@pytest.fixture
def people():
    team = TeamFactory()
    return [UserFactory(team=team), UserFactory(role="manager", team=team)]


def unlocked(monkeypatch):
    """The broken twin: nobody waits for anybody."""
    for module in ("care.changes", "customers.moving"):
        monkeypatch.setattr(f"{module}.lock_row", lambda model, pk: model.objects.get(pk=pk))


def customer_of(people) -> Customer:
    return CustomerFactory(owner=people[0], team=people[0].team)


def answered_twice(people) -> BaseException:
    """One round: both answer at once; what the second one hears. One answer stands, and is told once."""
    report = report_change(customer=customer_of(people), text="搬到新厂", by=people[0])
    answers = [
        lambda p=p: answer_change(report=ChangeReport.objects.get(pk=report.pk), answer=f"{p}", by=p) for p in people
    ]
    outcomes = at_once(*answers)
    (lost,) = [outcome for outcome in outcomes if not outcome.won]
    (won,) = [person for person, outcome in zip(people, outcomes, strict=True) if outcome.won]
    report.refresh_from_db()
    assert (report.closed_by, report.answer) == (won, str(won))
    assert Event.objects.filter(verb="change_answered", subject_id=report.customer_id).count() == 1
    return lost.error


def test_of_two_answers_one_counts_and_the_other_hears_who_was_first(people):
    assert all(isinstance(answered_twice(people), ValidationError) for _round in range(ROUNDS))


def test_without_the_lock_the_second_runs_into_the_database(people, monkeypatch):
    unlocked(monkeypatch)
    assert any(isinstance(answered_twice(people), DatabaseError) for _round in range(ROUNDS * 3))


def reported_twice(people) -> bool:
    """One round: both report the same at once; whether both got through, to one report."""
    customer = customer_of(people)
    outcomes = at_once(*[lambda p=p: report_change(customer=customer, text="搬到新厂", by=p) for p in people])
    assert ChangeReport.objects.filter(customer=customer).count() == 1
    return all(outcome.won for outcome in outcomes)


def test_what_two_report_at_once_is_one_report_and_nobody_is_refused(people):
    assert all(reported_twice(people) for _round in range(ROUNDS))


def test_without_the_lock_one_of_two_reports_is_refused(people, monkeypatch):
    unlocked(monkeypatch)
    assert not all(reported_twice(people) for _round in range(ROUNDS * 3))
