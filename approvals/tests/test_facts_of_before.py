"""An installation of before: its records get the facts against which they are held from then on."""

from importlib import import_module

import pytest
from django.apps import apps

from core import protections
from core.chain import broken_links, content_of, link
from core.events import record
from core.facts import facts_of
from core.invariants import strayed_facts
from core.models import Event
from orders.statuses import Status
from tests.factories import make_order, make_shipment

pytestmark = pytest.mark.django_db
MIGRATION = import_module("approvals.migrations.0004_facts_of_before")


def old_event(order) -> None:
    event = record(order, "created", by=order.rep)
    event.facts = None
    protections.drop_all()
    Event.objects.filter(pk=event.pk).update(facts=None, hash=link("", content_of(event)))


def test_every_record_gets_one_event_with_its_facts_at_the_end_of_its_chain():
    draft, shipment = make_order(), make_shipment(status="shipped")
    old_event(draft)
    make_order(status=Status.APPROVED)
    MIGRATION.keep_facts(apps, None)
    assert list(broken_links(Event.objects.all())) == []
    assert list(strayed_facts()) == []
    for each in (draft, shipment, shipment.order, draft.customer, draft.rep):
        each.refresh_from_db()
        kept = Event.objects.filter(subject_id=each.pk, subject_type__model=each._meta.model_name, verb="kept")
        assert kept.get().facts == facts_of(each)


def test_who_has_facts_already_gets_none():
    record(make_order().customer, "customer_changed", by=None)
    MIGRATION.keep_facts(apps, None)
    count = Event.objects.count()
    MIGRATION.keep_facts(apps, None)
    assert Event.objects.count() == count
