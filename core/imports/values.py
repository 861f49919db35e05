"""Cells as people fill them in, understood or refused, never guessed: each function here makes a parser of a column.

A parser takes the raw value of a filled cell and returns what it means; what it cannot mean raises Misread.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_noop

from core.imports.number_formats import NumberFormat
from core.sentences import stored_sentence
from core.text_key import half_width, text_key, written, written_line

Parser = Callable[[Any], Any]

_CONTROLS = {n: " " for n in range(0x20) if chr(n) not in "\n\t"} | {0x7F: " "}
_ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f])_")  # how a workbook writes down what XML forbids
_MOST_DIGITS = 10**15  # beyond it Excel has replaced digits by zeros
_LONGEST_DISPLAYED = 60  # characters of a value in a sentence

_NEITHER = gettext_noop("“%(value)s” is not text.")
_A_DATE = gettext_noop("Excel has made the date %(value)s of it. Format the cell as text and type it again.")
_NO_TEXT = dict.fromkeys((datetime, date, time, timedelta), _A_DATE)

_MINUS = str.maketrans("−–—", "---")
_PLAIN = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d*)?|-?\d{1,3}(?: \d{3})+(?:\.\d*)?")
_CURRENCIES = re.compile(r"^(-?) ?(?:人民币|RMB|CNY|¥)|(?:元|圆)整?$", re.IGNORECASE)
_WORKING_DAYS = re.compile(r"个?工作日$")

_DATE = re.compile(
    r"(?P<y>\d{4})"
    r"(?:(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})"
    r"| ?年 ?(?P<cm>\d{1,2}) ?月 ?(?P<cd>\d{1,2}) ?[日号]"
    r"|(?P<pm>\d{2})(?P<pd>\d{2}))"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_HALF_A_SECOND = timedelta(seconds=0.5)
_DAY_ZERO = date(1899, 12, 30)  # of Excel's serial numbers
_SERIALS = range(20_000, 80_000)  # 1954 to 2119
_YEARS = range(1950, 2100)
_LARGEST_FRACTION = Decimal("0.3")  # 0.13 is 13 %; 0.5 might be 50 % or half a per cent


class Misread(Exception):
    """A cell that does not mean what its column asks for; ``sentence`` says why, in the form of core.sentences."""

    def __init__(self, sentence: str, **values):
        self.sentence = stored_sentence(sentence, **values)
        super().__init__(sentence)


@dataclass(frozen=True)
class Unusable:
    """What stands for a cell that shows no value of its own: an error, or a formula that was never calculated."""

    sentence: str
    shown: str = ""


@dataclass(frozen=True)
class Figure:
    """A number whose format makes something else of it, as 00123 of 123, 50% of 0.5, or 12.35 of 12.345."""

    held: int | float
    code: str
    format: NumberFormat

    @property
    def number(self) -> Decimal:
        """What is held, in the 15 digits that Excel counts in."""
        return Decimal(f"{self.held:.15g}")

    def __str__(self):
        return self.format.shown(self.number)


def displayed(raw: Any) -> str:
    """A raw value as a person would recognise it, not too long, without what no database keeps."""
    text = " ".join(_words_of(raw).translate(_CONTROLS).split())
    return text if len(text) <= _LONGEST_DISPLAYED else f"{text[: _LONGEST_DISPLAYED - 1]}…"


def _words_of(raw: Any) -> str:
    """As Excel would write it."""
    if raw is None:
        return ""
    if isinstance(raw, Unusable):
        return raw.shown
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, datetime):
        return str(raw.date() if raw.time() == time() else raw.replace(microsecond=0))
    if isinstance(raw, time):
        return f"{raw:%H:%M}" if raw.second == 0 else f"{raw:%H:%M:%S}"
    if isinstance(raw, timedelta):
        minutes, seconds = divmod(round(raw.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    if isinstance(raw, Decimal):
        return f"{raw:f}"
    return f"{raw:.15g}" if isinstance(raw, float) else str(raw)


def tidy(text: str) -> str:
    """The text as it was written, without what cannot be seen and without blanks around its lines."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.strip() for line in written(plain.translate(_CONTROLS)).split("\n")).strip()


