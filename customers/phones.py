"""Phone numbers: business lines are kept, a person's private mobile is not."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import policy
from core.text_key import half_width
from customers.policies import REFUSE_PRIVATE_MOBILES

SHORTEST_NUMBER = 7  # digits; below it is an extension, which many companies share

_COUNTRY = re.compile(r"^(?:00)?86(?=1\d{10}$)")
_MOBILE = re.compile(r"1\d{10}")
_RUN = re.compile(r"(?<!\d)(?:(?:00)?86)?1\d{10}(?!\d)")
# What parts two numbers in one field; spaces, dashes, dots and brackets belong to a number.
_BETWEEN_NUMBERS = re.compile(r"[^\d\s().+\-–—·]+")


def numbers_in(text: str) -> list[str]:
    """The numbers in a text, digits only: ``0571-8801 8016 / 8042`` → ``["057188018016", "8042"]``."""
    pieces = _BETWEEN_NUMBERS.split(half_width(text))
    return [digits for piece in pieces if (digits := re.sub(r"\D", "", piece))]


def has_private_mobile(text: str) -> bool:
    """True when the text holds eleven digits that start with 1, also with spaces, dashes or +86."""
    if _RUN.search(half_width(text)):
        return True
    return any(_MOBILE.fullmatch(_COUNTRY.sub("", number)) for number in numbers_in(text))


def refuse_private_mobile(text: str) -> None:
    """Raises ValidationError with a hint when the text holds a private mobile number and the policy refuses those."""
    if has_private_mobile(text) and policy.value(REFUSE_PRIVATE_MOBILES):
        raise ValidationError(_("This looks like a private mobile number. Please enter the office line or extension."))


def comparable_numbers(texts: list[str]) -> set[str]:
    """The numbers long enough to tell one company from another, digits only."""
    return {number for text in texts for number in numbers_in(text) if len(number) >= SHORTEST_NUMBER}
