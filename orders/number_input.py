"""Figures as people type and paste them: thousands separators, full-width digits, currency and per cent signs."""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

_PLAIN = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
#: What a Chinese keyboard or a careless one writes for figures.
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", ";": "", "'": ""})
_FULL_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)}
_OTHERS = {"。": ".", "−": "-", "–": "-", "—": "-", "￥": "¥", "\u3000": " ", "\u00a0": " "}
_SYNONYMS = _FULL_WIDTH | str.maketrans(_OTHERS)


@dataclass(frozen=True)
class Figure:
    """What a figure may be: how its field is called, decimals, upper bound, and whether zero is allowed."""

    label: str
    places: int
    largest: Decimal
    zero: bool = True


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value, as a sentence, and what it may have been meant to be, if one can tell."""

    sentence: str
    mends: tuple[str, ...] = ()


def read_figure(text: str, figure: Figure) -> Decimal | Fault | None:
    """The number that a text stands for, None for an empty one, or what is wrong with it."""
    # Half-width, without currency, per cent and spaces at the ends.
    plain = text.translate(_SYNONYMS).strip().removeprefix("¥").removesuffix("%").removesuffix("元").strip()
    if not plain:
        return None
    negative, plain = plain.startswith("-"), plain.removeprefix("-")
    if not _is_number(plain):
        # Letters that look like digits are probably meant as such.
        repaired = plain.translate(_LOOKALIKES)
        return Fault(_not_a_number(text, figure.label), (repaired,) if _is_number(repaired) else ())
    number = Decimal(plain.replace(",", ""))
    return _bounded(-number if negative else number, figure)


def _is_number(plain: str) -> bool:
    return bool(_PLAIN.fullmatch(plain) or _GROUPED.fullmatch(plain))


def _bounded(number: Decimal, figure: Figure) -> Decimal | Fault:
    names = {"label": figure.label, "places": figure.places, "largest": f"{figure.largest:,f}"}
    if number < 0 or (number == 0 and not figure.zero):
        sentence = _("%(label)s cannot be negative.") if figure.zero else _("%(label)s must be above zero.")
        return Fault(sentence % names)
    if number > figure.largest:
        return Fault(_("%(label)s cannot exceed %(largest)s.") % names)
    rounded = round(number, figure.places)
    return rounded if rounded == number else Fault(_("%(label)s has at most %(places)s decimals.") % names)


def _not_a_number(text: str, label: str) -> str:
    """Names the first character that does not belong into a figure, when one can be named."""
    shown = " ".join(text.split())
    strange = [(place, c) for place, c in enumerate(shown, start=1) if c.translate(_SYNONYMS) not in "0123456789.,-¥% "]
    if not strange:
        return _("%(label)s “%(text)s” is not a number.") % {"label": label, "text": shown}
    place, character = strange[0]
    words = {"label": label, "text": shown, "place": place, "character": character}
    if character.isascii() and character.isalpha():
        return _("%(label)s “%(text)s” is not a number: character %(place)s is the letter %(character)s.") % words
    return _("%(label)s “%(text)s” is not a number: character %(place)s is “%(character)s”.") % words


def plain_figure(value: Decimal | None) -> str:
    """A stored figure as one would type it: thousands separated, without zeros that say nothing; empty for None."""
    if value is None:
        return ""
    whole, _point, decimals = f"{value:,f}".partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def plain_price(value: Decimal | None) -> str:
    """A stored price with at least two decimals: ``8,600.00``, ``0.125``."""
    text = plain_figure(value)
    whole, _point, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}" if text else ""
