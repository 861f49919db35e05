"""How buyers write headings: in two languages, over two rows, with a unit or the tax in them."""

import re

from core.imports.recognition import heading_of, words_of
from core.text_key import half_width
from orders.reading.columns import GROSS_PRICE, NET_PRICE, PRICE_WORDS, WORDS

_PARTS = re.compile(r"[/|\n()\[\]【】,;:]+")
_SCRIPTS = re.compile(r"[\u3400-\u9fff]+|[^\u3400-\u9fff]+")
_BRACKETS = re.compile(r"[(\[【]\s*([^()\[\]【】]{1,10})\s*[)\]】]")
_WITHOUT_TAX = re.compile(
    r"不含|未税|除税|免税|(?:excl|without|before|ex)\w*\.?\s*(?:of\s+)?(?:vat|tax|gst)|\bnet\b", re.IGNORECASE
)
_WITH_TAX = re.compile(
    r"含税|含\s*\d+\s*%|价税|(?:incl|with|after)\w*\.?\s*(?:of\s+)?(?:\d+\s*%\s*)?(?:vat|tax|gst)|\bgross\b",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"(?:税|vat|gst|tax)\D{0,6}(\d{1,2}(?:\.\d+)?)\s*%|(\d{1,2}(?:\.\d+)?)\s*%\s*(?:增值税|的?税|vat|tax|gst)", re.I
)
_CURRENCY = re.compile(r"USD|US\$|EUR|€|HKD|JPY|GBP|£|美元|欧元|港币|港元|日元|英镑", re.IGNORECASE)
_TEN_THOUSAND = "万元"
_NO_UNIT = re.compile(r"税|元|¥|rmb|cny|usd|eur|%|vat|tax|net|gross|\d", re.IGNORECASE)


def with_tax(text: str) -> bool | None:
    """Whether words say that a price is with tax; None when they say nothing about it."""
    plain = half_width(text)
    if _WITHOUT_TAX.search(plain):
        return False
    return True if _WITH_TAX.search(plain) else None


def rate_in(text: str) -> str:
    """The percentage of the tax that words name: ``含13%增值税`` says 13; empty when they name none."""
    found = _RATE.search(half_width(text))
    return (found[1] or found[2]) if found else ""


def currency_in(text: str) -> str:
    """The foreign currency that words name; empty when they name none."""
    found = _CURRENCY.search(half_width(text))
    return found[0].upper() if found else ""


def counts_ten_thousands(text: str) -> bool:
    """Whether a price is given in 万元."""
    return _TEN_THOUSAND in text


def unit_in(text: str) -> str:
    """The unit in the brackets of a heading: 台 of ``数量（台）``."""
    found = _BRACKETS.search(half_width(text))
    return found[1] if found and not _NO_UNIT.search(found[1]) else ""


def is_known(text: str) -> bool:
    return any(word in WORDS for word in words_of(text))


def known_part(text: str) -> str:
    """The part of a heading by which it is known, ``Qty`` of ``订购量 Qty``; empty when it is none of ours.

    Of a price with a word about the tax it is the price with or without tax.
    """
    part = text if is_known(text) else next((part for part in _parts(text) if is_known(part)), "")
    tax = with_tax(text) if any(word in PRICE_WORDS for word in words_of(part)) else None
    if tax is not None:
        return GROSS_PRICE if tax else NET_PRICE
    return part


def _parts(text: str) -> list[str]:
    """A heading in its pieces: by signs, then where the alphabet changes."""
    pieces = [piece for piece in _PARTS.split(half_width(text)) if piece.strip()]
    return pieces + [run.strip() for piece in pieces for run in _SCRIPTS.findall(piece) if run.strip()]


def joined(above: str, below: str) -> str:
    """One heading of two that stand above each other: the words that are known, the more exact ones first."""
    both = [f"{above}({below})", f"{below}({above})"] if above and below and above != below else []
    tells_tax = with_tax(f"{above} {below}") is not None
    candidates = [*both, below, above] if tells_tax else [below, above, *both]
    return next((text for text in candidates if text and known_part(text)), below or above)


def is_label(text: str) -> bool:
    """Whether a text is nothing but a heading of ours."""
    return heading_of(text).casefold() in WORDS
