"""Capitals read as a bank clerk writes them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.capitals import capitals

_VALUES = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
_SMALL = {"拾": 10, "佰": 100, "仟": 1000}


def number_of(words: str) -> int:
    """Reads a whole number in capitals back, section by section."""
    whole = section = digit = 0
    for character in words:
        if character in _VALUES:
            digit = _VALUES[character]
        elif character in _SMALL:
            section, digit = section + digit * _SMALL[character], 0
        else:
            section, digit = section + digit, 0
            size = 10**4 if character == "万" else 10**8
            whole, section = ((whole + section) * size, 0) if size > 10**4 else (whole + section * size, 0)
    return whole + section + digit


def amount_of(words: str) -> Decimal:
    """The amount that capitals stand for."""
    whole, mark, rest = words.rpartition("元")
    rest = rest if mark else words
    tenths = _VALUES[rest[rest.index("角") - 1]] if "角" in rest else 0
    hundredths = _VALUES[rest[rest.index("分") - 1]] if "分" in rest else 0
    return number_of(whole) + Decimal(tenths * 10 + hundredths) / 100


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.01", "壹分"),
        ("0.10", "壹角整"),
        ("0.12", "壹角贰分"),
        ("1", "壹元整"),
        ("1.05", "壹元零伍分"),
        ("1.50", "壹元伍角整"),
        ("10", "壹拾元整"),
        ("10.01", "壹拾元零壹分"),
        ("105", "壹佰零伍元整"),
        ("1005.30", "壹仟零伍元叁角整"),
        ("1010", "壹仟零壹拾元整"),
        ("10001", "壹万零壹元整"),
        ("10010", "壹万零壹拾元整"),
        ("11000", "壹万壹仟元整"),
        ("100500", "壹拾万零伍佰元整"),
        ("116616", "壹拾壹万陆仟陆佰壹拾陆元整"),
        ("181564.15", "壹拾捌万壹仟伍佰陆拾肆元壹角伍分"),
        ("1000005", "壹佰万零伍元整"),
        ("10000000", "壹仟万元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("110000000", "壹亿壹仟万元整"),
        ("1010100000", "壹拾亿壹仟零壹拾万元整"),
        ("300500060007.08", "叁仟零伍亿零陆万零柒元零捌分"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("1000000000000", "壹万亿元整"),
        ("1000100000000", "壹万零壹亿元整"),
        ("0.005", "壹分"),
        ("0.995", "壹元整"),
    ],
)
def test_amounts_in_words(amount, words):
    assert capitals(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-0.01", "-1", "NaN", "Infinity", "10000000000000000", "9999999999999999.995"])
def test_what_has_no_capitals_is_refused(amount):
    with pytest.raises(ValueError, match="amount"):
        capitals(Decimal(amount))


@given(st.decimals("0", "9999999999999999.99", places=2))
def test_capitals_read_back_as_the_same_amount(amount):
    assert amount_of(capitals(amount)) == amount


@given(st.decimals("0.01", "9999999999999999.99", places=2))
def test_no_zero_is_doubled_or_stands_before_a_unit(amount):
    words = capitals(amount)
    assert "零零" not in words
    assert not any(f"零{unit}" in words for unit in "拾佰仟万亿元角分整")
    assert words[0] != "零"
    assert words.endswith("分") != words.endswith("整")
