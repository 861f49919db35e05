"""The search by pairs of characters finds exactly what a comparison of every row finds, on both databases."""

from itertools import product

import pytest
from django.db import connection

from customers.models import Customer

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
    plan = Customer.objects.filter(search_key__holds="海雅").values("pk").explain()
    assert "customer_search_pairs" in plan
