"""The one list page: a queryset, a filter, columns; everything else is the same for every list."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from core import registries
from core.columns import Column
from core.keyset import COUNT_CAP, PAGE_SIZE, page_of


@dataclass(frozen=True)
class Heading:
    """A column's head: its label, and the address that sorts by it (empty when it does not sort)."""

    column: Column
    sort_value: str
    direction: str  # "ascending", "descending" or ""


class ListPage(TemplateView):
    """A list of records. Subclasses declare what is listed; paging, sorting, filtering and rights are done here.

    ``get_queryset`` starts at ``Model.objects.visible_to(user)``. ``filterset_class`` is a django-filter FilterSet
    whose first filter is the search (``q``) and which shows at most five more. ``default_sort`` is a column's sort,
    with ``-`` for descending. ``tabs`` are ready-made filters: (label, query string) pairs.
    """

    template_name = "components/list.html"
    columns: tuple[Column, ...] = ()
    filterset_class: Any = None
    default_sort = "-id"
    title: Any = ""
    empty_title: Any = _("Nothing here yet")
    empty_text: Any = ""
    empty_verb: Any = ""
    search_hint: Any = ""
    new_url = ""
    new_label: Any = ""
    tabs: tuple[tuple[Any, str], ...] = ()
    # How rows are counted, see ``core.keyset.page_of``.
    count_cap, count_in_order = COUNT_CAP, False
    # Names the list in /exports/<key>/; without one it is not exported. Columns of its own only where the page's
    # template fills the cells itself, or where a cell says something that is true today only.
    export_key = ""
    export_columns: tuple[Column, ...] = ()
    # The kind of import that brings such records, offered to those who may.
    import_key = ""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.export_key:
            registries.lists[cls.export_key] = cls

    def get_queryset(self):
        raise NotImplementedError

    def shown_columns(self) -> list[Column]:
        """The columns this person may see."""
        return self._allowed(self.columns)

    def exported_columns(self) -> list[Column]:
        """The columns of the Excel file that this person may see."""
        return self._allowed(self.export_columns or self.columns)

    def _allowed(self, columns: tuple[Column, ...]) -> list[Column]:
        return [c for c in columns if not c.price or self.request.user.sees_prices]

    def with_facts(self, rows: list) -> list:
        """The rows with what their cells show beyond their own columns, found for a page of them at a time."""
        return rows

    def exported_rows(self, rows: list) -> list:
        """What the exported columns are asked of, for some rows at a time: the rows themselves, or what wraps them."""
        return self.with_facts(rows)

    def sort(self) -> str:
        """The requested sort if a shown column declares it, else the default."""
        wanted = self.request.GET.get("sort", "")
        declared = {c.sort for c in self.shown_columns() if c.sort}
        return wanted if wanted.lstrip("-") in declared else self.default_sort

    def get_filterset(self):
        return self.filterset_class(self.request.GET or None, queryset=self.get_queryset(), request=self.request)

    def may_import(self) -> bool:
        """Whether this person may bring a spreadsheet of these records."""
        kind = registries.import_kinds.get(self.import_key)
        return kind is not None and kind.allows(self.request.user)

    def headings(self, sort: str) -> list[Heading]:
        return [_heading(column, sort) for column in self.shown_columns()]

    def tab_links(self) -> list[dict]:
        """The ready-made filters, the one in force marked."""
        here = self.request.GET.copy()
        for name in ("at", "sort"):
            here.pop(name, None)
        return [{"label": label, "query": query, "active": here == QueryDict(query)} for label, query in self.tabs]

    def get_context_data(self, **kwargs):
        filterset, sort = self.get_filterset(), self.sort()
        filtered = filterset.qs
        at, cap, in_order = self.request.GET.get("at", ""), self.count_cap, self.count_in_order
        page = page_of(filtered, sort, at, count_cap=cap, count_in_order=in_order)
        columns = self.shown_columns()
        return super().get_context_data(
            **kwargs,
            view=self,
            filterset=filterset,
            filter_fields=_shown_filters(filterset),
            is_filtered=any(self.request.GET.get(name) for name in filterset.filters),
            page=page,
            page_size=PAGE_SIZE,
            new_url=self.new_url,
            tab_links=self.tab_links(),
            headings=self.headings(sort),
            rows=[(row, [(c, c.of(row)) for c in columns]) for row in self.with_facts(page.rows)],
        )


def _heading(column: Column, sort: str) -> Heading:
    if not column.sort:
        return Heading(column, "", "")
    active = sort.lstrip("-") == column.sort
    descending = active and sort.startswith("-")
    direction = ("descending" if descending else "ascending") if active else ""
    return Heading(column, column.sort if descending else f"-{column.sort}", direction)


def _shown_filters(filterset) -> list:
    """The bound fields besides the search, each knowing whether it is set; one that is in force is tinted."""
    form = filterset.form
    shown = [(form[name], bool(filterset.data.get(name))) for name in filterset.filters if name != "q"]
    for field, is_set in shown:
        field.field.widget.attrs["class"] = "form-select is-set" if is_set else "form-select"
    return shown
