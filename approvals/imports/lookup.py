"""Whose an order is and what it is about: customers, products, terms, each known, to be added, or a problem."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_noop

from approvals.imports.columns import CATEGORY, CUSTOMER, NAME, ORDERED, PRICE, PRODUCT, SPECIFICATION, TAX_RATE, TERMS
from approvals.imports.past_order import PastOrder
from approvals.imports.terms import DEFAULT, TermsBook, wrong_sum
from core.imports.kinds import Notices, Problems, Row, Task
from core.text_key import text_key
from customers.former_names import merged_files
from customers.models import Customer, PaymentTerms
from orders.lines import DEFAULT_TAX_RATE
from products.models import Category, Product
from products.services import make_findable

_NAMED = 5  # customers in a sentence


class KnownCustomer(NamedTuple):
    """A customer that orders name, by key and number, and the key of its payment terms."""

    pk: int
    number: str
    terms: int | None


def find_customers(task: Task, words: set[str]) -> dict[str, list[KnownCustomer]]:
    """Whom each of these words means, in the form of ``core.text_key``: by number, else by name, else by short name.

    To whoever may not see a customer it is as if there were none.
    """
    by_number: dict[str, list[KnownCustomer]] = {}
    by_name: dict[str, list[KnownCustomer]] = {}
    by_short_name: dict[str, list[KnownCustomer]] = {}
    rows = task.visible(Customer.objects).filter(merged_into=None).order_by()
    columns = ("pk", "number", "payment_terms", "number_key", "name_key", "short_name_key")
    for pk, number, terms, *keys in rows.values_list(*columns).iterator(chunk_size=10_000):
        known = KnownCustomer(pk, number, terms)
        for found, key in zip((by_number, by_name, by_short_name), keys, strict=True):
            if key in words:
                found.setdefault(key, []).append(known)
    former = merged_files(task.visible(Customer.objects).filter(merged_into=None), words)
    led_on = {key: [KnownCustomer(each.pk, each.number, each.payment_terms_id)] for key, each in former.items()}
    return led_on | by_short_name | by_name | by_number


def refuse_customer(task: Task, past: PastOrder, known: list[KnownCustomer]) -> None:
    """Nobody is called that, or several are."""
    if not known:
        sentence = gettext_noop("You have no customer of this number or name. Import the customers first.")
        task.problems.add(past.first.number, CUSTOMER, sentence, past[CUSTOMER])
    elif len(known) > 1:
        sentence = gettext_noop("Several customers are called that: %(numbers)s. Write the number here.")
        numbers = ", ".join(customer.number for customer in known[:_NAMED])
        task.problems.add(past.first.number, CUSTOMER, sentence, past[CUSTOMER], numbers=numbers)


@dataclass
class Catalogue:
    """The products that lines name: the keys of those that are known, and those that the file adds, off sale."""

    known: dict[str, int]
    categories: dict[str, Category]
    added: dict[str, Product] = field(default_factory=dict)
    new_categories: dict[str, Category] = field(default_factory=dict)
    _latest: dict[str, date] = field(default_factory=dict)

    @classmethod
    def load(cls, rows: list[Row]) -> "Catalogue":
        wanted = {text_key(row[PRODUCT]) for row in rows if row[PRODUCT]}
        pairs = Product.objects.order_by().values_list("pk", "code_key").iterator(chunk_size=10_000)
        known = {key: pk for pk, key in pairs if key in wanted}
        return cls(known, {category.name: category for category in Category.objects.all()})

    def key_of(self, row: Row) -> str:
        """By what the product of a line is looked up; empty for one in free text."""
        return text_key(row[PRODUCT] or "")

    def enter(self, row: Row, problems: Problems) -> None:
        """Sees to the product that a row names; one that is not known is added when the row says enough about it."""
        key = self.key_of(row)
        if not key or key in self.known:
            return
        if not row[CATEGORY]:
            sentence = gettext_noop("There is no such product. Import the products first, or fill in 类别 to add it.")
            problems.add(row.number, PRODUCT, sentence, row[PRODUCT])
        elif key not in self.added:
            self.added[key] = self._new(row)
        elif self.added[key].category.name != row[CATEGORY]:
            sentence = gettext_noop("Another row puts this new product into “%(other)s”.")
            problems.add(row.number, CATEGORY, sentence, row[CATEGORY], other=self.added[key].category.name)

    def _new(self, row: Row) -> Product:
        name = row[CATEGORY]
        category = self.categories.get(name) or self.new_categories.setdefault(name, Category(name=name))
        product = Product(code=row[PRODUCT], name=row[NAME] or "", category=category, active=False)
        product.specification = row[SPECIFICATION] or ""
        product.list_price, product.tax_rate = row[PRICE] or Decimal(0), _rate(row)
        make_findable(product)
        return product

    def price(self, row: Row) -> None:
        """The list price of an added product is that of its latest order."""
        key = self.key_of(row)
        if key not in self.added or row[PRICE] is None or row[ORDERED] is None:
            return
        if row[ORDERED] >= self._latest.get(key, row[ORDERED]):
            self._latest[key] = row[ORDERED]
            self.added[key].list_price, self.added[key].tax_rate = row[PRICE], _rate(row)

    def say_additions(self, notices: Notices) -> None:
        for product in self.added.values():
            sentence = gettext_noop("The product %(code)s %(name)s is added to the catalogue, off sale.")
            notices.add(None, sentence, code=product.code, name=str(product))


def _rate(row: Row) -> Decimal:
    return row[TAX_RATE] if row[TAX_RATE] is not None else DEFAULT_TAX_RATE


def terms_of(past: PastOrder, customer: KnownCustomer | None, book: TermsBook, task: Task) -> PaymentTerms | None:
    """The order's payment terms: those it names, else the customer's, else all of it on arrival."""
    row = past.first
    if row[TERMS]:
        terms = book.named(row[TERMS])
        if terms is not None:
            return terms
        if (total := wrong_sum(row[TERMS])) is not None:
            sentence = gettext_noop("These parts add up to %(total)s %%, not to 100 %%.")
            task.problems.add(row.number, TERMS, sentence, row[TERMS], total=f"{total.normalize():f}")
        else:
            sentence = gettext_noop("These terms are not known and not of the form “30%预付款，70%到货款”.")
            task.problems.add(row.number, TERMS, sentence, row[TERMS])
        return None
    if TERMS in row.misread or customer is None:
        return None
    if customer.terms:
        return book.by_key[customer.terms]
    task.notices.add(row.number, gettext_noop("Without payment terms: taken as %(terms)s."), terms=DEFAULT)
    return book.named(DEFAULT)


def say_new_terms(book: TermsBook, notices: Notices) -> None:
    """New terms are told with what was understood of them."""
    for name, parts in book.added.items():
        sentence = gettext_noop("New payment terms “%(name)s”: %(parts)s.")
        if not all(part.sure for part in parts):
            sentence = gettext_noop("New payment terms “%(name)s”, not understood in every word; taken as %(parts)s.")
        notices.add(None, sentence, name=name, parts=" · ".join(map(str, parts)))
