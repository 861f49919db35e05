"""Two managers agree on one product's price at the same moment: on PostgreSQL, each beside its broken twin."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from agreements.models import PriceAgreement
from agreements.services import make_agreement
from core import protections
from core.invariants import examine
from customers.models import Customer
from tests.factories import CustomerFactory, ProductFactory, TeamFactory, UserFactory
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 12
APART = "agreements_do_not_overlap"


@pytest.fixture
def managers():
    team = TeamFactory()
    return [UserFactory(role="manager", team=team) for _n in range(2)]


def agreeing(managers):
    """Both at the same moment, over periods that share a month; returns their outcomes."""
    owner = UserFactory(team=managers[0].team)
    customer, product = CustomerFactory(owner=owner, team=owner.team), ProductFactory()

    def agree(manager, first: date, last: date):
        values = {"product": product, "price": Decimal(950), "starts_on": first, "ends_on": last, "note": ""}
        return lambda: make_agreement(customer=Customer.objects.get(pk=customer.pk), values=values, by=manager)

    spans = ((date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 6, 1), date(2026, 12, 31)))
    return at_once(*[agree(manager, *span) for manager, span in zip(managers, spans, strict=True)])


def unlocked(monkeypatch):
    """The broken twin: the customer's row is read without its lock."""
    monkeypatch.setattr("agreements.services.lock_row", lambda model, pk: model.objects.get(pk=pk))


def overlaps() -> bool:
    return any(not finding.holds for finding in examine() if finding.invariant.name == "price agreements")


def test_one_is_agreed_and_the_other_manager_reads_its_days(managers):
    for _round in range(ROUNDS):
        lost = [outcome.error for outcome in agreeing(managers) if not outcome.won]
        assert [type(error) for error in lost] == [ValidationError]
        assert "2026-06-30" in str(lost[0]) or "2026-06-01" in str(lost[0])
    assert PriceAgreement.objects.count() == ROUNDS


def test_without_the_lock_the_database_alone_refuses_and_nobody_says_why(managers, monkeypatch):
    """The broken twin of the lock: what the other manager gets is no sentence."""
    unlocked(monkeypatch)
    lost = [outcome.error for _round in range(ROUNDS) for outcome in agreeing(managers) if not outcome.won]
    assert any(isinstance(error, IntegrityError) for error in lost)
    assert PriceAgreement.objects.count() == ROUNDS


def test_without_the_lock_and_the_constraint_both_are_agreed(managers, monkeypatch, tables_owner):
    """The broken twin of the constraint: triggers do not see what another transaction has not committed."""
    unlocked(monkeypatch)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [APART])
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE agreements_priceagreement DROP CONSTRAINT {APART}")
        for _round in range(ROUNDS):
            agreeing(managers)
        assert overlaps()
        protections.drop_all()
        PriceAgreement.objects.all().delete()
        protections.create_all()
        cursor.execute(f"ALTER TABLE agreements_priceagreement ADD CONSTRAINT {APART} {definition}")
