"""Very many rows: made ready in a file, written in one go, refused in the words that Django has for it."""

import pytest
from django.db import IntegrityError, transaction

from core.bulk import Batch, keys_of, new_row, write_rows
from core.chunks import chunks
from core.models import Counter, Event
from customers.models import Customer
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def customer(key: int, number: str) -> Customer:
    return new_row(Customer, id=key, number=number, name="云汀海雅", short_name="海雅")


def test_rows_are_written_as_they_were_when_they_were_added():
    keys = keys_of(Customer)
    first, second = customer(next(keys), "K1"), customer(next(keys), "K2")
    batch = Batch([first])
    batch.add([second])
    first.number = "other"
    assert not Customer.objects.exists()
    with transaction.atomic():
        batch.write()
    found = Customer.objects.order_by("pk")
    assert [(c.pk, c.number, c.active) for c in found] == [(first.pk, "K1", True), (second.pk, "K2", True)]
    assert all(c.created_at for c in found)
    assert CustomerFactory().pk not in (first.pk, second.pk)


def test_rows_without_keys_and_documents_are_written_too():
    write_rows([Counter(series="a", value=1), Counter(series="b", value=2)])
    assert list(Counter.objects.order_by("series").values_list("series", "value")) == [("a", 1), ("b", 2)]
    made = CustomerFactory()
    write_rows([Event(subject=made, verb="imported", data={"file": "甲\t乙\\N.xlsx"})])
    assert Event.objects.get(verb="imported").data == {"file": "甲\t乙\\N.xlsx"}


def test_a_refusal_is_one_of_djangos():
    CustomerFactory(number="K1")
    with pytest.raises(IntegrityError), transaction.atomic():
        write_rows([customer(next(keys_of(Customer)), "K1")])


def test_nothing_is_written_of_nothing():
    Batch().write()
    write_rows([])


def test_things_come_a_few_at_a_time_and_none_is_lost():
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []
