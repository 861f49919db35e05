"""The search by pairs of characters finds exactly what a comparison of every row finds, on both databases."""

from itertools import product

import pytest
from django.db import connection

from customers.models import Customer
from tests.roles import as_owner

pytestmark = pytest.mark.django_db
ALPHABET = "海雅a%_\\ "
#: Every text of up to three of these characters, those that LIKE reads in its own way among them.
TEXTS = ["".join(letters) for length in (1, 2, 3) for letters in product(ALPHABET, repeat=length)]


def keep(*texts: str) -> None:
    """Customers with these search keys."""
    Customer.objects.bulk_create(Customer(number=str(n), search_key=text) for n, text in enumerate(texts))


def found(word: str) -> set[str]:
    return set(Customer.objects.filter(search_key__holds=word).values_list("search_key", flat=True))


def test_every_word_of_up_to_three_characters_is_found_where_it_stands():
    keep(*TEXTS)
    for word in TEXTS:
        assert found(word) == {text for text in TEXTS if word in text}, word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("海雅 雅装", "海雅装"),  # both pairs, not the word
        ("hyzb zbhy", "hyzbh"),
        ("水务水", "务水务"),
        ("100 元", "1%0"),
        ("a-b", "a_b"),
        ("海雅装备", "海雅装备有限公司"),
    ],
)
def test_what_has_the_pairs_but_not_the_word_is_not_found(text, word):
    keep(text)
    assert found(word) == set()


@pytest.mark.parametrize("word", ["海", "海雅", "雅装备", "yzb", "备 hai", "haiyazhuangbei hyzb", "𠮷野", "é", "50%"])
def test_characters_pinyin_and_what_lies_across_a_blank_are_found(word):
    text = "海雅装备 haiyazhuangbei hyzb 𠮷野家 café 50%"
    keep(text, "水务", "")
    assert found(word) == {text}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite compares every row")
def test_postgresql_answers_from_the_index():
    keep(*TEXTS)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")  # else it plans for the rows that earlier tests left behind
    plan = Customer.objects.filter(search_key__holds="海雅").values("pk").explain()
    assert "customer_search_pairs" in plan


@pytest.mark.parametrize("count", [0, 1, 3])
def test_many_keys_find_the_rows_that_have_them(count):
    keep("海", "雅", "装", "备")
    keys = list(Customer.objects.order_by("pk").values_list("pk", flat=True)[:count])
    assert set(Customer.objects.filter(pk__among=keys).values_list("pk", flat=True)) == set(keys)
    assert Customer.objects.exclude(pk__among=keys).count() == 4 - count


def test_keys_are_followed_along_a_relation():
    keep("海", "雅")
    first, second = Customer.objects.order_by("pk")
    Customer.objects.filter(pk=second.pk).update(referred_by=first)
    assert Customer.objects.get(referred_by__pk__among=[first.pk, 0]) == second


@pytest.mark.skipif(connection.vendor != "postgresql", reason="others get a list of keys")
def test_postgresql_gets_many_keys_as_one_value():
    sql, values = Customer.objects.filter(pk__among=range(1000)).query.sql_with_params()
    assert sql.count("%s") == len(values) == 1
