"""Stock counts: the list, opening one, its sheet on the page and on paper."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_GET
from django_filters import ChoiceFilter, FilterSet

from accounts.requests import PersonRequest
from accounts.rights import demand
from core import typed
from core.autosave import saved
from core.buttons import buttons_for
from core.columns import Column, DetailColumn, LinkColumn, MomentColumn, QuantityColumn, StatusColumn
from core.events import timeline_of
from core.file_types import XLSX
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.listing import ListPage
from core.models import Company
from core.stale import Stale
from products.count_forms import CountForm, SheetForm
from products.count_sheet import sheet_of
from products.counting import open_count, write_down
from products.models import CountStatus, StockCount
from products.rights import may_keep_stock

NEW, SHEET, PAPER = "products/count_new.html", "products/count_detail.html", "products/count_print.html"


class CountFilter(FilterSet):
    status = ChoiceFilter(choices=CountStatus.choices, empty_label=gettext_lazy("Status"), label=gettext_lazy("Status"))

    class Meta:
        model = StockCount
        fields = ("status",)


class CountList(ListPage):
    """The stock counts, the newest first."""

    request: PersonRequest

    filterset_class = CountFilter
    title = gettext_lazy("Stock counts")
    export_key = "stock-counts"
    empty_title = gettext_lazy("No stock count yet")
    empty_text = gettext_lazy("A sheet with what the books say, what was counted and the difference.")
    new_label = gettext_lazy("New stock count")
    columns = (
        LinkColumn("number", gettext_lazy("Stock count"), str, css="card-top"),
        Column("scope", gettext_lazy("Category"), css="card-middle"),
        QuantityColumn("size", gettext_lazy("Products"), css="card-middle-end"),
        DetailColumn("opened_by", gettext_lazy("Opened by"), lambda row: (row.opened_by, row.note), css="card-foot"),
        MomentColumn("opened_at", gettext_lazy("Sheet opened"), css="card-foot-end"),
        StatusColumn(
            "status", gettext_lazy("Status"), lambda row: (row.status_family, row.status_label), "card-top-end"
        ),
    )

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.new_url = reverse("products:count-new") if may_keep_stock(request.user) else ""

    def get_queryset(self):
        counts = StockCount.objects.visible_to(self.request.user)
        return counts.select_related("category", "opened_by").annotate(size=Count("lines"))


class NewCount(View):
    """Makes a sheet."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        demand(may_keep_stock(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return render(request, NEW, {"form": CountForm(take_up(request))})

    def post(self, request):
        form = CountForm(request.POST)
        if form.is_valid():
            data = dict(form.cleaned_data)
            try:
                count = open_count(by=request.user, token=data.pop("submit_token"), **data)
                token = str(form.data.get("submit_token", ""))
                return saved(see_other(count), person=request.user, page=request.path, form=token)
            except ValidationError as error:
                form.add_error(None, error)
        return render_invalid(request, NEW, {"form": form})


class CountSheet(View):
    """One stock count: operations write down what was counted, and see what would be booked."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        counts = StockCount.objects.visible_to(request.user).select_related("category", "opened_by")
        self.count = get_object_or_404(counts, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return render(request, SHEET, self._context(self._form(take_up(request))))

    def post(self, request, pk):
        demand(may_keep_stock(request.user))
        form = self._form(request.POST)
        if form.is_valid() and self._write(form):
            messages.success(request, _("The counted figures are kept."))
            return saved(see_other(self.count), person=request.user, page=request.path)
        return render_invalid(request, SHEET, self._context(form))

    def _form(self, data=None) -> SheetForm:
        lines = list(self.count.lines.with_moves().select_related("product", "count"))
        return SheetForm(lines, data)

    def _write(self, form: SheetForm) -> bool:
        version = form.cleaned_data["version"]
        try:
            write_down(count=self.count, said=form.said(), by=self.request.user, version=version)
        except Stale as stale:
            form.go_on_from(stale.current)
            sentence = _("Somebody wrote on this sheet meanwhile. Compare “%(column)s”, and save again to replace it.")
            form.add_error(None, sentence % {"column": _("Kept")})
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return True
        return False

    def _context(self, form: SheetForm) -> dict:
        user, count = self.request.user, self.count
        return {
            "count": count,
            "form": form,
            "rows": list(form.rows()),
            "may_write": may_keep_stock(user) and count.is_open,
            "buttons": buttons_for(count, user),
            "typed": typed.recall(self.request, count),
            "events": timeline_of(count),
        }


@require_GET
def print_sheet(request, pk: int):
    """The sheet on paper: what the books say, and room for what is counted."""
    count = get_object_or_404(StockCount.objects.visible_to(request.user), pk=pk)
    context = {
        "count": count,
        "lines": count.lines.with_moves().select_related("product"),
        "company": Company.ours(),
        "title": _("Stock count"),
        "number": str(count),
        "dated": count.opened_at,
        "back_url": count.get_absolute_url(),
        "back_label": _("Back to the stock count"),
    }
    return render(request, PAPER, context)


@require_GET
def download_sheet(request, pk: int):
    """The sheet as a workbook to fill in and bring back."""
    count = get_object_or_404(StockCount.objects.visible_to(request.user), pk=pk)
    header = {"Content-Disposition": content_disposition_header(True, f"{count}.xlsx") or ""}
    return HttpResponse(sheet_of(count), content_type=XLSX.content_type, headers=header)
