"""What the cells of a column look like, as far as that tells it from others; each function is asked of one cell."""

import re

_CODE = re.compile(r"(?=.*\d)[0-9A-Za-z\-_/.#\u3400-\u9fff（）()]+")
_PHONE = re.compile(r"(?:\+?\d[\d\-\s()（）/转#extEXT.]*)")
_FEWEST_DIGITS = 7  # of a phone number that can be told without its heading
_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?.*|\d{8}")
_LETTER = re.compile(r"[A-Za-z\u3400-\u9fff]")


def like_code(text: str) -> bool:
    """A number or other key: some digit, no blanks, no date."""
    return bool(_CODE.fullmatch("".join(text.split()))) and not like_day(text)


def like_words(text: str) -> bool:
    """A name or words: some letter, and no date."""
    return bool(_LETTER.search(text)) and not like_day(text)


def like_person(text: str) -> bool:
    """Somebody's name: words without digits."""
    return like_words(text) and not any(character.isdigit() for character in text)


def like_phone(text: str) -> bool:
    """A phone number: hardly anything but digits."""
    return bool(_PHONE.fullmatch(text)) and _digits(text) >= _FEWEST_DIGITS and not like_day(text)


def has_digits(text: str) -> bool:
    """What a phone number has at least, with whatever words around it."""
    return _digits(text) > 2 and not like_day(text)


def like_day(text: str) -> bool:
    """A date that is written with its year."""
    return bool(_DATE.fullmatch(text.strip())) and not text.strip().isdigit()


def like_share(text: str) -> bool:
    """A percentage that says so."""
    return text.strip().endswith(("%", "％"))


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