def flat(text: str) -> str:
    """The same in one line and in the one form of width that figures and dates have."""
    return " ".join(half_width(tidy(text)).split())


def is_blank(raw) -> bool:
    """Whether nothing stands in a cell, or only what cannot be seen."""
    return raw is None or (isinstance(raw, str) and not tidy(raw))


# ---- text ------------------------------------------------------------------------------------------------------------


def text(longest: int) -> Parser:
    """One line of text, at most ``longest`` characters."""
    return lambda raw: _not_longer(written_line(_text_of(raw)), longest)


def note(longest: int = 5_000) -> Parser:
    """Text of several lines."""
    return lambda raw: _not_longer(_text_of(raw), longest)


def code(longest: int) -> Parser:
    """A number or other key, as it was written (``core.text_key`` compares it); 10248.0 is 10248."""
    return text(longest)


def _text_of(raw) -> str:
    if isinstance(raw, str):
        return tidy(raw)
    if isinstance(raw, Figure):
        if raw.format.is_code or raw.format.is_percent:
            return tidy(str(raw))
        raw = raw.held
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise Misread(_NO_TEXT.get(type(raw), _NEITHER), value=displayed(raw))
    number: Any = raw
    if abs(number) >= _MOST_DIGITS:
        raise Misread(
            gettext_noop("Excel has kept only 15 digits of this number. Format the cell as text and type it again."),
            value=displayed(raw),
        )
    return str(int(number)) if number == int(number) else f"{number:.15g}"


def _not_longer(plain: str, longest: int) -> str:
    if len(plain) > longest:
        raise Misread(
            gettext_noop("Has %(count)s characters; at most %(longest)s can be kept."),
            count=len(plain),
            longest=longest,
        )
    return plain


# ---- figures ---------------------------------------------------------------------------------------------------------


def figure(*, places: int, largest: Decimal, zero: bool = True) -> Parser:
    """A number of at most ``places`` decimals, not negative and at most ``largest``; ¥, 元 and separators are fine."""

    def read(raw) -> Decimal:
        return _bounded(_number(raw), raw, places, largest, zero)

    return read


def whole(largest: int) -> Parser:
    """A count; the words 工作日 behind it are fine."""

    def read(raw) -> int:
        plain = _WORKING_DAYS.sub("", flat(raw)) if isinstance(raw, str) else raw
        return int(_bounded(_number(plain, raw), raw, 0, Decimal(largest), True))

    return read


def percent(raw) -> Decimal:
    """Percentage points: ``13%``, ``13`` and ``0.13`` are 13."""
    if isinstance(raw, Figure) and raw.format.is_percent:
        return _bounded(_as_it_shows(raw) * 100, raw, 2, Decimal(100), True)
    plain = flat(raw) if isinstance(raw, str) else raw
    if isinstance(plain, str) and plain.endswith("%"):
        return _bounded(_number(plain[:-1].strip(), raw), raw, 2, Decimal(100), True)
    number = _number(plain, raw)
    if _LARGEST_FRACTION < number < 1:
        raise Misread(
            gettext_noop("“%(value)s” can be read in two ways. Write it with a %% sign."), value=displayed(raw)
        )
    points = number * 100 if 0 < number < 1 else number
    return _bounded(points, raw, 2, Decimal(100), True)


def _number(plain, raw=None) -> Decimal:
    """The number that a cell holds or that its text stands for."""
    shows = displayed(plain if raw is None else raw)
    if isinstance(plain, Figure):
        if plain.format.is_percent:
            raise Misread(gettext_noop("“%(value)s” is a percentage, not a number."), value=shows)
        return _as_it_shows(plain)
    if isinstance(plain, str):
        written = _CURRENCIES.sub(r"\1", flat(plain).translate(_MINUS)).strip()
        if not (_PLAIN.fullmatch(written) or _GROUPED.fullmatch(written)):
            raise Misread(gettext_noop("“%(value)s” is not a number."), value=shows)
        return Decimal(written.replace(",", "").replace(" ", ""))
    if isinstance(plain, bool) or not isinstance(plain, int | float | Decimal):
        raise Misread(gettext_noop("“%(value)s” is not a number."), value=shows)
    try:
        # Excel counts in 15 digits; what lies beyond them is noise of the binary representation.
        number = Decimal(f"{plain:.15g}") if isinstance(plain, float) else Decimal(plain)
    except (InvalidOperation, OverflowError):
        number = Decimal("NaN")
    if not number.is_finite():
        raise Misread(gettext_noop("“%(value)s” is not a number."), value=shows)
    return number


