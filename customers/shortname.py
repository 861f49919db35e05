"""The short name a company goes by: its full name without the region in front and the legal form behind."""

import re
from collections.abc import Callable, Iterable

from core.text_key import half_width
from customers.regions import CITIES, PROVINCES, UNITS

SHORTEST = 2
LONGEST = 40  # characters, as Customer.short_name

_UNITS = "|".join(UNITS)
# A region that our list does not know is taken for one only when it says so: 云汀市…, but not 建材市场….
_UNKNOWN_REGION = re.compile(r"[\u4e00-\u9fff]{2,3}?(?:省|自治区|市(?!场|政|民|区)|县(?!域))")
_KNOWN_REGION = re.compile(
    f"(?:中国|{'|'.join(sorted({*PROVINCES, *CITIES}, key=len, reverse=True))})(?:{_UNITS})?(?!银行|大学)"
)
# Districts only stand behind a city: 杭州市余杭区…, 上海浦东新区…
_DISTRICT = re.compile(r"[\u4e00-\u9fff]{2}新?区|工业园区")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
# 海雅装备有限公司上海分公司: a branch keeps its place, because it is a customer of its own.
_FORM_BEFORE_BRANCH = re.compile(r"(?:股份)?有限(?:责任)?公司(?=.+分公司$)")
_LEGAL_FORM = re.compile(
    r"(?:集团)?(?:股份|控股|投资)?有限(?:责任)?公司$|(?:集团|股份|总|分)?公司$|(?<=..)集团$"
    r"|[ ,]+(?:co\.? ?,? ?ltd|ltd|limited|inc|llc|corp|corporation|company|gmbh|ag|s\.?a|plc)\.?$",
    re.IGNORECASE,
)


def propose_short_name(name: str, regions: Iterable[str] = ()) -> str:
    """The short name of a company, at most 40 characters; ``regions`` are its own province, city and district.

    A step that would leave fewer than two characters is not taken, so the proposal is never empty for a given name.
    """
    plain = plain_name(name)
    steps: tuple[Callable[[str], str], ...] = (
        lambda text: _IN_BRACKETS.sub("", text),
        lambda text: _LEGAL_FORM.sub("", _FORM_BEFORE_BRANCH.sub("", text)),
        lambda text: _without_regions(text, regions),
    )
    for step in steps:
        left = step(plain).strip(" ,.-·")
        plain = left if len(left) >= SHORTEST else plain
    return plain[:LONGEST]


def plain_name(name: str) -> str:
    """The name in one width, with single spaces, to take a short name out of it."""
    return " ".join(half_width(name).split())


def _without_regions(name: str, regions: Iterable[str]) -> str:
    """Drops up to three regions in front: 浙江省杭州市余杭区…."""
    named = {region.strip() for region in regions} - {""}
    # Each as it may stand in a name, with and without its unit: 云汀市 and 云汀.
    forms = named | {re.sub(f"(?:{_UNITS})$", "", region) for region in named}
    longest_first = sorted((form for form in forms if len(form) >= SHORTEST), key=len, reverse=True)
    own = "|".join(map(re.escape, longest_first))
    patterns = [*([re.compile(own)] if own else []), _KNOWN_REGION, _UNKNOWN_REGION]
    for turn in range(3):
        found = next((m for p in patterns if (m := p.match(name))), None)
        if found is None or len(name) - found.end() < SHORTEST:
            break
        name = name[found.end() :]
        patterns += [] if turn else [_DISTRICT]
    return name
