"""Files that may be about the same company: same credit code, same phone, same or nearly the same name."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.pinyin import reading_of
from core.text_key import search_form, text_key
from customers.models import Customer
from customers.phones import comparable_numbers
from customers.shortname import propose_short_name

NEAR = 0.8  # share of equal characters from which two names count as nearly the same: one of five may differ
NEAR_IN_ONE_CITY = 0.75  # the same of two companies in one city: one of four
CANDIDATES = 200
MOST = 5
_PIECE = 2  # characters; fewer stand in too many names
_CITY = 1  # its place among the regions


@dataclass(frozen=True)
class Likeness:
    """A file that is likely about the same company, and a sentence that says why."""

    customer: Customer
    why: str
    same_code: bool = False


@dataclass(frozen=True)
class _Sought:
    """What a new or changed file would say, in the forms in which files are compared."""

    core: str
    name_key: str
    credit_code: str
    numbers: set[str]
    city: str


def likely_duplicates(
    *, name: str = "", credit_code: str = "", phones: Sequence[str] = (), regions=(), besides: int | None = None
) -> list[Likeness]:
    """Up to five files that one with these values would likely repeat, whoever owns them, the surest first.

    ``besides`` is the file that is being changed: it does not repeat itself.
    """
    core, regions = text_key(propose_short_name(name, regions)), list(regions)
    city = regions[_CITY] if len(regions) > _CITY else ""
    sought = _Sought(core, text_key(name), credit_code, comparable_numbers(list(phones)), city)
    keys = {pk for shares in (_surely(sought), _maybe(sought)) for pk in _first_keys(shares)} - {besides}
    compared = Customer.objects.filter(pk__among=sorted(keys), merged_into=None).prefetch_related("contacts")
    likely = [(_why(customer, sought), customer) for customer in compared]
    surest = sorted(((rank, customer, why) for (rank, why), customer in likely if why), key=lambda item: item[0])
    return [Likeness(customer, why, same_code=not rank) for rank, customer, why in surest[:MOST]]


def with_access(likely: list[Likeness], user: User) -> list[tuple[Likeness, bool]]:
    """Each likely duplicate and whether this person may open it."""
    seen = Customer.objects.visible_to(user).filter(pk__in=[likeness.customer.pk for likeness in likely])
    keys = set(seen.values_list("pk", flat=True)) if likely else set()
    return [(likeness, likeness.customer.pk in keys) for likeness in likely]


def _surely(sought: _Sought) -> Q:
    """The files that share a code, a number, or a name however it is written."""
    shares = Q(pk__in=())
    if sought.credit_code:
        shares |= Q(credit_code=sought.credit_code)
    for number in sought.numbers:
        shares |= Q(search_key__holds=number)
    if sought.core:
        shares |= Q(name_key=sought.name_key) | Q(short_name_key=sought.core)
    return shares


def _maybe(sought: _Sought) -> Q:
    """Few enough files to compare one by one: the name sounds alike, begins alike, or has half of it in common.

    Of two names that differ in one character a half is the same, and more than it.
    """
    form = search_form(sought.core)
    if not form:
        return Q(pk__in=())
    shares = Q(search_key__holds=reading_of(form)) | Q(search_key__holds=form[:_PIECE])
    middle = (len(form) + 1) // 2
    for half, rest in ((form[:middle], form[middle:]), (form[middle:], form[:middle])):
        if len(half) >= _PIECE:
            others = Q(pk__in=())
            for character in set(rest):
                others |= Q(search_key__contains=character)
            shares |= Q(search_key__holds=half) & others
    return shares


def _first_keys(shares: Q) -> list[int]:
    return list(Customer.objects.filter(shares).order_by().values_list("pk", flat=True)[:CANDIDATES])


def _why(customer: Customer, sought: _Sought) -> tuple[int, str]:
    """How sure (0 is surest) and why; an empty sentence when nothing is alike."""
    if sought.credit_code and customer.credit_code == sought.credit_code:
        return 0, _("same credit code")
    core = sought.core
    place = (customer.province, customer.city, customer.district)
    other = text_key(propose_short_name(customer.name, place))
    former = {text_key(propose_short_name(name, place)) for name in customer.former_names.splitlines()}
    if core and core in {other, *former}:
        return 1, _("same name")
    if sought.numbers & comparable_numbers([contact.phone for contact in customer.contacts.all()]):
        return 2, _("same phone")
    # Equal in sound (海雅 and 海亚), or all but a character or two the same.
    near = NEAR_IN_ONE_CITY if sought.city and sought.city == customer.city else NEAR
    if core and (reading_of(core) == reading_of(other) or SequenceMatcher(None, core, other).ratio() >= near):
        return 3, _("nearly the same name")
    return 4, ""
