"""Two deputies named for one person at one instant: on PostgreSQL, beside a broken twin."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import deputies
from accounts.deputies import name_deputy
from accounts.models import Deputyship
from tests.factories import TeamFactory, UserFactory
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 15


def two_deputies():
    """A person and an administrator name a deputy each, for the same day."""
    team, today = TeamFactory(), timezone.localdate()
    person, one, other = UserFactory.create_batch(3, role="manager", team=team)
    days = {"person": person, "first_day": today, "last_day": today}
    admin = UserFactory(role="admin", is_staff=True, is_superuser=True, team=None)
    outcomes = at_once(
        lambda: name_deputy(deputy=one, by=person, **days), lambda: name_deputy(deputy=other, by=admin, **days)
    )
    return outcomes, Deputyship.objects.filter(person=person).count()


def test_of_two_deputies_for_one_day_one_is_named():
    for _round in range(ROUNDS):
        outcomes, kept = two_deputies()
        assert kept == 1
        (error,) = [outcome.error for outcome in outcomes if not outcome.won]
        assert isinstance(error, ValidationError)


def test_without_the_lock_both_are_named(monkeypatch):
    """The broken twin: a trigger sees only what others have committed."""
    monkeypatch.setattr(deputies, "_lock", lambda deputyship: None)
    assert any(kept == 2 for _outcomes, kept in (two_deputies() for _round in range(ROUNDS)))
