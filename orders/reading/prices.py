"""What the lines of a purchase order cost: their prices with or without tax, beside those that we know."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_noop

from orders.reading.cells import Money, money
from orders.reading.columns import AMOUNT, PRICES
from orders.reading.document import Document
from orders.reading.headings import counts_ten_thousands, currency_in, rate_in, with_tax
from orders.reading.table import Line, Table

_SIX, _HUNDRED = Decimal("0.000001"), Decimal(100)
_CENT = Decimal("0.01")
#: Of prices known to us that tell by themselves whether the file's are with tax, so many must.
_MOSTLY = Decimal("0.6")

SAYS_WITH_TAX = gettext_noop("The prices in the file are with tax; here they stand without it.")
TOLD_BY_PRICES = gettext_noop(
    "The file does not say whether its prices are with tax. They are ours plus tax, so they were read as with tax."
)
NOT_SAID = gettext_noop("The file does not say whether its prices are with tax: they were read as without tax.")
FOREIGN = gettext_noop("The file speaks of %(currency)s; the prices stand as they were written and are not converted.")


@dataclass(frozen=True)
class Basis:
    """How the prices of a file are meant: in which column they stand, with tax or without, and what is said of it."""

    column: str = ""
    with_tax: bool = False
    ten_thousands: bool = False
    currency: str = ""
    rate: str = ""
    remark: str = ""

    def written(self, line: Line) -> Money | None:
        """The price of a line as the file has it; None where it has none."""
        raw = line.cells.get(self.column)
        return None if raw is None else money(raw, ten_thousands=self.ten_thousands)


def basis_of(document: Document, known: Sequence[tuple[Line, Decimal, Decimal]]) -> Basis:
    """How the prices of a file are meant.

    ``known`` are lines with our own price without tax (元) and the tax rate: where no word of the file says it, these
    do.
    """
    table, said = document.table, document.said
    column = max(PRICES, key=lambda name: sum(name in line.cells for line in table.lines))
    column = column if column in table.headings else ""
    heading = table.headings.get(column or AMOUNT, "")
    plain = Basis(
        column,
        ten_thousands=counts_ten_thousands(heading),
        currency=currency_in(heading) or currency_in(said),
        rate=rate_in(heading) or rate_in(said),
    )
    if not heading:
        return plain
    tax = PRICES.get(column)
    tax = with_tax(heading) if tax is None else tax
    tax = _told_around(said) if tax is None else tax
    told_by_prices = tax is None and _are_with_tax(plain, known)
    remark = TOLD_BY_PRICES if told_by_prices else NOT_SAID if tax is None else SAYS_WITH_TAX if tax else ""
    return Basis(column, bool(tax or told_by_prices), plain.ten_thousands, plain.currency, plain.rate, remark)


def _told_around(said: str) -> bool | None:
    """What the words around the lines say of prices; None when they say nothing or both."""
    told = {with_tax(line) for line in said.splitlines()} - {None}
    return told.pop() if len(told) == 1 else None


def _are_with_tax(basis: Basis, known: Sequence[tuple[Line, Decimal, Decimal]]) -> bool:
    told = []
    for line, ours, rate in known:
        written = basis.written(line)
        if written and written.value:
            gross = ours * (_HUNDRED + rate) / _HUNDRED
            told.append(abs(written.value - gross) <= _CENT)
    return bool(told) and sum(told) >= _MOSTLY * len(told)


def without_tax(gross: Decimal, rate: Decimal) -> Decimal:
    """A price with tax as one without, to the six digits of a unit price; both in 元, the rate in points."""
    return (gross * _HUNDRED / (_HUNDRED + rate)).quantize(_SIX, ROUND_HALF_UP)


def agrees(table: Table, line: Line, quantity: Decimal, price: Decimal, rate: Decimal) -> bool:
    """Whether the line's own amount is what quantity and price (as written, 元) come to, with or without tax."""
    if (raw := line.cells.get(AMOUNT)) is None:
        return True
    said = money(raw, ten_thousands=counts_ten_thousands(table.headings.get(AMOUNT, ""))).value
    if said is None:
        return True
    factor = (_HUNDRED + rate) / _HUNDRED
    mine = quantity * price
    return any(abs(said - amount) <= _tolerance(quantity) for amount in (mine, mine * factor, mine / factor))


def price_from_amount(table: Table, line: Line, quantity: Decimal) -> Decimal | None:
    """The price of a unit where the file gives only the amount of the line."""
    said = money(line.cells.get(AMOUNT), ten_thousands=counts_ten_thousands(table.headings.get(AMOUNT, ""))).value
    return (said / quantity).quantize(_SIX, ROUND_HALF_UP) if said is not None and quantity else None


def comes_to(total: Decimal, amounts: Any, lines: int) -> bool:
    """Whether a total of the file is what the lines come to (net, tax and gross in 元), each rounded."""
    tolerance = _CENT * max(lines, 1)
    return any(abs(total - amount) <= tolerance for amount in (amounts.net, amounts.gross))


def _tolerance(quantity: Decimal) -> Decimal:
    """What rounding a unit's price may make of a line."""
    return max(_CENT, _CENT * quantity / 2)
