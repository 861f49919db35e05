"""Every list as an Excel file: the list's own columns, filters, sort and rights, written by a background job."""

from array import array
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from importlib import import_module
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import registries
from core.chunks import chunks
from core.columns import Column, DateColumn, PriceColumn, sheet_columns
from core.jobs.context import Context
from core.jobs.kinds import JobFailed, JobKind, Result, register_kind
from core.jobs.table import enqueue
from core.keyset import ordered
from core.listing import ListPage
from core.models import Job
from core.streamed import StreamedBook
from core.workbook import write_facts

KIND = "export"
CHUNK = 500  # rows fetched at a time
KEPT = timedelta(days=30)


def page_class(key: str) -> type[ListPage]:
    """The list page that declares this ``export_key``. Raises KeyError."""
    import_module(settings.ROOT_URLCONF)  # a worker may not have met the pages yet
    return registries.lists[key]


def page_for(key: str, user, query: str) -> ListPage:
    """The list as this person sees it with this query string, ready to be asked for its rows.

    Raises KeyError for an unknown list and PermissionDenied when the person may not see it.
    """
    view_class, request = page_class(key), HttpRequest()
    request.method, request.user, request.GET = "GET", user, QueryDict(query)  # type: ignore[assignment]
    if view_class.as_view()(request).status_code != 200:
        raise PermissionDenied
    view = view_class()
    view.setup(request)
    return view


def request_export(key: str, *, query: str, by) -> Job:
    """Puts the export of a list, filtered and sorted as in ``query``, into the table of jobs.

    Asked for again while it waits or runs, it is the same job. Raises KeyError and PermissionDenied as ``page_for``.
    """
    page = page_for(key, by, query)
    # What narrows or sorts the list, in one order.
    known, kept = {"sort", *page.get_filterset().filters}, QueryDict(mutable=True)
    for name, values in sorted(page.request.GET.lists()):
        if name in known and any(values):
            kept.setlist(name, values)
    arguments = {"list": key, "query": kept.urlencode()}
    fingerprint = sha256(arguments["query"].encode()).hexdigest()
    return enqueue(KIND, owner=by, arguments=arguments, unique_key=f"{by.pk} {key} {fingerprint}")


def prepare(context: Context) -> dict[str, Any]:
    """Writes the workbook: the rows on the first sheet, then what hangs on them, on the last one what they are."""
    try:
        page = page_for(context.arguments["list"], context.owner, context.arguments["query"])
    except PermissionDenied:
        raise JobFailed(gettext_noop("You may no longer see this list.")) from None
    title = str(page.title)
    with StreamedBook(context.new_file(".xlsx")) as book:
        written = _write_rows(context, page, book, title)
        _write_parts(context, page, book)
        _write_import_rows(context, page, book)
        facts = [
            (_("List"), title),
            (_("Exported by"), f"{context.owner} ({context.owner.get_username()})"),
            (_("Exported at"), timezone.now()),
            (_("Rows"), written),
            *(filters_in_words(page.get_filterset()) or [(_("Filters"), _("none: everything that may be seen"))]),
            (_("Sorted by"), sort_in_words(page)),
        ]
        write_facts(book.workbook, _("About"), facts)
    name = f"{title}_{timezone.localtime():%Y-%m-%d_%H%M}.xlsx"
    return {"name": name, "values": {"rows": written, "rights": rights_of(context.owner)}}


def commit(context: Context, prepared: dict[str, Any]) -> Result:
    return Result(gettext_noop("%(rows)s rows."), prepared["values"], file_name=prepared["name"])


def rights_of(user) -> list:
    """All that decides which rows and columns of a list a person sees."""
    return [user.role, user.team_id, user.decides_also_for_id, user.sees_prices, user.is_superuser]


def may_have(job: Job) -> bool:
    """Whether the owner's rights are still those with which the file was written."""
    return job.outcome.get("values", {}).get("rights") == rights_of(job.owner)


def _write_rows(context: Context, page: ListPage, book: StreamedBook, title: str) -> int:
    """How many rows were written; what was deleted meanwhile is left out."""
    keys = keys_of(page)
    rows_at_once = chunks_of(page, keys)
    first = next(rows_at_once, [])
    table = book.table(title, sheet_columns(page.exported_columns()), first)
    for rows in chain([first], rows_at_once):
        for row in rows:
            table.append(row)
        context.progress(table.written, len(keys))
    table.close()
    return table.written