def _as_it_shows(figure: Figure) -> Decimal:
    """The number that is held; Misread when the cell shows another one, as nobody can say which was meant."""
    if figure.format.rounded(figure.number) != figure.number:
        sentence = gettext_noop("Shows %(shown)s and holds %(held)s. Round it in Excel, or show all its digits.")
        raise Misread(sentence, shown=displayed(figure), held=f"{figure.number:f}")
    return figure.number


def _bounded(number: Decimal, raw, places: int, largest: Decimal, zero: bool) -> Decimal:
    words = {"value": displayed(raw), "places": places, "largest": f"{largest:,f}"}
    if number < 0:
        raise Misread(gettext_noop("%(value)s is negative."), **words)
    if number == 0 and not zero:
        raise Misread(gettext_noop("Must be above zero."))
    if number > largest:
        raise Misread(gettext_noop("%(value)s is more than %(largest)s."), **words)
    rounded = round(number, places)
    if rounded != number:
        if not places:
            raise Misread(gettext_noop("%(value)s is not a whole number."), **words)
        raise Misread(gettext_noop("%(value)s has more than %(places)s decimals. Round it in Excel."), **words)
    return rounded


# ---- dates and choices -----------------------------------------------------------------------------------------------


def day(raw) -> date:
    """A day: a real date, Excel's serial number, ``2026-01-05``, ``2026/1/5``, ``2026.1.5``, ``2026年1月5日``."""
    plain = str(raw) if isinstance(raw, Figure) else raw
    found = _day_of(flat(plain) if isinstance(plain, str) else plain)
    if found is None:
        raise Misread(gettext_noop("“%(value)s” is not a date. Write it like 2026-01-05."), value=displayed(raw))
    if found.year not in _YEARS:
        raise Misread(gettext_noop("The year %(year)s cannot be right."), year=found.year)
    return found


def _day_of(raw) -> date | None:
    if isinstance(raw, datetime):
        # Half a second before midnight is a day that was computed, and rounding is all that makes it the day before.
        return (raw + _HALF_A_SECOND).date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, str | int | float) or _is_endless(raw):
        return None
    written = raw if isinstance(raw, str) else f"{raw:.15g}"
    if is_serial(written):
        return _DAY_ZERO + timedelta(days=int(Decimal(written)))
    found = _DATE.fullmatch(written)
    if not found:
        return None
    month = found["m"] or found["cm"] or found["pm"]
    try:
        return date(int(found["y"]), int(month), int(found["d"] or found["cd"] or found["pd"]))
    except ValueError:
        raise Misread(gettext_noop("There is no day %(value)s."), value=written) from None


def _is_endless(raw) -> bool:
    """Whether a number has more digits than a floating-point one can; formatting it would fail."""
    return not isinstance(raw, str) and abs(raw) >= _MOST_DIGITS


def is_serial(raw) -> bool:
    """Whether a raw value may be the number of a day, which says nothing about the day it is counted from."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float) or _is_endless(raw):
        return False
    written = flat(raw) if isinstance(raw, str) else f"{raw:.15g}"
    return bool(_PLAIN.fullmatch(written)) and int(Decimal(written)) in _SERIALS


def choice(meanings: Mapping[str, Any]) -> Parser:
    """One of a few words; case and width do not matter."""
    known = {text_key(word): meaning for word, meaning in meanings.items()}

    def read(raw):
        try:
            return known[text_key(_text_of(raw))]
        except KeyError:
            raise Misread(
                gettext_noop("“%(value)s” is none of: %(words)s."), value=displayed(raw), words=", ".join(meanings)
            ) from None

    return read
