"""Orders that are here already: the same ones are left alone, others of the same number are a problem."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_noop

from approvals.history.columns import (
    CUSTOMER,
    GRADE,
    NAME,
    NUMBER,
    ORDERED,
    PRICE,
    PRODUCT,
    PROMISED,
    QUANTITY,
    REMARKS,
    SHIPPED,
    SIGNED,
    SPECIFICATION,
    STATUS,
    STATUSES,
    TAX_RATE,
    TERMS,
    TRACKING,
)
from approvals.history.past import Past
from approvals.history.terms import DEFAULT, key_of, usual_name
from core.imports.kinds import Problems
from core.imports.values import shown
from core.models import Event
from orders.lines import DEFAULT_TAX_RATE
from orders.models import Order, OrderLine
from orders.statuses import Status

#: The mark in an imported order's history; it carries the fingerprint of what the file said.
MARK = "imported"
_BATCH = 500
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_WORDS: dict[str, str] = {status.value: word for word, status in STATUSES.items()}


def heard(number: str) -> str:
    """The number as people would read it to each other: case, blanks and the kind of dash do not count."""
    return "".join(number.split()).casefold().translate(_DASHES)


def settle_existing(pasts: dict[str, Past], problems: Problems) -> list[Past]:
    """The orders that are new. Those of a known number are as they are here, or a problem."""
    _refuse_alike(pasts, problems)
    known = _known(pasts, problems)
    marks = _fingerprints(known.values())
    unclear = [n for n, pk in known.items() if marks.get(pk) != pasts[n].fingerprint()]
    for order in _orders([known[number] for number in unclear]):
        past, lines = pasts[order.number or ""], _current_lines(order)
        for row, column, here, value in _differences(past, order, lines):
            sentence = gettext_noop("The order is here already, with other content: %(here)s.")
            problems.add(row, column, sentence, value, here=here)
        if len(lines) != len(past.rows):
            sentence = gettext_noop("The order is here already, with %(here)s lines instead of %(count)s.")
            problems.add(past.first.number, NUMBER, sentence, past.number, here=len(lines), count=len(past.rows))
    return [past for number, past in pasts.items() if number not in known]


def _refuse_alike(pasts: dict[str, Past], problems: Problems) -> None:
    """Two numbers in the file that read the same are one order written in two ways."""
    first: dict[str, Past] = {}
    for past in pasts.values():
        if (other := first.setdefault(heard(past.number), past)) is not past:
            sentence = gettext_noop("Reads like “%(other)s” in row %(row)s. Write both alike.")
            problems.add(past.first.number, NUMBER, sentence, past.number, other=other.number, row=other.first.number)


def _known(pasts: dict[str, Past], problems: Problems) -> dict[str, int]:
    """Keys of the existing orders by number; one that only reads alike is a problem."""
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
        orders = Order.objects.filter(pk__in=chunk).select_related("customer__payment_terms", "payment_terms")
        yield from orders.prefetch_related("lines__product", "shipments")


def _current_lines(order: Order) -> list[OrderLine]:
    return sorted((line for line in order.lines.all() if line.revision == order.revision), key=lambda x: x.position)


def _differences(past: Past, order: Order, lines: list[OrderLine]) -> Iterator[tuple[int, str, str, object]]:
    """Row, column, what is here and what the file says, for everything in which they differ, line by line."""
    first = past.first
    for column, (here, said) in _header_pairs(past, order).items():
        if column not in first.misread and _plain(said) != _plain(here):
            yield first.number, column, shown(here or "—"), said
    if len(lines) != len(past.rows):
        return
    for row, line in zip(past.rows, lines, strict=True):
        for column, value in _line_values(line).items():
            said = _usual_rate(line) if column == TAX_RATE and row[column] is None else row[column]
            if column not in row.misread and _plain(said) != _plain(value):
                yield row.number, column, shown(value if value not in (None, "") else "—"), said


def _header_pairs(past: Past, order: Order) -> dict[str, tuple]:
    """What is here and what the file says, by column; of a cancelled order neither grade nor delivery is kept."""
    first = past.first
    status = _WORDS[first[STATUS]] if first[STATUS] else None
    pairs = {
        CUSTOMER: (order.customer.number, first[CUSTOMER]),
        ORDERED: (order.order_date, first[ORDERED]),
        TERMS: _terms_pair(past, order),
        PROMISED: (order.promised_date, first[PROMISED]),
        SIGNED: (order.signed_off_on, first[SIGNED]),
        STATUS: (_WORDS.get(order.status, order.get_status_display()), status),
        REMARKS: (order.remarks, past.remarks),
    }
    if past.is_effective and order.status in (Status.APPROVED, Status.COMPLETED):
        left = min(order.shipments.all(), key=lambda shipment: shipment.sequence, default=None)
        pairs[SHIPPED] = (left.shipped_on if left else None, past.shipped_on)
        pairs[TRACKING] = (left.tracking_number if left else None, first[TRACKING] if past.shipped_on else None)
        pairs[GRADE] = (order.grade, first[GRADE] or order.grade)  # an empty cell leaves it to the customer's
    return pairs


def _terms_pair(past: Past, order: Order) -> tuple[str, str]:
    """The terms here and in the file, alike when only their writing differs."""
    here = order.payment_terms.name if order.payment_terms else ""
    usual = order.customer.payment_terms.name if order.customer.payment_terms else DEFAULT
    said = past[TERMS] or usual
    return here, here if key_of(usual_name(said)) == key_of(usual_name(here)) else said


def _line_values(line: OrderLine) -> dict[str, object]:
    return {
        PRODUCT: line.product.code if line.product else None,
        NAME: line.name,
        SPECIFICATION: line.specification,
        QUANTITY: line.quantity,
        PRICE: line.unit_price,
        TAX_RATE: line.tax_rate,
    }


def _usual_rate(line: OrderLine) -> Decimal:
    """What an empty cell means."""
    return line.product.tax_rate if line.product else DEFAULT_TAX_RATE


def _plain(value) -> object:
    """For comparing: case does not count, and an empty text is as good as none."""
    return (value.casefold() if isinstance(value, str) else value) or None
