"""Whose an order is and what it is about: customers, products, terms, each known, to be added, or a problem."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from django.utils.translation import gettext_noop

from accounts.roles import Role
from approvals.history.columns import CATEGORY, CUSTOMER, NAME, ORDERED, PRICE, PRODUCT, SPECIFICATION, TAX_RATE, TERMS
from approvals.history.past import Past
from approvals.history.terms import DEFAULT, Part, TermsBook, wrong_sum
from core.imports.kinds import Notices, Problems, Row, Task
from customers.models import Customer, PaymentTerms
from products.imports import find_products
from products.models import Category, Product
from products.services import make_findable

_BATCH = 500
_TAX = Decimal(13)


def find_customers(task: Task, pasts: list[Past]) -> dict[str, Customer]:
    """The customers that the orders name, by number in small letters; who is not there is a problem of the order."""
    wanted = {past[CUSTOMER].casefold() for past in pasts if past[CUSTOMER]}
    pairs = Customer.objects.values_list("pk", "number").iterator(chunk_size=10_000)
    keys, found = iter([pk for pk, number in pairs if number.casefold() in wanted]), {}
    while chunk := list(islice(keys, _BATCH)):
        for customer in Customer.objects.filter(pk__in=chunk).select_related("owner", "team", "payment_terms"):
            found[customer.number.casefold()] = customer
    names = _numbers_by_name([past[CUSTOMER] for past in pasts if past[CUSTOMER].casefold() not in found], task.by)
    for past in pasts:
        if number := names.get(past[CUSTOMER]):
            sentence = gettext_noop("This is the name of customer %(number)s. Write the number here.")
            task.problems.add(past.first.number, CUSTOMER, sentence, past[CUSTOMER], number=number)
        elif sentence := _why_not(found.get(past[CUSTOMER].casefold()), task.by):
            task.problems.add(past.first.number, CUSTOMER, sentence, past[CUSTOMER])
    return found


def _numbers_by_name(words: list[str], by) -> dict[str, str]:
    """The numbers of customers who are named where their number belongs."""
    seen = Customer.objects.all() if by is None or by.is_superuser else Customer.objects.visible_to(by)
    found: dict[str, str] = {}
    left = iter(dict.fromkeys(words))
    while chunk := list(islice(left, _BATCH)):
        found.update(seen.filter(name__in=chunk).values_list("name", "number"))
        found.update(seen.filter(short_name__in=chunk).values_list("short_name", "number"))
    return found


def _why_not(customer: Customer | None, by) -> str:
    if customer is None:
        return gettext_noop("There is no customer of this number. Import the customers first.")
    foreign = customer.owner_id is not None and by is not None and customer.team_id != by.team_id
    if foreign and by.role == Role.MANAGER:
        return gettext_noop("This customer belongs to another team.")
    return ""


@dataclass
class Catalogue:
    """The products that lines name: those that are known, and those that the file adds, off sale."""

    known: dict[str, Product]
    categories: dict[str, Category]
    added: dict[str, Product] = field(default_factory=dict)
    new_categories: dict[str, Category] = field(default_factory=dict)
    _latest: dict[str, date] = field(default_factory=dict)

    @classmethod
    def load(cls, rows: list[Row]) -> "Catalogue":
        numbers = {row[PRODUCT] for row in rows if row[PRODUCT]}
        return cls(find_products(numbers), {category.name: category for category in Category.objects.all()})

    def product_of(self, row: Row) -> Product | None:
        """The product of a line; None for one in free text."""
        key = (row[PRODUCT] or "").casefold()
        return self.known.get(key) or self.added.get(key)

    def enter(self, row: Row, problems: Problems) -> None:
        """Sees to the product that a row names; one that is not known is added when the row says enough about it."""
        key = (row[PRODUCT] or "").casefold()
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
        key = (row[PRODUCT] or "").casefold()
        if key not in self.added or row[PRICE] is None or row[ORDERED] is None:
            return
        if row[ORDERED] >= self._latest.get(key, row[ORDERED]):
            self._latest[key] = row[ORDERED]
            self.added[key].list_price, self.added[key].tax_rate = row[PRICE], _rate(row)

    def say(self, notices: Notices) -> None:
        for product in self.added.values():
            sentence = gettext_noop("The product %(code)s %(name)s is added to the catalogue, off sale.")
            notices.add(None, sentence, code=product.code, name=str(product))


def _rate(row: Row) -> Decimal:
    return row[TAX_RATE] if row[TAX_RATE] is not None else _TAX


def terms_of(past: Past, customer: Customer | None, book: TermsBook, task: Task) -> PaymentTerms | None:
    """The order's payment terms: those it names, else the customer's, else all of it on arrival."""
    row = past.first
    if row[TERMS]:
        terms = book.named(row[TERMS])
        if terms is None:
            _refuse_terms(row, task)
        return terms
    if TERMS in row.misread or customer is None:
        return None
    if customer.payment_terms:
        return book.named(customer.payment_terms.name)
    task.notices.add(row.number, gettext_noop("Without payment terms: taken as %(terms)s."), terms=DEFAULT)
    return book.named(DEFAULT)


def _refuse_terms(row: Row, task: Task) -> None:
    if (total := wrong_sum(row[TERMS])) is not None:
        sentence = gettext_noop("These parts add up to %(total)s %%, not to 100 %%.")
        task.problems.add(row.number, TERMS, sentence, row[TERMS], total=f"{total.normalize():f}")
    else:
        sentence = gettext_noop("These terms are not known and not of the form “30%预付款，70%到货款”.")
        task.problems.add(row.number, TERMS, sentence, row[TERMS])


def say_new_terms(book: TermsBook, notices: Notices) -> None:
    """New terms are told with what was understood of them."""
    for name, parts in book.added.items():
        sentence = gettext_noop("New payment terms “%(name)s”: %(parts)s.")
        if not all(part.sure for part in parts):
            sentence = gettext_noop("New payment terms “%(name)s”, not understood in every word; taken as %(parts)s.")
        notices.add(None, sentence, name=name, parts=_in_words(parts))


def _in_words(parts: list[Part]) -> str:
    return " · ".join(str(part) for part in parts)
