"""How an invoiced amount falls on tax rates: to the cent, never beyond what is left."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoice_split import left_by_rate, split, sum_by_rate
from core.money import total
from orders.totals import Amounts

D = Decimal
cents = st.integers(1, 10**9).map(lambda n: D(n) / 100)
rates = st.sampled_from([D(13), D(9), D(6), D(0)])


@st.composite
def orders(draw):
    """What is left of an order, by rate."""
    rows = draw(st.dictionaries(rates, cents, min_size=1))
    return {rate: Amounts(net, (net * rate / 100).quantize(D("0.01"))) for rate, net in rows.items()}


def gross(parts) -> Decimal:
    return total(part.gross for part in parts.values())


def test_all_of_it_is_what_the_lines_say():
    left = {D(13): Amounts(D("100.03"), D("13.00")), D(6): Amounts(D("50"), D("3.00"))}
    assert split(D("166.03"), left) == left


def test_a_part_falls_on_the_rates_in_proportion():
    left = {D(13): Amounts(D(1000), D(130)), D(6): Amounts(D(1000), D(60))}
    assert split(D(1095), left) == {D(13): Amounts(D(500), D(65)), D(6): Amounts(D(500), D(30))}


def test_a_rate_that_an_amendment_took_away_takes_nothing():
    ordered = sum_by_rate([(D(9), D(100), D(9)), (D(9), D(100), D(9))])
    invoiced = {D(13): Amounts(D(50), D("6.5")), D(9): Amounts(D(20), D("1.8"))}
    assert left_by_rate(ordered, invoiced) == {D(9): Amounts(D(180), D("16.2"))}


def test_more_than_is_left_cannot_be_split():
    with pytest.raises(ValueError, match="of 113"):
        split(D("113.01"), {D(13): Amounts(D(100), D(13))})


@given(orders(), st.lists(st.integers(1, 100), min_size=1, max_size=5))
def test_whatever_is_invoiced_in_parts_adds_up_to_the_lines(ordered, shares):
    """Each part is exact, no rate ever takes more than it has, and the last takes exactly what is left."""
    left = ordered
    for share in shares:
        amount = min((gross(ordered) * share / 200).quantize(D("0.01")), gross(left))
        parts = split(amount, left) if left else {}
        assert gross(parts) == (amount if left else 0)
        for rate, part in parts.items():
            assert 0 <= part.net <= left[rate].net
            assert 0 <= part.tax <= left[rate].tax
        left = left_by_rate(left, parts)
    if left:
        assert split(gross(left), left) == left
