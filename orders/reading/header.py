"""The header of a draft that is read: what the customer brings along, and what stands around the lines of the file."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from core.text_key import text_key, written, written_line
from customers.models import Customer
from orders.content import HEADER_NAMES, plain_text
from orders.models import Order
from orders.reading.cells import day_in
from orders.reading.columns import words_in
from orders.reading.facts import Facts
from orders.reading.labels import ADDRESS, PROMISED, REFERENCE, REMARKS
from orders.reading.marks import Marks
from orders.statuses import Status

_OVER = gettext_noop("The file says this day, which is over.")
_WHICH_YEAR = gettext_noop("The file says “%(day)s” and no year.")
_OF_LINES = gettext_noop("The lines are wanted on different days; this is the last of them.")
_OTHER_ADDRESS = gettext_noop("As in the file; the customer file says “%(ours)s”.")
_SAYS = gettext_noop("The file says “%(theirs)s”.")
_KNOWN = gettext_noop("%(order)s has this number of the customer already. Is it the same order?")
_TEXTS = {REFERENCE: 60, ADDRESS: 200}


@dataclass
class ReadHeader:
    """Values by header field, in ``as_typed`` what cannot be read, and what is unsure."""

    values: dict[str, Any] = field(default_factory=dict)
    as_typed: dict[str, str] = field(default_factory=dict)
    marks: Marks = field(default_factory=Marks)


def read_header(facts: Facts, wanted: list[date], customer: Customer, today: date) -> ReadHeader:
    """What a file says about an order as a whole; ``wanted`` are the days of its lines."""
    header = ReadHeader()
    _read_day(header, facts.found.get(PROMISED), wanted, today)
    for name, longest in _TEXTS.items():
        if text := written_line(words_in(facts.found.get(name))):
            kept = header.values if len(text) <= longest else header.as_typed
            kept[name] = text
    if REMARKS in facts.found:
        header.values[REMARKS] = written(words_in(facts.found[REMARKS]))
    _compare_address(header, customer)
    return header


def _read_day(header: ReadHeader, raw: Any, wanted: list[date], today: date) -> None:
    day, is_sure = day_in(raw, today) if raw is not None else (None, True)
    if raw is not None and day is None:
        header.as_typed[PROMISED] = words_in(raw)[:60]
        return
    if day is None and wanted:
        day = max(wanted)
        if min(wanted) != day:
            header.marks.add(PROMISED, _OF_LINES)
    if day is None:
        return
    header.values[PROMISED] = day
    if not is_sure:
        header.marks.add(PROMISED, _WHICH_YEAR, day=words_in(raw))
    if day < today:
        header.marks.add(PROMISED, _OVER)


def _compare_address(header: ReadHeader, customer: Customer) -> None:
    """An address that is the customer's own needs not be said again."""
    theirs, ours = header.values.get(ADDRESS, ""), customer.full_address
    if not theirs or not ours:
        return
    if text_key(theirs) in text_key(ours) or text_key(ours) in text_key(theirs):
        del header.values[ADDRESS]
    else:
        header.marks.add(ADDRESS, _OTHER_ADDRESS, ours=ours)


def ask_whether_known(header: ReadHeader, order: Order | None, customer: Customer, by) -> None:
    """Marks a number under which this customer has ordered already."""
    number = header.values.get(REFERENCE)
    if not number:
        return
    orders = Order.objects.visible_to(by).filter(customer=customer, customer_reference=number)
    own = [order.pk] if order else []
    other = orders.exclude(status=Status.CANCELLED).exclude(pk__in=own).order_by("-id").first()
    if other:
        header.marks.add(REFERENCE, _KNOWN, order=str(other))


def fill_in(order: Order, read: ReadHeader) -> dict[str, Any]:
    """The header of a draft with what the file adds: what is written stays, and the file's is told beside it."""
    header = {name: getattr(order, name) for name in HEADER_NAMES}
    as_typed = dict(order.as_typed)
    for name, value in (*read.values.items(), *read.as_typed.items()):
        present = as_typed.get(name) or plain_text(header[name])
        if not present:
            target: dict[str, Any] = as_typed if name in read.as_typed else header
            target[name] = value
        elif text_key(present) != text_key(plain_text(value)):
            read.marks.by_cell.pop(name, None)
            read.marks.add(name, _SAYS, theirs=plain_text(value))
    return header | {"as_typed": as_typed}
