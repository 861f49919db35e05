"""The catalogue as people read it."""

from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django.views.generic import DetailView

from accounts.models import User
from accounts.requests import PersonRequest
from core import parameters
from core.columns import Column, LinkColumn, PercentColumn, PriceColumn, QuantityColumn, StatusColumn
from core.events import Entry, timeline_of
from core.listing import ListPage
from core.registries import sentences
from core.templatetags.ui import price
from products.filters import ProductFilter
from products.models import COSTS, Product
from products.rights import may_change_products, may_keep_stock, may_read_counts
from products.services import COSTS_CHANGED

SUGGESTIONS = 12
SHOWN_MOVES = 20


class ProductList(ListPage):
    """The catalogue with what is in stock."""

    request: PersonRequest

    filterset_class = ProductFilter
    default_sort = "code"
    title = _("Products")
    export_key = import_key = "products"
    search_hint = _("Number, name, specification, pinyin")
    empty_title = _("No products yet")
    empty_text = _("The catalogue holds what can be ordered: goods and services with price, tax rate and lead time.")
    new_label = _("New product")
    template_name = "products/product_list.html"
    columns = (
        LinkColumn("code", _("Product number"), css="card-top", sort="code"),
        Column("name", _("Product name"), css="card-middle", sort="name_pinyin"),
        Column("specification", _("Specification"), css="card-middle-end"),
        Column("category", _("Category"), css="only-desk"),
        Column("unit", _("Unit"), css="only-desk"),
        PriceColumn("list_price", _("List price (元, without tax)"), css="card-top-end", sort="list_price", price=True),
        PercentColumn("tax_rate", _("Tax rate"), css="only-desk"),
        QuantityColumn("lead_time", _("Lead time (working days)"), css="only-desk", sort="lead_time"),
        QuantityColumn("on_hand", _("On hand"), lambda row: row.stock, css="card-foot-middle", sort="on_hand"),
        QuantityColumn(
            "available",
            _("Available stock"),
            lambda row: row.available if row.keeps_stock else None,
            css="card-foot-end",
            card_label=_("Available stock"),
        ),
        StatusColumn("status", _("Status"), lambda row: row.state, css="card-foot"),
    )
    export_columns = (
        *columns[:-1],
        QuantityColumn("reserved", _("Reserved"), lambda row: row.reserved if row.keeps_stock else None),
        QuantityColumn("reorder_point", _("Reorder point")),
        PriceColumn("standard_cost", _("Standard cost (元)"), cost=True),
        *(PriceColumn(f.name, f.verbose_name, cost=True) for f in Product._meta.concrete_fields if f.name in COSTS),
        columns[-1],
    )
    tabs = ((_("All"), ""), (_("Low stock"), "stock=low"), (_("More promised than there is"), "stock=short"))
    pressing = ("stock=low",)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.new_url = reverse("products:new") if may_change_products(request.user) else ""
        self.counts_url = reverse("products:counts") if may_read_counts(request.user) else ""
        self.categories_url = reverse("products:categories") if self.new_url else ""

    def get_queryset(self):
        return Product.objects.visible_to(self.request.user).select_related("category")


class ProductDetail(DetailView):
    """One product: its facts and the latest moves of its stock; prices and history only for those who see prices."""

    request: PersonRequest

    template_name = "products/product_detail.html"
    context_object_name = "product"

    def get_queryset(self):
        return Product.objects.visible_to(self.request.user).select_related("category")

    def get_context_data(self, **kwargs):
        user, product = self.request.user, self.object
        return super().get_context_data(
            **kwargs,
            moves=product.stock_moves.select_related("by")[:SHOWN_MOVES],
            events=self._history(),
            costs=[(product._meta.get_field(n).verbose_name, getattr(product, n)) for n in COSTS],
            adjust_url=reverse("products:adjust", args=[product.pk])
            if may_keep_stock(user) and product.keeps_stock
            else "",
            edit_url=reverse("products:edit", args=[product.pk]) if may_change_products(user) else "",
        )

    def _history(self) -> list[Entry] | None:
        """With prices for those who see prices, with costs for those who see costs."""
        user, product = self.request.user, self.object
        if not user.sees_prices:
            return None
        verbs = [verb for model, verb in sentences if model in (product._meta.label, "")]
        seen = [verb for verb in verbs if user.sees_costs or verb != COSTS_CHANGED]
        return timeline_of(product, limit=SHOWN_MOVES, verbs=seen)


@require_GET
def suggest(request):
    """Type-ahead over what is on sale: ``{"results": [{"value", "text", "meta"}]}``."""
    text = parameters.searched(request.GET)
    found = Product.objects.visible_to(request.user).on_sale().matching(text)
    results = [_suggestion(product, request.user) for product in found.likeliest(text)[:SUGGESTIONS]]
    return JsonResponse({"results": results})


def _suggestion(product: Product, user: User) -> dict:
    priced = f"{price(product.list_price)} / {product.unit}" if user.sees_prices else product.unit
    return {"value": product.pk, "text": f"{product.code} {product}", "meta": priced}
