"""What must always hold about customer files."""

from collections.abc import Iterator

from django.db.models import Count, F, Q
from django.db.models.functions import Lower

from core.invariants import Invariant, carried_by_none
from core.models import Counter
from customers.models import Customer
from customers.services import customer_number, make_findable

#: What the counters of customer numbers are called, before the year.
_SERIES = "customer:"
_BATCH = 1000


def foreign_teams() -> Iterator[str]:
    """Customers that do not belong to their owner's team, or to one although nobody owns them."""
    # An owner's missing team is a missing one here too: nobody's customer and that of somebody without a team.
    none, kept = Q(team=None, owner__team__isnull=False), Q(team__isnull=False, owner__team=None)
    other = Q(team__isnull=False, owner__team__isnull=False) & ~Q(team=F("owner__team"))
    for customer in Customer.objects.filter(none | kept | other).iterator():
        yield f"{customer.number}: team {customer.team_id}"


def missing_primary_contacts() -> Iterator[str]:
    """Customers that have contacts but no primary one."""
    counted = Customer.objects.annotate(
        people=Count("contacts", filter=Q(contacts__departed=False)),
        primary=Count("contacts", filter=Q(contacts__is_primary=True)),
    )
    for customer in counted.filter(people__gt=0, primary=0).iterator():
        yield customer.number


def wrong_search_keys() -> Iterator[str]:
    """Customers that are not found, or sorted, by what their file says now, contacts included."""
    left = Customer.objects.order_by("pk").prefetch_related("contacts").iterator(chunk_size=_BATCH)
    for customer in left:
        kept = _found_by(customer)
        make_findable(customer, list(customer.contacts.all()))
        if kept != _found_by(customer):
            yield f"{customer.number}: {customer.short_name}"


def _found_by(customer: Customer) -> tuple[list[str], str]:
    """The words of the key, whose order says nothing, and the name by which it is sorted."""
    return sorted(customer.search_key.split()), customer.name_pinyin


def gaps_in_numbers() -> Iterator[str]:
    """Serials of a year that no customer carries."""
    yield from carried_by_none(_given_numbers(), Customer.objects.values_list("number", flat=True))


def _given_numbers() -> Iterator[str]:
    for counter in Counter.objects.filter(series__startswith=_SERIES).iterator():
        year = int(counter.series.removeprefix(_SERIES))
        yield from (customer_number(year, serial) for serial in range(1, counter.value + 1))


def double_numbers() -> Iterator[str]:
    """Customer numbers that people would take for the same: they differ in case only."""
    rows = Customer.objects.order_by().annotate(heard=Lower("number")).values("heard").annotate(n=Count("pk"))
    for row in rows.filter(n__gt=1).iterator():
        yield f"{row['heard']}: {row['n']} times"


INVARIANTS = [
    Invariant("customer series", "customer numbers have no gaps", gaps_in_numbers),
    Invariant("customer numbers", "no two customer numbers read the same", double_numbers),
    Invariant("customer search", "customers are found and sorted by what their file says", wrong_search_keys),
    Invariant("customer teams", "a customer belongs to its owner's team", foreign_teams),
    Invariant("primary contacts", "who has contacts has a primary one", missing_primary_contacts),
]
