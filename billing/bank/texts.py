"""What the bank's words about a payment may name: order numbers, and customers by what they are called."""

import re

from core.text_key import half_width, text_key
from customers.shortname import propose_short_name

_PARTS = re.compile(r"[\s,;:、。()/|+&\"'*]+")
_WRITTEN_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-_./#]{2,}")
#: A number of ours: year and month, short name, serial. Digits may follow that belong to it or to what comes next.
_OUR_NUMBER = re.compile(r"(20\d{4}.{1,40}?\d{3})(\d{0,2})")
_SHORTEST_NUMBER = 4  # characters; a shorter one would be found in any text


def number_keys(*texts: str) -> set[str]:
    """The keys of everything in the texts that can be the number of an order."""
    found: set[str] = set()
    for text in texts:
        plain = half_width(text)
        found |= {text_key(part) for part in (*_PARTS.split(plain), *_WRITTEN_NUMBER.findall(plain))}
        found |= _our_numbers(text_key(text))
    return {key for key in found if len(key) >= _SHORTEST_NUMBER and any(map(str.isdigit, key))}


def _our_numbers(key: str) -> set[str]:
    """From every place where one can begin, with each of the digits behind that can belong to it."""
    starts = [found.start() for found in re.finditer(r"20\d{4}", key)]
    matches = filter(None, (_OUR_NUMBER.match(key, start) for start in starts))
    return {found[1] + found[2][:more] for found in matches for more in range(len(found[2]) + 1)}


def name_keys(payer: str) -> list[str]:
    """What a payer can be called in our files: its name as it stands, then without region and legal form."""
    if not payer.strip():
        return []
    return list(dict.fromkeys(key for key in (text_key(payer), text_key(propose_short_name(payer))) if key))


def word_keys(remarks: str) -> set[str]:
    """The words of the remarks that can be what a customer is called."""
    return {text_key(part) for part in _PARTS.split(half_width(remarks)) if len(part) > 1} - {""}
