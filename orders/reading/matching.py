"""Which products of ours the lines of a purchase order mean.

By number, by what the customer's former lines were called, by name and specification, and at last by the words of
both; where several are meant alike, the one that the customer had before. A fixed number of queries for any number of
lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_noop

from core.text_key import parts_of, search_form, text_key, words_of
from customers.models import Customer
from orders.models import Order, OrderLine
from orders.reading.columns import CODE, NAME, OUR_CODE, SPECIFICATION
from orders.reading.table import Line
from orders.statuses import EFFECTIVE
from products.models import Product

_MOST_FORMER = 2_000  # of a customer's lines, the newest
_NAMED = 3  # products in a sentence
_OTHER_NAME = gettext_noop("Number %(code)s is %(product)s here; the file calls it “%(name)s”.")
_OTHER_SPECIFICATION = gettext_noop("The file says “%(theirs)s”; this product is “%(ours)s”.")
_BY_WORDS = gettext_noop("Found by its words; the file says “%(original)s”.")
_HAD_BEFORE = gettext_noop("%(count)s products are called so; this is the one that the customer had before.")
_SEVERAL = gettext_noop("%(count)s products may be meant: %(products)s. Choose one.")
_UNKNOWN = gettext_noop("Not in the catalogue: it stays as the customer wrote it.")
_GONE = gettext_noop("“%(product)s” is no longer sold.")


@dataclass(frozen=True)
class Match:
    """The product that a line means, None when that cannot be told, and why it is unsure (empty: it is sure)."""

    product: Product | None = None
    sentence: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Words:
    """How a line names its product."""

    codes: tuple[str, ...]
    name: str
    specification: str

    @classmethod
    def of(cls, line: Line) -> "_Words":
        codes = tuple(filter(None, (line.text(OUR_CODE), line.text(CODE))))
        return cls(codes, line.text(NAME), line.text(SPECIFICATION))

    @property
    def called(self) -> tuple[str, str]:
        return text_key(self.name), text_key(self.specification)

    @property
    def text(self) -> str:
        return f"{self.name} {self.specification}".strip()

    @property
    def keys(self) -> set[str]:
        return {text_key(text) for text in (*self.codes, self.name, self.specification) if text}


class Catalogue:
    """What of our catalogue some lines may mean, and what their customer had before; looked up once for all of them."""

    def __init__(self, lines: Sequence[Line], customer: Customer, by):
        asked = [_Words.of(line) for line in lines]
        self._former = _former_lines(customer, by)
        self._load({key for words in asked for key in words.keys}, {pk for pk, _name, _spec in self._former})
        self._called_before = {(text_key(name), text_key(spec)): pk for pk, name, spec in reversed(self._former)}
        left = {words for words in asked if self._by_key(words) is None and words.text}
        self._searched = _search(left) if left else {}

    def _load(self, keys: set[str], former: set[int]) -> None:
        wanted = Q(pk__in=former) | Q(active=True) & (Q(code_key__in=keys) | Q(name_key__in=keys))
        products = list(Product.objects.filter(wanted))
        self._by_pk = {product.pk: product for product in products}
        self._by_code = {product.code_key: product for product in products if product.active}
        self._by_name: dict[str, list[Product]] = defaultdict(list)
        for product in products:
            if product.active:
                self._by_name[product.name_key].append(product)
        self._had = former

    def match(self, line: Line) -> Match:
        """What a line means."""
        words = _Words.of(line)
        return self._by_key(words) or self._by_words(words, line.original)

    def _by_key(self, words: _Words) -> Match | None:
        return self._by_number(words) or self._by_former_line(words) or self._by_called(words)

    def _by_number(self, words: _Words) -> Match | None:
        """One of our numbers, in whichever cell the customer writes it."""
        for code in (*words.codes, words.specification, words.name):
            product = self._by_code.get(text_key(code)) if code else None
            if product:
                is_same = code == words.name or _is_alike(words.name, product)
                told = {"code": product.code, "product": str(product), "name": words.name}
                return Match(product) if is_same else Match(product, _OTHER_NAME, told)
        return None

    def _by_former_line(self, words: _Words) -> Match | None:
        product = self._by_pk.get(self._called_before.get(words.called, 0)) if words.name else None
        if product is None:
            return None
        return Match(product) if product.active else Match(product, _GONE, {"product": str(product)})

    def _by_called(self, words: _Words) -> Match | None:
        """The name, and where several have it the specification."""
        found = self._by_name.get(text_key(words.name), []) if words.name else []
        theirs = text_key(words.specification)
        exact = [product for product in found if text_key(product.specification) == theirs]
        if len(exact) == 1:
            return Match(exact[0])
        if words.specification:
            found = [product for product in found if _holds(product, words.specification)] or found
        if len(found) != 1:
            return self._of_several(found) if found else None
        if not theirs or _holds(found[0], words.specification):
            return Match(found[0])
        told = {"theirs": words.specification, "ours": found[0].specification or "—"}
        return Match(found[0], _OTHER_SPECIFICATION, told)

    def _by_words(self, words: _Words, original: str) -> Match:
        found = self._searched.get(words, [])
        if len(found) == 1:
            return Match(found[0], _BY_WORDS, {"original": original})
        return self._of_several(found) if found else Match(None, _UNKNOWN)

    def _of_several(self, found: list[Product]) -> Match:
        """The one that the customer had before; none when there is no such one."""
        had = [product for product in found if product.pk in self._had]
        if len(had) == 1:
            return Match(had[0], _HAD_BEFORE, {"count": len(found)})
        named = ", ".join(f"{product} ({product.code})" for product in found[:_NAMED])
        return Match(None, _SEVERAL, {"count": len(found), "products": named})


def _former_lines(customer: Customer, by) -> list[tuple[int, str, str]]:
    """Product, name and specification of the customer's approved lines, the newest first."""
    orders = Order.objects.visible_to(by).filter(customer=customer, status__in=EFFECTIVE)
    lines = OrderLine.objects.filter(order__in=orders, revision=F("order__revision"), product__isnull=False)
    found = lines.order_by("-id").values_list("product_id", "name", "specification")[:_MOST_FORMER]
    return [(pk or 0, name, specification) for pk, name, specification in found]


def _search(asked: Iterable[_Words]) -> dict[_Words, list[Product]]:
    """The products on sale whose search key holds every word, by what was asked; reads all keys once."""
    parts = {words: _parts(words.text) for words in asked}
    hits: dict[_Words, list[int]] = {words: [] for words in parts}
    for pk, key in Product.objects.on_sale().order_by("pk").values_list("pk", "search_key").iterator():
        for words, wanted in parts.items():
            if wanted and all(part in key for part in wanted):
                hits[words].append(pk)
    products = Product.objects.in_bulk({pk for found in hits.values() for pk in found})
    return {words: [products[pk] for pk in found] for words, found in hits.items()}


def _parts(text: str) -> list[str]:
    return [part for word in words_of(text) for part in parts_of(word) or [word]]


def _holds(product: Product, specification: str) -> bool:
    """Whether the product's specification and the customer's are one, or one is part of the other."""
    ours, theirs = search_form(f"{product.specification}{product.code}"), search_form(specification)
    own = search_form(product.specification)
    return bool(theirs) and (theirs in ours or (bool(own) and own in theirs))


def _is_alike(name: str, product: Product) -> bool:
    """Whether a name can be that of the product: a part of it, or the other way round."""
    said, ours = search_form(name), search_form(f"{product.name}{product.specification}")
    own = search_form(product.name)
    return not said or said in ours or own in said
