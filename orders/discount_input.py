"""Discounts as people write them: per cent off, or what is still paid of the price (九五折, 9.5折, 0.95)."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from core.text_key import text_key
from orders.number_input import Fault, Figure, plain_figure, read_figure

_PAID = re.compile(r"([0-9]+(?:\.[0-9]+)?|[一二三四五六七八九]{1,2})折")
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


def read_discount(text: str, figure: Figure) -> Decimal | Fault | None:
    """The discount in per cent off that a text stands for, or a fault that asks which of two was meant.

    What could as well be the part that is paid (``0.95``, ``9.5折``) is asked about; with a per cent sign it is taken
    as written.
    """
    plain = text_key(text).replace(" ", "")
    found = _PAID.fullmatch(plain)
    if found and 0 < (paid := Decimal(found[1].translate(_DIGITS))) <= 100:
        return _asked(text, paid)
    read = read_figure(text, figure)
    is_fraction = isinstance(read, Decimal) and 0 < read < 1 and not plain.endswith("%")
    return _asked(text, read) if is_fraction else read  # type: ignore[arg-type]


def discount_text(discount: Decimal) -> str:
    """A stored discount as one would type it so that nothing is asked: ``5``, and ``0.5%`` for half a per cent."""
    return f"{plain_figure(discount)}%" if 0 < discount < 1 else plain_figure(discount)


def _asked(text: str, number: Decimal) -> Fault:
    """Whether the figure is what is paid or what is taken off, with both to choose from."""
    paid = number * 100 if number < 1 else number * 10 if number < 10 else number
    off, literal = plain_figure(100 - paid), f"{plain_figure(number)}%"
    words = {"text": " ".join(text.split()), "paid": f"{plain_figure(paid)}%", "off": f"{off}%", "literal": literal}
    sentence = _("Discount “%(text)s”: is %(paid)s of the price paid (%(off)s off), or is it %(literal)s off?")
    return Fault(sentence % words, (off if paid <= 99 else f"{off}%", literal))
