"""Two people add to the history of one record at the same instant: one event follows the other."""

import time

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from core import chain, events
from core.chain import broken_links
from core.models import Event
from tests.factories import make_order
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def record_twice_at_once() -> list:
    """Nobody holds the order's row beforehand; both take their time before they commit."""
    order = make_order()

    def tell():
        with transaction.atomic():
            events.record(order, "seen", by=None)
            time.sleep(0.4)

    assert all(outcome.won for outcome in at_once(tell, tell))
    assert Event.objects.count() == 2
    return list(broken_links(Event.objects.all()))


def test_one_event_follows_the_other():
    assert record_twice_at_once() == []


def without_the_lock(subject) -> str:
    """The broken twin: reads the last hash without holding the record."""
    with connection.cursor() as cursor:
        kind = ContentType.objects.get_for_model(subject).pk
        cursor.execute(chain._LAST, [kind, subject.pk])
        found = cursor.fetchone()
    return found[0] if found else ""


def test_without_the_records_lock_both_follow_the_same_one(monkeypatch):
    monkeypatch.setattr(events, "end_of", without_the_lock)
    assert len(record_twice_at_once()) == 1