def _write_parts(context: Context, page: ListPage, book: StreamedBook) -> None:
    """A sheet of what hangs on the rows, for lists that have such."""
    if not page.part_columns:
        return
    some = (list(page.parts_of(rows)) for rows in _in_order(page.get_queryset(), keys_of(page)))
    first = next(some, [])
    table = book.table(str(page.part_title), sheet_columns(page.exported_part_columns()), first)
    for parts in chain([first], some):
        for part in parts:
            table.append(part)
        context.check_cancelled()
    table.close()


def _write_import_rows(context: Context, page: ListPage, book: StreamedBook) -> None:
    """A sheet with the same records in the columns of their import, for those who may bring them back."""
    kind = registries.import_kinds.get(page.import_key)
    if kind is None or kind.write_down is None or not kind.allows(context.owner) or not context.owner.sees_prices:
        return
    # Not the list's own rows, of which only what it shows is loaded.
    visible = page.get_queryset().model._default_manager.visible_to(context.owner)
    records = visible.select_related(*kind.select).prefetch_related(*kind.prefetch)
    some = (list(kind.write_down(rows)) for rows in _in_order(records, keys_of(page)))
    first = next(some, [])
    columns = [_import_column(column.name, first) for column in kind.columns if not column.instead_of]
    table = book.table(_("For import"), columns, first)
    for rows in chain([first], some):
        for row in rows:
            table.append(row)
        context.check_cancelled()
    table.close()


def _import_column(name: str, rows: list[dict[str, Any]]) -> Column:
    """A column of the import, in the kind of cell that its values want."""
    value = next((row[name] for row in rows if row.get(name) not in (None, "")), None)
    kind = DateColumn if isinstance(value, date) else PriceColumn if isinstance(value, Decimal | int) else Column
    return kind(name, name, lambda row: row.get(name))


def keys_of(page: ListPage) -> array:
    """The ids of all rows in the order of the list, eight bytes each."""
    found = ordered(page.get_filterset().qs, page.sort()).values_list("pk", flat=True)
    return array("q", found.iterator(chunk_size=10_000))


def chunks_of(page: ListPage, keys: array) -> Iterator[list]:
    """The rows in the order of ``keys``, a few at a time; each once, whatever changes meanwhile."""
    for rows in _in_order(page.get_queryset(), keys):
        yield page.with_facts(rows)


def _in_order(records: QuerySet, keys: array) -> Iterator[list]:
    for wanted in chunks(keys, CHUNK):
        found = records.in_bulk(wanted)
        yield [found[key] for key in wanted if key in found]


def filters_in_words(filterset) -> list[tuple[str, str]]:
    """The filters in force: their labels with what was chosen, in the words of the page."""
    form = filterset.form
    form.full_clean()
    chosen = form.cleaned_data if form.is_bound else {}
    found = []
    for name, value in chosen.items():
        if value in (None, "") or value == []:
            continue
        # A choice by its label, a record by its name, anything else as it was typed.
        options = dict(getattr(form[name].field.widget, "choices", ())) if isinstance(value, str) else {}
        if words := str(options.get(value, value)):
            found.append((str(form.fields[name].label or name), words))
    return found


def sort_in_words(page: ListPage) -> str:
    """The column that the rows are sorted by, and in which direction."""
    sort = page.sort()
    labels = {column.sort: str(column.label) for column in page.columns if column.sort}
    label = labels.get(sort.lstrip("-"), _("newest first") if sort.startswith("-") else _("oldest first"))
    direction = _("descending") if sort.startswith("-") else _("ascending")
    return f"{label}, {direction}" if sort.lstrip("-") in labels else label


def title(arguments: dict):
    """Which list is exported."""
    known = registries.lists.get(arguments.get("list", ""))
    return known.title if known else gettext_lazy("Excel export")


register_kind(
    JobKind(KIND, gettext_lazy("Excel export"), prepare, commit, title, file_lifetime=KEPT, may_have=may_have)
)
