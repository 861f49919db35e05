"""What a discount that was typed stands for, and when it is asked about."""

from decimal import Decimal

import pytest

from orders.discount_input import discount_text, read_discount
from orders.number_input import Fault, Figure

DISCOUNT = Figure("折扣", 2, Decimal(100))


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("0.95", ("5", "0.95%")),
        ("0.9", ("10", "0.9%")),
        ("０．９５", ("5", "0.95%")),
        ("0.995", None),
        ("9.5折", ("5", "9.5%")),
        ("95折", ("5", "95%")),
        ("8 折", ("20", "8%")),
        ("九五折", ("5", "95%")),
        ("八折", ("20", "8%")),
        ("9.95折", ("0.5%", "9.95%")),
    ],
)
def test_what_may_be_the_part_that_is_paid_is_asked_about_with_two_choices(text, choices):
    read = read_discount(text, DISCOUNT)
    assert isinstance(read, Fault)
    assert read.mends == (choices or ())
    if choices:
        assert text in read.sentence


@pytest.mark.parametrize(
    ("text", "off"),
    [("5", "5"), ("5%", "5"), ("0.95%", "0.95"), ("0.5 %", "0.5"), ("0", "0"), ("1", "1"), ("9.5", "9.5")],
)
def test_per_cent_off_is_taken_as_written(text, off):
    assert read_discount(text, DISCOUNT) == Decimal(off)


@pytest.mark.parametrize("text", ["0.95", "9.5折", "9.95折", "八折"])
def test_neither_choice_is_asked_about_again(text):
    assert not [
        mend for mend in read_discount(text, DISCOUNT).mends if isinstance(read_discount(mend, DISCOUNT), Fault)
    ]


@pytest.mark.parametrize("stored", ["0", "0.01", "0.5", "0.99", "1", "12.5", "100"])
def test_a_stored_discount_reads_as_itself(stored):
    assert read_discount(discount_text(Decimal(stored)), DISCOUNT) == Decimal(stored)


@pytest.mark.parametrize("text", ["120折", "折", "便宜点"])
def test_what_is_no_figure_stays_none(text):
    read = read_discount(text, DISCOUNT)
    assert isinstance(read, Fault)
    assert read.mends == ()
