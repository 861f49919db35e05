"""Every list as an Excel file: the list's own columns, filters, sort and rights, written by a background job."""

from array import array
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from importlib import import_module
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import registries
from core.jobs.context import Context
from core.jobs.kinds import JobFailed, JobKind, Result, register_kind
from core.jobs.table import enqueue
from core.keyset import ordered
from core.listing import ListPage
from core.models import Job
from core.streamed import StreamedBook
from core.workbook import fields_of, write_facts

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
    kept = _kept_query(page_for(key, by, query))
    fingerprint = sha256(kept.encode()).hexdigest()
    return enqueue(KIND, owner=by, arguments={"list": key, "query": kept}, unique_key=f"{by.pk} {key} {fingerprint}")


def _kept_query(page: ListPage) -> str:
    """What of the query string narrows or sorts the list, in one order."""
    known = {"sort", *page.get_filterset().filters}
    kept = QueryDict(mutable=True)
    for name, values in sorted(page.request.GET.lists()):
        if name in known and any(values):
            kept.setlist(name, values)
    return kept.urlencode()


def prepare(context: Context) -> dict[str, Any]:
    """Writes the workbook: the rows on the first sheet, on the last one what they are."""
    page = _page_of(context)
    title = str(page.title)
    with StreamedBook(context.new_file(".xlsx")) as book:
        written = _write_rows(context, page, book, title)
        write_facts(book.workbook, _("About"), _facts(context, page, written))
    name = f"{title}_{timezone.localtime():%Y-%m-%d_%H%M}.xlsx"
    return {"name": name, "values": {"rows": written, "rights": rights_of(context.owner)}}


def commit(context: Context, prepared: dict[str, Any]) -> Result:
    return Result(gettext_noop("%(rows)s rows."), prepared["values"], file_name=prepared["name"])


def rights_of(user) -> list:
    """All that decides which rows and columns of a list a person sees."""
    return [user.role, user.team_id, user.sees_prices, user.is_superuser]


def may_have(job: Job) -> bool:
    """Whether the owner's rights are still those with which the file was written."""
    return job.outcome.get("values", {}).get("rights") == rights_of(job.owner)


def _page_of(context: Context) -> ListPage:
    try:
        return page_for(context.arguments["list"], context.owner, context.arguments["query"])
    except PermissionDenied:
        raise JobFailed(gettext_noop("You may no longer see this list.")) from None


def _write_rows(context: Context, page: ListPage, book: StreamedBook, title: str) -> int:
    """How many rows were written; what was deleted meanwhile is left out."""
    keys = keys_of(page)
    chunks = chunks_of(page, keys)
    first = next(chunks, [])
    table = book.table(title, fields_of(page.exported_columns()), first)
    for rows in chain([first], chunks):
        for row in rows:
            table.append(row)
        context.progress(table.written, len(keys))
    table.close()
    return table.written


def keys_of(page: ListPage) -> array:
    """The ids of all rows in the order of the list, eight bytes each."""
    found = ordered(page.get_filterset().qs, page.sort()).values_list("pk", flat=True)
    return array("q", found.iterator(chunk_size=10_000))


def chunks_of(page: ListPage, keys: array) -> Iterator[list]:
    """The rows in the order of ``keys``, a few at a time; each once, whatever changes meanwhile."""
    rows = page.get_queryset()
    for start in range(0, len(keys), CHUNK):
        wanted = keys[start : start + CHUNK]
        found = rows.in_bulk(list(wanted))
        yield page.exported_rows([found[key] for key in wanted if key in found])


def _facts(context: Context, page: ListPage, written: int) -> list[tuple[str, Any]]:
    return [
        (_("List"), str(page.title)),
        (_("Exported by"), f"{context.owner} ({context.owner.get_username()})"),
        (_("Exported at"), timezone.now()),
        (_("Rows"), written),
        *(filters_in_words(page.get_filterset()) or [(_("Filters"), _("none: everything that may be seen"))]),
        (_("Sorted by"), sort_in_words(page)),
    ]


def filters_in_words(filterset) -> list[tuple[str, str]]:
    """The filters in force: their labels with what was chosen, in the words of the page."""
    form = filterset.form
    form.full_clean()
    chosen = form.cleaned_data if form.is_bound else {}
    named = [(str(form.fields[name].label or name), _in_words(form[name], value)) for name, value in chosen.items()]
    return [(label, words) for label, words in named if words]


def _in_words(field, value) -> str:
    """A choice by its label, a record by its name, anything else as it was typed."""
    if value in (None, "") or value == []:
        return ""
    options = dict(getattr(field.field.widget, "choices", ())) if isinstance(value, str) else {}
    return str(options.get(value, value))


def sort_in_words(page: ListPage) -> str:
    """The column that the rows are sorted by, and in which direction."""
    sort = page.sort()
    labels = {column.sort: str(column.label) for column in page.columns if column.sort}
    label = labels.get(sort.lstrip("-"), _("newest first") if sort.startswith("-") else _("oldest first"))
    direction = _("descending") if sort.startswith("-") else _("ascending")
    return f"{label}, {direction}" if sort.lstrip("-") in labels else label


def title(arguments: dict):
    """Which list is exported."""
    known = registries.lists.get(arguments.get("list"))
    return known.title if known else gettext_lazy("Excel export")


def register() -> None:
    """Makes exports known as a kind of job."""
    label = gettext_lazy("Excel export")
    register_kind(JobKind(KIND, label, prepare, commit, title, file_lifetime=KEPT, may_have=may_have))
