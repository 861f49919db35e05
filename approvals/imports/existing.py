"""Orders that are here already: the same ones are left alone, others of the same number are a problem."""

from collections.abc import Iterator
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_noop

from approvals.imports.columns import (
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
from approvals.imports.lookup import KnownCustomer
from approvals.imports.past_order import Delivery, PastOrder, delivery_of
from approvals.imports.terms import DEFAULT, key_of, usual_name
from core.chunks import chunks
from core.imports.kinds import NUMBER_TAKEN, Problems, Row, Task
from core.imports.values import displayed
from core.models import Event
from core.text_key import text_key
from orders.content import same_words
from orders.lines import DEFAULT_TAX_RATE
from orders.models import Order, OrderLine
from orders.statuses import Status

#: The mark in an imported order's history; it carries the fingerprint of what the file said.
MARK = "imported"
#: Which column says what of an order's content (``orders.content``); the rest of it no file of the past knows.
HEADER_COLUMNS = {
    "customer": CUSTOMER,
    "order_date": ORDERED,
    "payment_terms": TERMS,
    "promised_date": PROMISED,
    "remarks": REMARKS,
}
LINE_COLUMNS = {
    "product": PRODUCT,
    "name": NAME,
    "specification": SPECIFICATION,
    "quantity": QUANTITY,
    "unit_price": PRICE,
    "tax_rate": TAX_RATE,
}
_SIX_DIGITS = Decimal("0.000001")
#: What each status is called in the file.
STATUS_WORDS: dict[str, str] = {status.value: word for word, status in STATUSES.items()}


def settle_existing(
    pasts: dict[str, PastOrder], customers: dict[str, list[KnownCustomer]], task: Task
) -> list[PastOrder]:
    """The orders that are new. Those of a known number are as they are here, or a problem.

    Of an order that whoever imports may not see, nothing is said but that its number is taken.
    """
    problems = task.problems
    _refuse_alike(pasts, problems)
    known = _known(pasts, task)
    marks = _fingerprints(known.values())
    unclear = [n for n, pk in known.items() if marks.get(pk) != pasts[n].fingerprint()]
    for order in _orders([known[number] for number in unclear]):
        past, lines = pasts[order.number or ""], lines_in_force(order)
        for row, column, here, value in _differences(past, order, lines, customers):
            sentence = gettext_noop("The order is here already, with other content: %(here)s.")
            problems.add(row, column, sentence, value, here=here)
        if len(lines) != len(past.rows):
            sentence = gettext_noop("The order is here already, with %(here)s lines instead of %(count)s.")
            problems.add(past.first.number, NUMBER, sentence, past.number, here=len(lines), count=len(past.rows))
    return [past for number, past in pasts.items() if number not in known]


def _refuse_alike(pasts: dict[str, PastOrder], problems: Problems) -> None:
    """Two numbers in the file that read the same are one order written in two ways."""
    first: dict[str, PastOrder] = {}
    for past in pasts.values():
        if (other := first.setdefault(text_key(past.number), past)) is not past:
            sentence = gettext_noop("Reads like “%(other)s” in row %(row)s. Write both alike.")
            problems.add(past.first.number, NUMBER, sentence, past.number, other=other.number, row=other.first.number)


def _known(pasts: dict[str, PastOrder], task: Task) -> dict[str, int]:
    """Keys of the existing orders by number; one that only reads alike, or may not be seen, is a problem."""
    wanted = {text_key(number): number for number in pasts}
    alike: list[tuple[int, str | None]] = []
    for keys in chunks(wanted):
        alike += Order.objects.filter(number_key__in=keys).order_by().values_list("pk", "number")
    visible = set(
        task.visible(Order.objects).filter(pk__among=[pk for pk, _number in alike]).values_list("pk", flat=True)
    )
    found: dict[str, int] = {}
    for pk, number in alike:
        meant = wanted[text_key(number or "")]
        if pk not in visible:
            task.problems.add(pasts[meant].first.number, NUMBER, NUMBER_TAKEN, meant)
        elif number in pasts:
            found[number] = pk
        else:
            sentence = gettext_noop("Reads like the order “%(other)s”, which is here already. Write both alike.")
            task.problems.add(pasts[meant].first.number, NUMBER, sentence, meant, other=number)
    return found


def _fingerprints(keys) -> dict[int, str]:
    """What the file had said that brought an order, by the order's key."""
    subject, found = ContentType.objects.get_for_model(Order), {}
    for some in chunks(keys):
        marks = Event.objects.filter(subject_type=subject, subject_id__in=some, verb=MARK)
        found.update({pk: data.get("content", "") for pk, data in marks.values_list("subject_id", "data")})
    return found


def _orders(keys: list[int]) -> Iterator[Order]:
    for some in chunks(keys):
        orders = Order.objects.filter(pk__in=some).select_related("customer__payment_terms", "payment_terms")
        yield from orders.prefetch_related("lines__product", "lines__shipment_lines__shipment")


def lines_in_force(order: Order) -> list[OrderLine]:
    """The lines of the revision in force, in their order, from those that are loaded."""
    return sorted((line for line in order.lines.all() if line.revision == order.revision), key=lambda x: x.position)


def _differences(
    past: PastOrder, order: Order, lines: list[OrderLine], customers: dict[str, list[KnownCustomer]]
) -> Iterator[tuple[int, str, str, object]]:
    """Row, column, what is here and what the file says, for everything in which they differ, line by line."""
    first = past.first
    for column, (here, said) in _header_pairs(past, order, customers).items():
        if column not in first.misread and not same_words(here, said):
            yield first.number, column, displayed(here or "—"), said
    if len(lines) != len(past.rows):
        return
    is_delivered = past.is_effective and order.status in (Status.APPROVED, Status.COMPLETED)
    for row, line in zip(past.rows, lines, strict=True):
        for column, (here, said) in _line_pairs(row, line, is_delivered).items():
            if column not in row.misread and not same_words(here, said):
                yield row.number, column, displayed(here if here not in (None, "") else "—"), said


def _header_pairs(
    past: PastOrder, order: Order, customers: dict[str, list[KnownCustomer]]
) -> dict[str, tuple[object, object]]:
    """What is here and what the file says, by column; terms are alike when only their writing differs.

    Of a cancelled order the grade is not kept.
    """
    first = past.first
    meant = [customer.number for customer in customers.get(text_key(past[CUSTOMER]), ())]
    customer = order.customer.number
    terms = order.payment_terms.name if order.payment_terms else ""
    said = past[TERMS] or (order.customer.payment_terms.name if order.customer.payment_terms else DEFAULT)
    pairs: dict[str, tuple[object, object]] = _pairs(first, order, HEADER_COLUMNS) | {
        CUSTOMER: (customer, customer if customer in meant else first[CUSTOMER]),
        TERMS: (terms, terms if key_of(usual_name(said)) == key_of(usual_name(terms)) else said),
        STATUS: (
            STATUS_WORDS.get(order.status, order.get_status_display()),
            STATUS_WORDS[past.status] if past.status else None,
        ),
        REMARKS: (order.remarks, past.remarks),
    }
    if past.is_effective and order.status in (Status.APPROVED, Status.COMPLETED):
        pairs[GRADE] = (order.grade, first[GRADE] or order.grade)  # an empty cell leaves it to the customer's
    return pairs


def _pairs(row: Row, said_here: Order | OrderLine, columns: dict[str, str]) -> dict[str, tuple[object, object]]:
    return {column: (getattr(said_here, name), row[column]) for name, column in columns.items()}


def _line_pairs(row: Row, line: OrderLine, is_delivered: bool) -> dict[str, tuple[object, object]]:
    """What is here and what the file says, by column; with its delivery, if there may have been one."""
    number = line.product.code if line.product else ""
    usual_rate = line.product.tax_rate if line.product else DEFAULT_TAX_RATE
    pairs: dict[str, tuple[object, object]] = _pairs(row, line, LINE_COLUMNS) | {
        PRODUCT: (number, number if text_key(row[PRODUCT] or "") == text_key(number) else row[PRODUCT]),
        PRICE: (price_after_discount(line), row[PRICE]),
        TAX_RATE: (line.tax_rate, usual_rate if row[TAX_RATE] is None else row[TAX_RATE]),
    }
    if is_delivered:
        here, said = delivery_here(line), delivery_of(row)
        pairs |= {
            SHIPPED: (here and here.shipped_on, said and said.shipped_on),
            TRACKING: (here and here.tracking_number, said and said.tracking_number),
            SIGNED: (here and here.signed_on, said and said.signed_on),
        }
    return pairs


def price_after_discount(line: OrderLine) -> Decimal | None:
    """The unit price as it was agreed, in 元 without tax, to six digits."""
    if line.unit_price is None or not line.discount:
        return line.unit_price
    return (line.unit_price * (1 - line.discount / 100)).quantize(_SIX_DIGITS)


def delivery_here(line: OrderLine) -> Delivery | None:
    """How a line was delivered; one that left in parts as one delivery: the last day of each, all tracking numbers.

    Needs the line's ``shipment_lines`` with their shipments.
    """
    shipments = [carried.shipment for carried in line.shipment_lines.all() if carried.shipment.shipped_on]
    days = [shipment.shipped_on for shipment in shipments if shipment.shipped_on]
    if not days:
        return None
    numbers = dict.fromkeys(shipment.tracking_number for shipment in shipments if shipment.tracking_number)
    return Delivery(max(days), " ".join(numbers), line.signed_off_on)
