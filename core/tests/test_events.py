"""History reads as sentences and cannot be rewritten."""

import pytest
from django.db import DatabaseError, transaction

from core import registries
from core.events import Wording, changes_between, describe, record, timeline_of, verbs_without_money
from products.models import Product
from tests.factories import CustomerFactory, ProductFactory

pytestmark = pytest.mark.django_db


def test_the_timeline_tells_who_did_what_from_what_to_what(rep, monkeypatch):
    monkeypatch.setitem(registries.sentences, ("products.Product", "renamed"), Wording("Renamed to %(to)s", "good"))
    product = ProductFactory()
    record(product, "renamed", by=rep, note="typo", to="柜", changes=[["name", "控制柜", "柜"]])
    (entry,) = timeline_of(product)
    assert (entry.sentence, entry.actor_name, entry.note, entry.tone) == ("Renamed to 柜", "王丽", "typo", "good")
    assert entry.changes == [(str(product._meta.get_field("name").verbose_name), "控制柜", "柜")]


def test_the_same_verb_reads_as_its_model_words_it(rep, monkeypatch):
    monkeypatch.setattr(registries, "sentences", {})
    describe("products.Product", moved=Wording("Moved on the shelf"))
    describe("", moved=Wording("Moved"))
    product, customer = ProductFactory(), CustomerFactory()
    for record_ in (product, customer):
        record(record_, "moved", by=rep)
    assert [timeline_of(each)[0].sentence for each in (product, customer)] == ["Moved on the shelf", "Moved"]


def test_what_speaks_of_money_is_not_for_those_without_prices(monkeypatch):
    monkeypatch.setattr(registries, "sentences", {})
    describe("products.Product", named=Wording("Named"), priced=Wording("Now ¥%(price)s", of_money=True))
    describe("customers.Customer", opened=Wording("Opened"))
    assert verbs_without_money(Product) == ["named"]


def test_only_what_differs_is_a_change():
    product = ProductFactory(name="新", unit="台")
    assert changes_between({"name": "旧", "unit": "台"}, product) == [["name", "旧", "新"]]


def test_the_newest_event_comes_first(rep):
    product = ProductFactory()
    record(product, "first", by=rep)
    record(product, "second", by=None)
    assert [e.sentence for e in timeline_of(product)] == ["second", "first"]


#: What is no deed but its outcome.
OUTCOMES = {"supplement", "stock_moved", "reject_quality", "quality_rejected"}


def test_every_deed_reads_as_done():
    told = {
        f"{model} {verb}": str(wording.sentence)
        for (model, verb), wording in registries.sentences.items()
        if verb not in OUTCOMES
    }
    assert {name: text for name, text in told.items() if "已" not in text and "通过" not in text} == {}


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_rewrite_history(rep, verb):
    event = record(ProductFactory(), "first", by=rep)
    rows = type(event).objects.filter(pk=event.pk)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        rows.update(note="x") if verb == "update" else rows.delete()
