"""All past orders of a file together: what they would bring, and everything that stands against it."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import gettext_noop

from approvals.imports.columns import (
    CUSTOMER,
    NUMBER,
    ORDERED,
    PRICE,
    PRICE_WITH_TAX,
    PRODUCT,
    SIGNED,
    TAX_RATE,
)
from approvals.imports.existing import settle_existing
from approvals.imports.lookup import (
    Catalogue,
    KnownCustomer,
    find_customers,
    refuse_customer,
    say_new_terms,
    terms_of,
)
from approvals.imports.past_order import PastOrder, check, group
from approvals.imports.terms import TermsBook
from core import periods
from core.imports.kinds import Row, Task
from core.text_key import text_key
from customers.models import PaymentTerms

_PROGRESS_EVERY = 500
_SIX_DIGITS = Decimal("0.000001")


@dataclass
class Plan:
    """The orders to come in, each with its customer and terms, and what has to be there before them."""

    orders: list[PastOrder]
    customers: dict[str, list[KnownCustomer]]
    catalogue: Catalogue
    terms_book: TermsBook
    terms: dict[str, PaymentTerms | None]

    def customer_of(self, past: PastOrder) -> int:
        """The key of the order's customer. Raises KeyError or IndexError for an order that was refused."""
        return self.customers[text_key(past[CUSTOMER])][0].pk


def make_plan(task: Task) -> Plan:
    """Groups the rows into orders and looks up everything that they name."""
    rows, today = task.rows, timezone.localdate()
    if PRICE_WITH_TAX in task.columns:
        rows = [row if row[PRICE] is not None else _with_price(row, task) for row in rows]
    pasts = group(rows)
    for done, past in enumerate(pasts.values()):
        check(past, today, task.problems)
        if done % _PROGRESS_EVERY == 0:
            task.progress(done, len(pasts))
    readable = {n: p for n, p in pasts.items() if p[CUSTOMER] and NUMBER not in p.first.misread}
    customers = find_customers(task, {text_key(past[CUSTOMER]) for past in readable.values()})
    new = settle_existing(readable, customers, task)
    task.counts.update(created=len(new), unchanged=len(readable) - len(new))
    catalogue, book = _catalogue(task, new), TermsBook.load()
    terms: dict[str, PaymentTerms | None] = {}
    for past in new:
        known = customers.get(text_key(past[CUSTOMER]), [])
        refuse_customer(task, past, known)
        terms[past.number] = terms_of(past, known[0] if known else None, book, task)
    say_new_terms(book, task.notices)
    _refuse_closed_months(task, new)
    return Plan(new, customers, catalogue, book, terms)


def _with_price(row: Row, task: Task) -> Row:
    """The row with its price without tax, computed from the one with tax where that is given."""
    gross, rate = row[PRICE_WITH_TAX], row[TAX_RATE]
    if gross is None:
        if PRICE not in task.columns and row.lacks(PRICE_WITH_TAX):
            task.problems.add(row.number, PRICE_WITH_TAX, gettext_noop("Is empty; every row needs one."))
        return row
    if rate is None:
        if row.lacks(TAX_RATE):
            sentence = gettext_noop("A price with tax needs the tax rate beside it.")
            task.problems.add(row.number, TAX_RATE, sentence)
        return row
    sentence = gettext_noop("The price without tax is computed from the one with tax, to six digits.")
    task.notices.add(row.number, sentence)
    return row.having(PRICE, (gross / (1 + rate / 100)).quantize(_SIX_DIGITS, ROUND_HALF_UP))


def _catalogue(task: Task, pasts: list[PastOrder]) -> Catalogue:
    rows = [row for past in pasts for row in past.rows]
    catalogue = Catalogue.load(rows)
    for row in rows:
        catalogue.enter(row, task.problems)
        catalogue.price(row)
        if not row[PRODUCT]:
            sentence = gettext_noop("Without a product number: a line in free text, which counts in no category.")
            task.notices.add(row.number, sentence)
    catalogue.say_additions(task.notices)
    return catalogue


def days_of(past: PastOrder) -> set[date]:
    """The days in whose months the order counts."""
    if not past.is_effective:
        return set()
    return {day for day in (past[ORDERED], *(row[SIGNED] for row in past.rows)) if day}


def _refuse_closed_months(task: Task, pasts: list[PastOrder]) -> None:
    closed = set(periods.closed_among(set().union(*map(days_of, pasts))))
    for past in pasts if closed else ():
        said = [(past.first, ORDERED), *((row, SIGNED) for row in past.rows)]
        for row, column in said if past.is_effective else ():
            if (day := row[column]) and day.replace(day=1) in closed:
                sentence = gettext_noop("%(month)s is closed: nothing more is booked in it.")
                task.problems.add(row.number, column, sentence, day, month=f"{day:%Y-%m}")
