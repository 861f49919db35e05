"""Amounts of money in Chinese capitals (人民币大写), as they stand on contracts, cheques and invoices."""

from decimal import Decimal

from core.money import round_money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))
#: Beyond 万亿 the words are no longer common usage.
LIMIT = Decimal(10**16)


def capitals(amount: Decimal) -> str:
    """An amount in 元, rounded half up to 分, in capitals: ``116616`` → ``壹拾壹万陆仟陆佰壹拾陆元整``.

    整 closes an amount without 分; 零 stands for a gap between digits, also between 元 and 分.

    Raises:
        ValueError: for a negative amount, one that is not a number, and one from 10¹⁶ on.
    """
    amount = Decimal(amount)
    if not amount.is_finite() or amount < 0:
        raise ValueError("Only an amount of zero or more has capitals.")
    cents = int(round_money(amount) * 100) if amount < LIMIT else None
    if cents is None or cents >= LIMIT * 100:
        raise ValueError("The amount is too large for capitals.")
    return _words(*divmod(cents, 100))


def _words(yuan: int, cents: int) -> str:
    if not yuan and not cents:
        return "零元整"
    words = f"{_whole(yuan)}元" if yuan else ""
    if not cents:
        return f"{words}整"
    tenths, hundredths = divmod(cents, 10)
    words += f"{_DIGITS[tenths]}角" if tenths else "零" * bool(yuan)
    return words + (f"{_DIGITS[hundredths]}分" if hundredths else "整")


def _whole(number: int) -> str:
    """A positive whole number; the largest unit splits it, a gap below that unit is said with one 零."""
    for size, unit in _UNITS:
        if number >= size:
            high, rest = divmod(number, size)
            gap = "零" if 0 < rest < size // 10 else ""
            return _whole(high) + unit + gap + (_whole(rest) if rest else "")
    return _DIGITS[number]
