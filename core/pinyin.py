"""Chinese words as they are typed on a Latin keyboard: search and sorting go by stored pinyin."""

import unicodedata

from pypinyin import Style, lazy_pinyin


def reading_of(text: str) -> str:
    """The text in pinyin without tones and spaces, lower case: ``海雅装备`` → ``haiyazhuangbei``."""
    return "".join(lazy_pinyin(text)).lower()


def initials_of(text: str) -> str:
    """The first letter of each character's pinyin: ``海雅装备`` → ``hyzb``; Latin text stays as it is."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()


def search_key_of(codes: list[str], names: list[str]) -> str:
    """What ``matching`` looks into: codes and names in lower case, then the names' pinyin and initials, each once."""
    readings = [f(name) for name in names if not name.isascii() for f in (reading_of, initials_of)]
    return " ".join(dict.fromkeys(part.lower() for part in (*codes, *names, *readings) if part))


def words_of(text: str) -> list[str]:
    """What somebody typed into a search box, as words that can stand in a search key; full-width letters too."""
    return unicodedata.normalize("NFKC", text).lower().split()
