"""Lines, totals and instalments add up to the cent."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from orders.totals import Amounts, line_amounts, order_amounts, split_instalments

quantities = st.decimals("0.001", "99999", places=3)
prices = st.decimals("0", "99999", places=6)
percents = st.decimals("0", "100", places=2)
money = st.decimals("0", "99999999", places=2)


def shares():
    """Lists of positive percentages that sum to 100."""
    cuts = st.lists(st.integers(1, 9999), max_size=6, unique=True).map(lambda found: [0, *sorted(found), 10000])
    return cuts.map(lambda found: [Decimal(b - a) / 100 for a, b in pairwise(found)])


def amounts(quantity, price, discount="0", tax_rate="13"):
    return tuple(line_amounts(Decimal(quantity), Decimal(price), Decimal(discount), Decimal(tax_rate)))


def test_the_lines_of_the_example_order():
    assert amounts("12", "8600") == (Decimal("103200.00"), Decimal("13416.00"))
    assert amounts("6", "6480", discount="5") == (Decimal("36936.00"), Decimal("4801.68"))
    assert amounts("40", "386.50", discount="5") == (Decimal("14687.00"), Decimal("1909.31"))


def test_half_a_cent_is_rounded_up_in_net_and_in_tax():
    assert amounts("1", "0.005", tax_rate="0") == (Decimal("0.01"), Decimal("0.00"))
    assert amounts("1", "0.50", tax_rate="13") == (Decimal("0.50"), Decimal("0.07"))
    assert amounts("3", "0.115", tax_rate="10") == (Decimal("0.35"), Decimal("0.04"))


def test_a_line_without_quantity_or_price_amounts_to_nothing_yet():
    assert line_amounts(None, Decimal(5), Decimal(0), Decimal(13)) == Amounts()
    assert line_amounts(Decimal(5), None, Decimal(0), Decimal(13)) == Amounts()


def test_the_order_sums_rounded_taxes():
    lines = [line_amounts(Decimal(1), Decimal("0.04"), Decimal(0), Decimal(13)) for _ in range(10)]
    assert order_amounts(lines) == Amounts(Decimal("0.40"), Decimal("0.10"))
    assert order_amounts([]) == Amounts()
    assert order_amounts(lines).gross == Decimal("0.50")


def test_the_last_instalment_takes_the_remainder():
    assert split_instalments(Decimal("181564.15"), [Decimal(30), Decimal(70)]) == [
        Decimal("54469.25"),
        Decimal("127094.90"),
    ]
    thirds = [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert split_instalments(Decimal("100.00"), thirds) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert split_instalments(Decimal("100.00"), []) == []


def test_rounding_up_many_small_parts_leaves_none_negative():
    assert split_instalments(Decimal("0.03"), [Decimal(20)] * 5) == [Decimal("0.01")] * 3 + [Decimal("0.00")] * 2


@given(quantities, prices, percents, percents)
def test_a_line_is_never_negative_and_within_half_a_cent_of_the_exact_amount(quantity, price, discount, tax_rate):
    net, tax = line_amounts(quantity, price, discount, tax_rate)
    assert net >= 0
    assert tax >= 0
    assert abs(net - quantity * price * (100 - discount) / 100) <= Decimal("0.005")
    assert abs(tax - net * tax_rate / 100) <= Decimal("0.005")


@given(money, shares())
def test_instalments_are_exactly_the_whole_and_none_is_negative(gross, parts):
    found = split_instalments(gross, parts)
    assert sum(found) == gross
    assert len(found) == len(parts)
    assert all(part >= 0 and part == part.quantize(Decimal("0.01")) for part in found)


@given(money, shares())
def test_all_instalments_but_the_last_are_their_share(gross, parts):
    found = split_instalments(gross, parts)
    if gross >= 1000:
        for part, percent in zip(found[:-1], parts[:-1], strict=True):
            assert abs(part - gross * percent / 100) <= Decimal("0.005")
