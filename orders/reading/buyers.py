"""Whose order a file is: the one customer of whoever reads it that the file names."""

import re
from collections.abc import Iterable, Iterator

from django.db.models import Q

from core.text_key import text_key
from customers.former_names import merged_files
from customers.models import Customer
from orders.reading.columns import words_in
from orders.reading.facts import Facts
from orders.reading.labels import BUYER

_TITLES = re.compile(
    r"\s*[-—–_ ]*(?:采购订单|采购单|订购单|订货单|采购合同|购销合同|订单|purchase ?order|order|po)\s*(?:\(.*\))?\s*$",
    re.I,
)
_LONGEST = 120  # characters of a customer's name
_MOST_TEXTS = 300


def named_in(facts: Facts, by) -> list[Customer]:
    """The customers of this person that a file names: under a name for the buyer, else anywhere around the lines.

    A name, a short name, or one that a merged file had before. What the file calls its supplier is not asked for.
    """
    said = [words_in(facts.found[BUYER])] if BUYER in facts.found else []
    return _called(said, by) or _called(_texts_of(facts), by)


def _texts_of(facts: Facts) -> Iterator[str]:
    sellers = set(map(text_key, facts.sellers))
    for text in facts.texts[:_MOST_TEXTS]:
        if text_key(text) not in sellers and not any(seller and seller in text_key(text) for seller in sellers):
            yield text


def _called(texts: Iterable[str], by) -> list[Customer]:
    keys = {text_key(form) for text in texts for form in _forms(text) if form and len(form) <= _LONGEST}
    keys.discard("")
    if not keys:
        return []
    seen = Customer.objects.visible_to(by)
    living = seen.filter(Q(name_key__in=keys) | Q(short_name_key__in=keys) | Q(number_key__in=keys))
    found = {customer.pk: customer for customer in living}
    found |= {customer.pk: customer for customer in merged_files(seen, keys).values()}
    return list(found.values())


def _forms(text: str) -> Iterator[str]:
    """A text as it is, without the words for an order behind it, and what stands behind its colon."""
    yield text
    yield _TITLES.sub("", text)
    for colon in ":：":
        _label, _colon, value = text.partition(colon)
        yield value.strip()
