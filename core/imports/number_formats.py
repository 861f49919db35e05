"""What a number shows in Excel under its number format, as far as that can say something else than the number itself.

Only what people use in lists is understood: zeros in front, letters around, percentages, fixed decimals. Of any other
format nothing is said, and the number counts as it is held.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_COLOURS_AND_CURRENCIES = re.compile(r"\[(?:\$([^\]-]*)[^\]]*|[^\]]*)\]")
_PADDING = re.compile(r"_.|\*.")
_PARTS = re.compile(
    r'^(?P<before>(?:"[^"]*"|\\.|[^0#?.,;%"\\])*)(?P<digits>[0#?.,]*)(?P<after>(?:"[^"]*"|\\.|[^0#?";\\])*)$'
)
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_DAYS = re.compile(r"[ymdhs年月日]", re.IGNORECASE)


@dataclass(frozen=True)
class NumberFormat:
    """A format that is understood: what stands around the digits, and how these are written."""

    before: str
    after: str
    zeros: int
    decimals: int
    is_percent: bool

    @property
    def is_code(self) -> bool:
        """Whether it makes a code of a number: zeros in front, or letters around it."""
        return not self.decimals and not self.is_percent and (self.zeros > 1 or bool(self.before) or bool(self.after))

    def rounded(self, number: Decimal) -> Decimal:
        """The number as it shows, in the unit in which it is held."""
        places = self.decimals + (2 if self.is_percent else 0)
        return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    def shown(self, number: Decimal) -> str:
        """What stands in the cell."""
        points = self.rounded(number) * 100 if self.is_percent else self.rounded(number)
        digits = f"{abs(points):.{self.decimals}f}"
        whole, _point, rest = digits.partition(".")
        figure = f"{whole.zfill(self.zeros)}.{rest}" if rest else whole.zfill(self.zeros)
        return f"{'-' if points < 0 else ''}{self.before}{figure}{self.after}".strip()


@lru_cache(maxsize=1000)
def understood(code: str) -> NumberFormat | None:
    """The format of this code; None when it says nothing, or something that is not understood."""
    first = _COLOURS_AND_CURRENCIES.sub(lambda found: f'"{found[1] or ""}"', code.split(";")[0])
    found = _PARTS.match(_PADDING.sub("", first))
    if not found or not found["digits"] or _DAYS.search(_QUOTED.sub("", first)):
        return None
    whole, _point, rest = found["digits"].partition(".")
    if found["digits"].endswith(","):  # counts in thousands
        return None
    after = _QUOTED.sub(lambda quoted: quoted[1] or quoted[2] or "", found["after"])
    before = _QUOTED.sub(lambda quoted: quoted[1] or quoted[2] or "", found["before"])
    is_fixed = not rest or set(rest) == {"0"}
    if "?" in found["digits"] or ("#" in rest and not is_fixed) or "E" in before + after:
        return None
    return NumberFormat(
        before.strip(), after.strip(), whole.count("0"), len(rest), "%" in _QUOTED.sub("", found["after"])
    )
