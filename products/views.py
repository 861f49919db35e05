"""The catalogue as people read it; it is kept in the administration."""

from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django.views.generic import DetailView

from accounts.roles import Role
from core.columns import Column
from core.events import timeline_of
from core.listing import ListPage
from core.templatetags.ui import price
from products.filters import ProductFilter
from products.models import Product

SUGGESTIONS = 12
SHOWN_MOVES = 20


class ProductList(ListPage):
    """The catalogue with what is in stock."""

    filterset_class = ProductFilter
    default_sort = "code"
    title = _("Products")
    export_key = import_key = "products"
    search_hint = _("Number, name, specification, pinyin")
    empty_title = _("No products yet")
    empty_text = _("The catalogue holds what can be ordered: goods and services with price, tax rate and lead time.")
    columns = (
        Column("code", _("Product number"), kind="link", css="c-id", sort="code"),
        Column("name", _("Product name"), css="c-cust", sort="name_pinyin"),
        Column("specification", _("Specification"), css="c-due"),
        Column("category", _("Category"), css="c-date"),
        Column("unit", _("Unit"), css="c-date"),
        Column(
            "list_price", _("List price (元, without tax)"), kind="price", css="c-amt", sort="list_price", price=True
        ),
        Column("tax_rate", _("Tax rate"), kind="percent", css="c-pay"),
        Column("lead_time", _("Lead time (working days)"), kind="quantity", css="c-date", sort="lead_time"),
        Column("on_hand", _("On hand"), lambda row: row.stock, "quantity", "c-dl", "on_hand"),
        Column(
            "available",
            _("Available stock"),
            lambda row: row.available if row.keeps_stock else None,
            "quantity",
            "c-who",
            card_label=_("Available stock"),
        ),
        Column("status", _("Status"), lambda row: (row.status_family, row.status_label), "status", "c-st"),
    )

    def get_queryset(self):
        return Product.objects.visible_to(self.request.user).select_related("category")


class ProductDetail(DetailView):
    """One product: its facts and the latest moves of its stock; prices and history only for those who see prices."""

    template_name = "products/product_detail.html"
    context_object_name = "product"

    def get_queryset(self):
        return Product.objects.visible_to(self.request.user).select_related("category")

    def get_context_data(self, **kwargs):
        user, product = self.request.user, self.object
        return super().get_context_data(
            **kwargs,
            moves=product.stock_moves.select_related("by")[:SHOWN_MOVES],
            events=timeline_of(product, limit=SHOWN_MOVES) if user.sees_prices else None,
            edit_url=reverse("admin:products_product_change", args=[product.pk]) if user.role == Role.ADMIN else "",
        )


@require_GET
def suggest(request):
    """Type-ahead over what is on sale: ``{"results": [{"value", "text", "meta"}]}``."""
    found = Product.objects.visible_to(request.user).on_sale().matching(request.GET.get("q", ""))
    results = [_suggestion(product, request.user) for product in found.order_by("code")[:SUGGESTIONS]]
    return JsonResponse({"results": results})


def _suggestion(product: Product, user) -> dict:
    priced = f"{price(product.list_price)} / {product.unit}" if user.sees_prices else product.unit
    return {"value": product.pk, "text": f"{product.code} {product}", "meta": priced}
