"""What a file that was merged was called: it means the file that it went into."""

from collections.abc import Collection, Iterator

from django.db.models import QuerySet

from core.chunks import chunks
from customers.models import Customer

_KEYS = ("number_key", "name_key", "short_name_key")


def merged_files(seen: QuerySet[Customer], keys: Collection[str]) -> dict[str, Customer]:
    """The customers of ``seen`` that others were merged into, by the keys of these: number before name before short."""
    found: dict[str, int] = {}
    for name in reversed(_KEYS):
        for some in chunks(sorted(keys)):
            merged = Customer.objects.filter(merged_into__isnull=False, **{f"{name}__in": some}).order_by("pk")
            found |= dict(merged.values_list(name, "merged_into"))
    successors = {row.pk: row for row in seen.filter(pk__in=set(found.values()))} if found else {}
    return {key: successors[pk] for key, pk in found.items() if pk in successors}


def customers_meant(seen: QuerySet[Customer], keys: Collection[str]) -> dict[str, Customer]:
    """The customers that are meant, by the key of their number, else of their name where one alone has it.

    A file that was merged means the one that it went into.
    """
    living = seen.filter(merged_into=None)
    by_name: dict[str, list[Customer]] = {}
    for customer in _having(living, "name_key", keys):
        by_name.setdefault(customer.name_key, []).append(customer)
    only = {key: found[0] for key, found in by_name.items() if len(found) == 1}
    numbered = {customer.number_key: customer for customer in _having(living, "number_key", keys)}
    return merged_files(seen, keys) | only | numbered


def _having(seen: QuerySet[Customer], name: str, keys: Collection[str]) -> Iterator[Customer]:
    for some in chunks(sorted(keys)):
        yield from seen.filter(**{f"{name}__in": some})
