"""History reads as sentences and cannot be rewritten."""

import pytest
from django.db import DatabaseError, transaction

from core import registries
from core.events import changes_between, record, timeline_of
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_the_timeline_tells_who_did_what_from_what_to_what(rep, monkeypatch):
    monkeypatch.setitem(registries.sentences, "renamed", ("Renamed to %(to)s", "good"))
    product = ProductFactory()
    record(product, "renamed", by=rep, note="typo", to="柜", changes=[["name", "控制柜", "柜"]])
    (entry,) = timeline_of(product)
    assert (entry.sentence, entry.actor_name, entry.note, entry.tone) == ("Renamed to 柜", "王丽", "typo", "good")
    assert entry.changes == [(str(product._meta.get_field("name").verbose_name), "控制柜", "柜")]


def test_only_what_differs_is_a_change():
    product = ProductFactory(name="新", unit="台")
    assert changes_between({"name": "旧", "unit": "台"}, product) == [["name", "旧", "新"]]


def test_the_newest_event_comes_first(rep):
    product = ProductFactory()
    record(product, "first", by=rep)
    record(product, "second", by=None)
    assert [e.sentence for e in timeline_of(product)] == ["second", "first"]


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_rewrite_history(rep, verb):
    event = record(ProductFactory(), "first", by=rep)
    rows = type(event).objects.filter(pk=event.pk)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        rows.update(note="x") if verb == "update" else rows.delete()
