"""Files that may be about the same company: same credit code, same phone, same or nearly the same name."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Q
from django.utils.translation import gettext as _

from core.pinyin import reading_of
from customers.models import Customer
from customers.phones import comparable_numbers
from customers.shortname import propose_short_name

NEAR = 0.8  # share of equal characters from which two names count as nearly the same
CANDIDATES = 200
SHOWN = 5


@dataclass(frozen=True)
class Likeness:
    """A file that is likely about the same company, and a sentence that says why."""

    customer: Customer
    why: str


def likely_duplicates(*, name: str, credit_code: str = "", phones: list[str], regions=()) -> list[Likeness]:
    """Up to five files that a new one with these values would likely repeat, whoever owns them, the surest first."""
    core, numbers = propose_short_name(name, regions).lower(), comparable_numbers(phones)
    found = [
        (customer, _why(customer, core, credit_code, numbers)) for customer in _candidates(core, credit_code, numbers)
    ]
    likely = sorted(((rank, customer, why) for customer, (rank, why) in found if why), key=lambda item: item[0])
    return [Likeness(customer, why) for _rank, customer, why in likely[:SHOWN]]


def _candidates(core: str, credit_code: str, numbers: set[str]) -> list[Customer]:
    """Few enough files to compare one by one: those that share a code, a number, or how the name begins or sounds."""
    shares = Q(pk__in=())
    if credit_code:
        shares |= Q(credit_code=credit_code)
    for number in numbers:
        shares |= Q(search_key__contains=number)
    if core:
        shares |= Q(search_key__contains=reading_of(core)) | Q(search_key__contains=core[:2])
    return list(Customer.objects.filter(shares).prefetch_related("contacts")[:CANDIDATES])


def _why(customer: Customer, core: str, credit_code: str, numbers: set[str]) -> tuple[int, str]:
    """How sure (0 is surest) and why; an empty sentence when nothing is alike."""
    if credit_code and customer.credit_code == credit_code:
        return 0, _("same credit code")
    other = propose_short_name(customer.name, (customer.province, customer.city, customer.district)).lower()
    if core and other == core:
        return 1, _("same name")
    if numbers & comparable_numbers([contact.phone for contact in customer.contacts.all()]):
        return 2, _("same phone")
    if core and _is_near(core, other):
        return 3, _("nearly the same name")
    return 4, ""


def _is_near(one: str, other: str) -> bool:
    """Equal in sound (海雅 and 海亚), or all but a character or two the same."""
    return reading_of(one) == reading_of(other) or SequenceMatcher(None, one, other).ratio() >= NEAR
