"""All past orders of a file together: what they would bring, and everything that stands against it."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_noop

from approvals.history.columns import CUSTOMER, NUMBER, ORDERED, PRODUCT, SIGNED
from approvals.history.existing import settle_existing
from approvals.history.lookup import Catalogue, find_customers, say_new_terms, terms_of
from approvals.history.past import Past, check, group
from approvals.history.terms import TermsBook
from core import periods
from core.imports.kinds import Task
from customers.models import Customer, PaymentTerms

_EVERY = 500


@dataclass
class Plan:
    """The orders to be born, each with its customer and terms, and what has to be there before them."""

    pasts: list[Past]
    customers: dict[str, Customer]
    catalogue: Catalogue
    book: TermsBook
    terms: dict[str, PaymentTerms | None]

    def customer_of(self, past: Past) -> Customer:
        return self.customers[past[CUSTOMER].casefold()]


def make_plan(task: Task) -> Plan:
    """Groups the rows into orders and looks up everything that they name."""
    pasts, today = group(task.rows), timezone.localdate()
    for done, past in enumerate(pasts.values()):
        check(past, today, task.problems)
        if done % _EVERY == 0:
            task.progress(done, len(pasts))
    readable = {n: p for n, p in pasts.items() if p[CUSTOMER] and NUMBER not in p.first.misread}
    new = settle_existing(readable, task.problems)
    task.counts.update(created=len(new), unchanged=len(readable) - len(new))
    customers, catalogue, book = find_customers(task, new), _catalogue(task, new), TermsBook.load()
    terms = {past.number: terms_of(past, customers.get(past[CUSTOMER].casefold()), book, task) for past in new}
    say_new_terms(book, task.notices)
    _refuse_closed_months(task, new)
    return Plan(new, customers, catalogue, book, terms)


def _catalogue(task: Task, pasts: list[Past]) -> Catalogue:
    rows = [row for past in pasts for row in past.rows]
    catalogue = Catalogue.load(rows)
    for row in rows:
        catalogue.enter(row, task.problems)
        catalogue.price(row)
        if not row[PRODUCT]:
            sentence = gettext_noop("Without a product number: a line in free text, which counts in no category.")
            task.notices.add(row.number, sentence)
    catalogue.say(task.notices)
    return catalogue


def days_of(past: Past) -> list:
    """The days in whose months the order counts."""
    return [day for day in (past[ORDERED], past[SIGNED]) if day and past.is_effective]


def _refuse_closed_months(task: Task, pasts: list[Past]) -> None:
    closed = set(periods.closed_among(day for past in pasts for day in days_of(past)))
    for past in pasts if closed else ():
        for column in (ORDERED, SIGNED):
            day = past[column]
            if day in days_of(past) and day.replace(day=1) in closed:
                sentence = gettext_noop("%(month)s is closed: nothing more is booked in it.")
                task.problems.add(past.first.number, column, sentence, day, month=f"{day:%Y-%m}")
