"""The one list page: a queryset, a filter, columns; everything else is the same for every list."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from core import parameters, registries
from core.columns import Column
from core.filter_bar import folded_filters, shown_days, shown_filters
from core.keyset import COUNT_CAP, PAGE_SIZE, Page, counts_up_to, page_of
from core.table import Heading, address_of, heading_of, table_rows


class ListPage(TemplateView):
    """A list of records. Subclasses declare what is listed; paging, sorting, filtering and rights are done here.

    ``get_queryset`` starts at ``Model.objects.visible_to(user)``. ``filterset_class`` is a django-filter FilterSet
    whose first filter is the search (``q``) and which shows at most five more. ``default_sort`` is a column's sort,
    with ``-`` for descending. ``tabs`` are ready-made filters: (label, query string) pairs, each with the number of its
    rows, in red where the query string is one of ``pressing``. ``totals`` are aggregates over all rows of the list that
    ``in_sum`` puts into a sentence below it.
    """

    # Of somebody who is logged in; the kit does not know people.
    request: Any

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
    pressing: tuple[str, ...] = ()
    totals: dict[str, Any] = {}
    # Whether a click on a row opens it; not where rows are chosen one after the other.
    rows_lead = True
    # How rows are counted, see ``core.keyset.page_of``.
    count_cap, count_in_order = COUNT_CAP, False
    # Names the list in /exports/<key>/; without one it is not exported. Columns of its own only where a cell says
    # something that is true today only.
    export_key = ""
    export_columns: tuple[Column, ...] = ()
    # What hangs on the rows, on a sheet of its own behind them: its title, its columns, and ``parts_of(rows)``.
    part_title: Any = ""
    part_columns: tuple[Column, ...] = ()
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

    def exported_part_columns(self) -> list[Column]:
        """The columns of the sheet of what hangs on the rows that this person may see."""
        return self._allowed(self.part_columns)

    def parts_of(self, rows: list) -> Iterable[Any]:
        """What hangs on some of the rows, in their order."""
        return ()

    def _allowed(self, columns: tuple[Column, ...]) -> list[Column]:
        user = self.request.user
        return [c for c in columns if (user.sees_prices or not c.price) and (user.sees_costs or not c.cost)]

    def with_facts(self, rows: list) -> list:
        """What the columns are asked of, for a page of rows at a time: the rows with what their cells show beyond their
        own columns, or what wraps them.
        """
        return rows

    def url_of(self, row) -> str:
        """Where a row leads."""
        return address_of(row)

    def sort(self) -> str:
        """The requested sort if a shown column declares it, else the default."""
        wanted = parameters.text(self.request.GET, "sort")
        declared = {c.sort for c in self.shown_columns() if c.sort}
        return wanted if wanted.lstrip("-") in declared else self.default_sort

    def get_filterset(self):
        return self.filterset_class(self.request.GET or None, queryset=self.get_queryset(), request=self.request)

    def may_import(self) -> bool:
        """Whether this person may bring a spreadsheet of these records."""
        kind = registries.import_kinds.get(self.import_key)
        return kind is not None and kind.allows(self.request.user)

    def headings(self, sort: str) -> list[Heading]:
        return [heading_of(column, sort) for column in self.shown_columns()]

    def in_sum(self, page: Page) -> str:
        """What the rows of the list come to, as a sentence; empty without one, or where there are too many to count."""
        return ""

    def tab_links(self, page: Page, everything) -> list[dict]:
        """The ready-made filters with the number of their rows, the one in force marked."""
        here = self.request.GET.copy()
        for name in ("at", "sort"):
            here.pop(name, None)
        asked = [query for _label, query in self.tabs if here != QueryDict(query)]
        found = [self.filterset_class(QueryDict(query), queryset=everything, request=self.request) for query in asked]
        counts = dict(zip(asked, counts_up_to([each.qs for each in found], self.count_cap), strict=True))
        links = []
        for label, query in self.tabs:
            count, capped = counts.get(query, (page.count, page.capped))
            red = bool(count) and query in self.pressing
            link = {"label": label, "query": query, "active": query not in counts}
            links.append({**link, "count": count, "capped": capped, "red": red})
        return links

    def get_context_data(self, **kwargs):
        filterset, sort = self.get_filterset(), self.sort()
        filtered = filterset.qs
        at, cap, in_order = parameters.text(self.request.GET, "at"), self.count_cap, self.count_in_order
        page = page_of(filtered, sort, at, count_cap=cap, count_in_order=in_order, totals=self.totals)
        rows = self.with_facts(page.rows)
        return super().get_context_data(
            **kwargs,
            view=self,
            filterset=filterset,
            filter_fields=shown_filters(filterset),
            filter_days=shown_days(filterset),
            filters_folded=folded_filters(filterset),
            folded_in_force=any(filterset.data.get(name) for name in getattr(filterset, "folded", ())),
            is_filtered=any(parameters.text(self.request.GET, name) for name in filterset.filters),
            page=page,
            page_size=PAGE_SIZE,
            new_url=self.new_url,
            tab_links=self.tab_links(page, filterset.queryset),
            in_sum=self.in_sum(page) if page.rows else "",
            headings=self.headings(sort),
            rows=rows,
            body=table_rows(rows, self.shown_columns(), self.url_of, leads=self.rows_lead),
        )
