"""Pages by key: every page of a list costs the same, however deep and however long the list.

A page remembers the sort value and id of its edge row and asks for what lies beyond; there is no OFFSET and no count.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Count, F, IntegerField, Q, QuerySet, Subquery
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

PAGE_SIZE = 50
COUNT_CAP = 1000
_SALT = "core.keyset"


@dataclass(frozen=True)
class Page:
    """Rows of one page with the cursors of its neighbours; ``count`` is capped, ``capped`` says that there are more.

    ``totals`` are sums over all rows of the list, empty where there are more than are counted.
    """

    rows: list
    previous: str
    next: str
    count: int
    capped: bool
    totals: dict[str, Any] = dataclasses.field(default_factory=dict)


def page_of(
    queryset: QuerySet,
    sort: str,
    cursor: str = "",
    size: int = PAGE_SIZE,
    count_cap: int = COUNT_CAP,
    count_in_order: bool = False,
    totals: dict[str, Any] | None = None,
) -> Page:
    """One page of ``queryset`` sorted by ``sort`` (a NOT NULL field, ``-`` for descending), ties broken by id.

    ``cursor`` comes from a neighbour page; one that was tampered with or belongs to another sort shows the first page.
    Rows are counted up to ``count_cap``, in any order, as the database likes it, or (``count_in_order``) by the walk
    that finds the page: where a filter picks rows that lie together, the database otherwise expects them anywhere, and
    searches everywhere. ``totals`` are aggregates that the same statement works out over the rows that it counts.
    """
    field, descending = sort.lstrip("-"), sort.startswith("-")
    edge = _read(cursor, sort)
    backwards = edge is not None and edge["back"]
    rows = _ordered(queryset, field, descending != backwards)
    if edge:
        rows = rows.filter(_beyond(queryset.model, field, edge["at"], descending != backwards))
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, bool(edge))
    counted = ordered(queryset, sort) if count_in_order else queryset.order_by()
    # Of the rows nothing but their keys: what is shown beside them costs a subquery for each row.
    summed = counted.values("pk")[: count_cap + 1].aggregate(rows_counted=Count("pk"), **(totals or {}))
    total = summed.pop("rows_counted")
    return Page(
        rows=found,
        previous=cursor_at(found[0], sort, back=True) if found and has_previous else "",
        next=cursor_at(found[-1], sort) if found and has_next else "",
        count=min(total, count_cap),
        capped=total > count_cap,
        totals=summed if total <= count_cap else {},
    )


class CappedCount(Subquery):
    """How many rows a query finds, at most as many as it is cut to."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


def counts_up_to(querysets: list[QuerySet], cap: int = COUNT_CAP) -> list[tuple[int, bool]]:
    """How many rows each of these queries of one model finds, at most ``cap``, and whether there are more; all in one
    statement.
    """
    if not querysets:
        return []
    counts = [CappedCount(each.order_by().values("pk")[: cap + 1]) for each in querysets]
    named = {f"counted_{place}": count for place, count in enumerate(counts)}
    found = querysets[0].model._base_manager.order_by().annotate(**named).values_list(*named)[:1]
    return [(min(number, cap), number > cap) for number in (found[0] if found else [0] * len(counts))]


def ordered(queryset: QuerySet, sort: str) -> QuerySet:
    """All rows in the order in which the pages show them."""
    return _ordered(queryset, sort.lstrip("-"), sort.startswith("-"))


def _ordered(queryset: QuerySet, field: str, descending: bool) -> QuerySet:
    fields = [field] if field in ("id", "pk") else [field, "id"]
    return queryset.order_by(*(F(f).desc() if descending else F(f).asc() for f in fields))


def _beyond(model, field: str, at: list, descending: bool):
    """Rows after the edge as one row value, which an index on (field, id) answers directly."""
    value, pk = model._meta.get_field(field).to_python(at[0]), at[1]
    if field in ("id", "pk"):
        return Q(id__lt=pk) if descending else Q(id__gt=pk)
    lookup = TupleLessThan if descending else TupleGreaterThan
    return lookup((F(field), F("id")), (value, pk))


def cursor_at(row, sort: str, *, back: bool = False) -> str:
    """The cursor of the page that begins after this row, or (``back``) ends before it."""
    value = row._meta.get_field(sort.lstrip("-")).value_to_string(row)
    return signing.dumps({"s": sort, "at": [value, row.pk], "back": back}, salt=_SALT, compress=True)


def _read(cursor: str, sort: str) -> dict | None:
    if not cursor:
        return None
    try:
        kept = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature:
        return None
    return kept if kept["s"] == sort else None
