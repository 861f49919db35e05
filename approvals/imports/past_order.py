"""One past order out of its rows: what they say together, and what about it cannot be."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext_noop

from approvals.imports.columns import (
    CUSTOMER,
    GRADE,
    HEADER,
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
    TAX_RATE,
    TERMS,
    TRACKING,
)
from approvals.imports.terms import key_of
from core.imports.kinds import Problems, Row
from core.imports.values import displayed
from core.text_key import text_key
from orders.lines import DEFAULT_TAX_RATE
from orders.statuses import Status
from orders.totals import LARGEST_AMOUNT, line_amounts

MOST_LINES = 10_000


class Delivery(NamedTuple):
    """What tells one delivery of an order from another: the days, and under which number the carrier had it."""

    shipped_on: date
    tracking_number: str
    signed_on: date | None


@dataclass(slots=True)
class PastOrder:
    """The rows of one order, with its header as the first of them says it."""

    number: str
    rows: list[Row] = field(default_factory=list)

    @property
    def first(self) -> Row:
        return self.rows[0]

    def __getitem__(self, column: str) -> Any:
        """What the header says in a column."""
        return self.first[column]

    @property
    def status(self) -> Status | None:
        return self[STATUS]

    @property
    def is_effective(self) -> bool:
        return self.status in (Status.APPROVED, Status.COMPLETED)

    @property
    def remarks(self) -> str:
        return "\n".join(dict.fromkeys(row[REMARKS] for row in self.rows if row[REMARKS]))

    def deliveries(self) -> dict[Delivery, list[Row]]:
        """The rows of each delivery, the earliest first; rows that have not left belong to none."""
        found: dict[Delivery, list[Row]] = {}
        for row in self.rows:
            if delivery := delivery_of(row):
                found.setdefault(delivery, []).append(row)
        return dict(sorted(found.items(), key=lambda item: item[0].shipped_on))

    def fingerprint(self) -> str:
        """The same for two files that say the same about the order, however they write it."""
        header = [text_key(self[CUSTOMER]), *(self[c] for c in (ORDERED, PROMISED, STATUS, GRADE))]
        said = [self.number, header, key_of(self[TERMS] or ""), self.remarks]
        lines = [
            [
                text_key(row[PRODUCT] or ""),
                *(row[c] for c in (NAME, SPECIFICATION, SHIPPED, TRACKING, SIGNED)),
                *(f"{row[c].normalize():f}" if row[c] is not None else "" for c in (QUANTITY, PRICE, TAX_RATE)),
            ]
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps([said, lines], default=str, ensure_ascii=False).encode()).hexdigest()


def delivery_of(row: Row) -> Delivery | None:
    """How the goods of a row were delivered: what was signed for left at the latest on that day."""
    left = row[SHIPPED] or row[SIGNED]
    return Delivery(left, row[TRACKING] or "", row[SIGNED]) if left else None


def group(rows: Iterable[Row]) -> dict[str, PastOrder]:
    """The orders of a file by their number; rows without one belong to none."""
    found: dict[str, PastOrder] = {}
    for row in rows:
        if number := row[NUMBER]:
            found.setdefault(number, PastOrder(number)).rows.append(row)
    return found


def check(past: PastOrder, today: date, problems: Problems) -> None:
    """Puts everything that contradicts itself into ``problems``."""
    if len(past.rows) > MOST_LINES:
        sentence = gettext_noop("%(count)s rows have this number; an order has at most %(most)s.")
        problems.add(past.first.number, NUMBER, sentence, past.number, count=len(past.rows), most=MOST_LINES)
    _refuse_disagreement(past, problems)
    _refuse_dates(past.first, (ORDERED,), ((ORDERED, PROMISED),), today, problems)
    for row in past.rows:
        pairs = ((ORDERED, SHIPPED), (SHIPPED, SIGNED), (ORDERED, SIGNED))
        _refuse_dates(row, (SHIPPED, SIGNED), pairs, today, problems)
        if past.status == Status.COMPLETED and row.lacks(SIGNED):
            sentence = gettext_noop("A completed order needs the day on which it was signed for.")
            problems.add(row.number, SIGNED, sentence)
        for column in (SHIPPED, SIGNED) if past.status == Status.CANCELLED else ():
            if row[column]:
                sentence = gettext_noop("A cancelled order was not delivered.")
                problems.add(row.number, column, sentence, row[column])
    total = Decimal(0)
    for row in past.rows:
        if row[QUANTITY] is not None and row[PRICE] is not None:
            rate = row[TAX_RATE] if row[TAX_RATE] is not None else DEFAULT_TAX_RATE
            total += line_amounts(row[QUANTITY], row[PRICE], Decimal(0), rate).gross
            if total > LARGEST_AMOUNT:
                problems.add(row.number, PRICE, gettext_noop("Amounts to more than can be kept."), row[PRICE])
                break


def _refuse_disagreement(past: PastOrder, problems: Problems) -> None:
    first = past.first
    for row in past.rows[1:]:
        for column in HEADER:
            here, there = row[column], first[column]
            missing = column in _NEEDED and None in (here, there)  # that is a problem of its own already
            if missing or column in row.misread | first.misread or _alike(column, here) == _alike(column, there):
                continue
            sentence = _TWO_CUSTOMERS if column == CUSTOMER else _DISAGREES if there is not None else _SAYS_NOTHING
            value, other = "" if here is None else here, "" if there is None else displayed(there)
            problems.add(row.number, column, sentence, value, row=first.number, other=other)


def _alike(column: str, value: Any) -> object:
    """What a cell of the header means, however it is written."""
    if value is None:
        return None
    return text_key(value) if column == CUSTOMER else key_of(value) if column == TERMS else value


_DISAGREES = gettext_noop("Row %(row)s of the same order says “%(other)s”. All rows of an order must agree.")
_SAYS_NOTHING = gettext_noop("Row %(row)s of the same order says nothing there. All rows of an order must agree.")
_TWO_CUSTOMERS = gettext_noop("One order number for two customers: row %(row)s says “%(other)s”.")
_NEEDED = frozenset((CUSTOMER, ORDERED, PROMISED, STATUS))


def _refuse_dates(
    row: Row, columns: Iterable[str], pairs: Iterable[tuple[str, str]], today: date, problems: Problems
) -> None:
    """None of the columns may lie in the future, and of each pair the second day not before the first."""
    for column in columns:
        if row[column] and row[column] > today:
            problems.add(row.number, column, gettext_noop("This day has not come yet."), row[column])
    for earlier, later in pairs:
        if row[earlier] and row[later] and row[later] < row[earlier]:
            sentence = gettext_noop("Lies before %(column)s, %(day)s.")
            problems.add(row.number, later, sentence, row[later], column=earlier, day=row[earlier].isoformat())
