"""Every event carries the hash of its content and of the event before it, whoever writes it."""

from datetime import UTC, datetime

import pytest

from core.chain import broken_links, content_of, link
from core.events import record, record_all
from core.facts import facts_of
from core.models import Event
from tests.factories import CustomerFactory, ProductFactory, make_order

pytestmark = pytest.mark.django_db


def is_whole() -> bool:
    return list(broken_links(Event.objects.all())) == []


def test_a_hash_is_the_same_wherever_it_is_computed():
    """Whoever changes how it is made breaks every history there is."""
    content = [7, 12, "submit", None, datetime(2026, 11, 29, 4, 5, 6, 7, tzinfo=UTC), "同意", {"b": 1, "a": "ü"}, None]
    assert link("", content) == "9ef7960d23430a28809cfdfe63233a829768e4930a53b7d90c5ac1692bf42380"
    assert link("x", content) != link("", content)


def test_an_event_follows_the_one_before_it_of_the_same_record():
    order, other = make_order(), make_order()
    first, between, second = (record(each, "seen", by=None) for each in (order, other, order))
    assert first.hash == link("", content_of(first))
    assert between.hash == link("", content_of(between))
    assert second.hash == link(first.hash, content_of(second))
    assert is_whole()


def test_events_in_bulk_follow_those_before_them():
    products = [ProductFactory(), ProductFactory()]
    record(products[1], "seen", by=None)
    record_all("imported", [(product, {"row": n}) for n, product in enumerate(products)], by=None)
    record(products[0], "seen", by=None)
    assert Event.objects.count() == 4
    assert is_whole()


def test_what_is_stored_reads_as_it_was_hashed():
    data = {"变化": [["数量", "1", "2"], ["—", "", "𠮷"]], "n": 10**15, "half": 0.5, "flag": True, "none": None}
    record(CustomerFactory(), "seen", by=None, note=" 两行\n第二行 ", **data)
    assert is_whole()


def test_an_event_keeps_what_the_record_was_like():
    order = make_order()
    record(order, "seen", by=None)
    kept = Event.objects.get().facts
    assert kept == facts_of(order)
    assert (kept["status"], kept["drafted_by_id"], kept["approved_at"]) == ("draft", order.drafted_by_id, None)
