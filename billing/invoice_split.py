"""How an amount that is invoiced of an order falls on the tax rates of its lines. Pure rules; money in 元.

What is left of each rate is what the lines say less what is invoiced of it, so that the last invoice of an order takes
exactly what the ones before it have left, to the cent.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from core.money import round_money, total
from orders.totals import Amounts

#: By tax rate in percentage points.
ByRate = dict[Decimal, Amounts]


def sum_by_rate(rows: Iterable[tuple[Decimal, Decimal, Decimal]]) -> ByRate:
    """The sums of ``(tax rate, net, tax)`` rows, the highest rate first."""
    found: ByRate = {}
    for rate, net, tax in rows:
        known = found.get(rate, Amounts())
        found[rate] = Amounts(known.net + net, known.tax + tax)
    return {rate: found[rate] for rate in sorted(found, reverse=True)}


def left_by_rate(ordered: ByRate, invoiced: ByRate) -> ByRate:
    """What of an order is not invoiced, by rate; without rates of which nothing is left, or too much is invoiced."""
    left = {}
    for rate, amounts in ordered.items():
        gone = invoiced.get(rate, Amounts())
        rest = Amounts(amounts.net - gone.net, amounts.tax - gone.tax)
        if rest.gross > 0:
            left[rate] = rest
    return left


def split(gross: Decimal, left: Mapping[Decimal, Amounts]) -> ByRate:
    """The parts of an amount by rate, in proportion to what is left of each; together they are exactly ``gross``.

    No part takes more than is left of its rate. Raises ValueError for an amount beyond what is left in all.
    """
    whole = total(amounts.gross for amounts in left.values())
    if gross > whole:
        raise ValueError(f"{gross} of {whole}")
    parts: ByRate = {}
    for rate, amounts in left.items():
        # The last one takes what the others did not; by then it is at most what is left of it.
        share = round_money(gross * amounts.gross / whole)
        if share:
            parts[rate] = _part(share, amounts)
        gross -= share
        whole -= amounts.gross
    return parts


def _part(gross: Decimal, of: Amounts) -> Amounts:
    tax = round_money(gross * of.tax / of.gross)
    return Amounts(gross - tax, tax)
