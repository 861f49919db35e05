"""Orders that are here already: the same ones are left alone, others of the same number are a problem."""

from collections.abc import Iterator
from itertools import islice

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_noop

from approvals.history.columns import (
    CUSTOMER,
    NAME,
    NUMBER,
    ORDERED,
    PRICE,
    PRODUCT,
    PROMISED,
    QUANTITY,
    SIGNED,
    STATUS,
    STATUSES,
)
from approvals.history.past import Past
from core.imports.kinds import Problems
from core.imports.values import shown
from core.models import Event
from orders.models import Order

#: The mark in an imported order's history; it carries the fingerprint of what the file said.
MARK = "imported"
_BATCH = 500
_WORDS: dict[str, str] = {status.value: word for word, status in STATUSES.items()}


def heard(number: str) -> str:
    """The number as people would read it to each other: case and blanks do not count."""
    return "".join(number.split()).casefold()


def settle_existing(pasts: dict[str, Past], problems: Problems) -> list[Past]:
    """The orders that are new. Those of a known number are as they are here, or a problem."""
    _refuse_alike(pasts, problems)
    known = _known(pasts, problems)
    marks = _fingerprints(known.values())
    unclear = [n for n, pk in known.items() if marks.get(pk) != pasts[n].fingerprint()]
    for order in _orders([known[number] for number in unclear]):
        for row, column, here, value in _differences(pasts[order.number or ""], order):
            sentence = gettext_noop("The order is here already, with other content: %(here)s.")
            problems.add(row, column, sentence, value, here=here)
    return [past for number, past in pasts.items() if number not in known]


def _refuse_alike(pasts: dict[str, Past], problems: Problems) -> None:
    """Two numbers in the file that read the same are one order written in two ways."""
    first: dict[str, Past] = {}
    for past in pasts.values():
        if (other := first.setdefault(heard(past.number), past)) is not past:
            sentence = gettext_noop("Reads like “%(other)s” in row %(row)s. Write both alike.")
            problems.add(past.first.number, NUMBER, sentence, past.number, other=other.number, row=other.first.number)


def _known(pasts: dict[str, Past], problems: Problems) -> dict[str, int]:
    """Keys of the existing orders by number; one that differs only in case or blanks is a problem."""
    wanted, found = {heard(number): number for number in pasts}, {}
    pairs = Order.objects.exclude(number=None).values_list("pk", "number").order_by()
    for pk, number in pairs.iterator(chunk_size=10_000):
        if number in pasts:
            found[number] = pk
        elif number and (meant := wanted.get(heard(number))):
            sentence = gettext_noop("Reads like the order “%(other)s”, which is here already. Write both alike.")
            problems.add(pasts[meant].first.number, NUMBER, sentence, meant, other=number)
    return found


def _fingerprints(keys) -> dict[int, str]:
    """What the file had said that brought an order, by the order's key."""
    subject, left, found = ContentType.objects.get_for_model(Order), iter(keys), {}
    while chunk := list(islice(left, _BATCH)):
        marks = Event.objects.filter(subject_type=subject, subject_id__in=chunk, verb=MARK)
        found.update({pk: data.get("content", "") for pk, data in marks.values_list("subject_id", "data")})
    return found


def _orders(keys: list[int]) -> Iterator[Order]:
    left = iter(keys)
    while chunk := list(islice(left, _BATCH)):
        yield from Order.objects.filter(pk__in=chunk).select_related("customer").prefetch_related("lines__product")


def _differences(past: Past, order: Order) -> Iterator[tuple[int, str, str, object]]:
    """Row, column, what is here and what the file says, for everything in which they differ."""
    first = past.first
    header = {
        CUSTOMER: order.customer.number,
        ORDERED: order.order_date,
        PROMISED: order.promised_date,
        SIGNED: order.signed_off_on,
        STATUS: _WORDS.get(order.status, order.get_status_display()),
    }
    for column, here in header.items():
        said = _WORDS[first[STATUS]] if column == STATUS and first[STATUS] else first[column]
        if column not in first.misread and _plain(said) != _plain(here):
            yield first.number, column, shown(here or "—"), said
    lines = sorted((line for line in order.lines.all() if line.revision == order.revision), key=lambda x: x.position)
    if len(lines) != len(past.rows):
        yield first.number, NUMBER, str(len(lines)), len(past.rows)
        return
    for row, line in zip(past.rows, lines, strict=True):
        here = {
            PRODUCT: line.product.code if line.product else None,
            NAME: line.name,
            QUANTITY: line.quantity,
            PRICE: line.unit_price,
        }
        for column, value in here.items():
            if column not in row.misread and _plain(row[column]) != _plain(value):
                yield row.number, column, shown(value if value is not None else "—"), row[column]


def _plain(value) -> object:
    return value.casefold() if isinstance(value, str) else value
