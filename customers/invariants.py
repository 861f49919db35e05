"""What must always hold about customer files."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q

from core.invariants import carried_by_none, invariant
from core.models import Counter
from customers.models import Customer, CustomerMerge
from customers.moving import MOVERS
from customers.services import customer_number, make_findable
from customers.statuses import CustomerStatus

#: What the counters of customer numbers are called, before the year.
_SERIES = "customer:"
_BATCH = 1000


@invariant("customer teams", "a customer belongs to its owner's team")
def foreign_teams() -> Iterator[str]:
    """Customers that do not belong to their owner's team, or to one although nobody owns them."""
    # An owner's missing team is a missing one here too: nobody's customer and that of somebody without a team.
    none, kept = Q(team=None, owner__team__isnull=False), Q(team__isnull=False, owner__team=None)
    other = Q(team__isnull=False, owner__team__isnull=False) & ~Q(team=F("owner__team"))
    for customer in Customer.objects.filter(none | kept | other).iterator():
        yield f"{customer.number}: team {customer.team_id}"


@invariant("primary contacts", "who has contacts has a primary one")
def missing_primary_contacts() -> Iterator[str]:
    """Customers that have contacts but no primary one."""
    counted = Customer.objects.annotate(
        people=Count("contacts", filter=Q(contacts__departed=False)),
        primary=Count("contacts", filter=Q(contacts__is_primary=True)),
    )
    for customer in counted.filter(people__gt=0, primary=0).iterator():
        yield customer.number


@invariant("customer search", "customers are found and sorted by what their file says")
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


@invariant("customer series", "customer numbers have no gaps")
def gaps_in_numbers() -> Iterator[str]:
    """Serials of a year that no customer carries."""
    yield from carried_by_none(_given_numbers(), Customer.objects.values_list("number", flat=True))


def _given_numbers() -> Iterator[str]:
    for counter in Counter.objects.filter(series__startswith=_SERIES).iterator():
        year = int(counter.series.removeprefix(_SERIES))
        yield from (customer_number(year, serial) for serial in range(1, counter.value + 1))


@invariant("merged files", "a merged file is nobody's, as its merge says, and leads to a file that was not merged")
def strayed_files() -> Iterator[str]:
    """Merged files that lead nowhere or to another merged one, that somebody owns, or of which no merge is known."""
    merged = Customer.objects.filter(Q(status=CustomerStatus.MERGED) | Q(merged_into__isnull=False))
    known = Exists(CustomerMerge.objects.filter(merged=OuterRef("pk")))
    wrong = ~Q(status=CustomerStatus.MERGED) | Q(merged_into=None) | Q(merged_into__status=CustomerStatus.MERGED)
    for customer in merged.filter(wrong | ~Q(owner=None) | ~known).iterator():
        yield f"{customer.number}: {customer.status}, merged into {customer.merged_into_id}, owner {customer.owner_id}"
    alone = CustomerMerge.objects.exclude(merged__status=CustomerStatus.MERGED)
    for merge in alone.select_related("merged").iterator():
        yield f"{merge.merged.number}: {merge.merged.status} after its merge"


@invariant("what was merged", "nothing hangs on a merged file")
def left_behind() -> Iterator[str]:
    """Rows of whatever kind that still belong to a file that was merged."""
    for mover in MOVERS:
        left = mover.model._base_manager.filter(**{f"{mover.field}__merged_into__isnull": False})
        for row in left.order_by("pk").iterator():
            yield f"{mover.model._meta.label} {row.pk}: customer {getattr(row, f'{mover.field}_id')}"


@invariant("former names", "a customer is found by the files that were merged into it")
def wrong_former_names() -> Iterator[str]:
    """Customers that do not carry exactly the numbers and names of the files that lead to them."""
    for customer in (
        Customer.objects.exclude(former_names="", absorbed=None)
        .prefetch_related("absorbed")
        .iterator(chunk_size=_BATCH)
    ):
        told = {part for each in customer.absorbed.all() for part in (each.number, each.name, each.short_name)}
        if set(customer.former_names.splitlines()) != told:
            yield f"{customer.number}: {customer.former_names!r}"
