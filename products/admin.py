"""Reference data of the catalogue; every save goes through the services, so that search and history stay true."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.administration import KeySearch
from core.forms import FigureInput
from core.templatetags.ui import price
from products import services
from products.models import Category, Product, StockMove


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ("name", "parent")
    list_select_related = ("parent",)
    search_fields = ("name",)

    def save_model(self, request, obj, form, change):
        services.save_category(category=obj, by=request.user)


@admin.register(Product)
class ProductAdmin(KeySearch, admin.ModelAdmin):
    list_display = (
        "code",
        "name",
        "specification",
        "category",
        "unit",
        "price",
        "tax_rate",
        "lead_time",
        "active",
    )
    list_filter = ("active", "kind", "category")
    search_fields = ("search_key",)
    fields = (
        ("code", "category"),
        ("name", "specification"),
        ("unit", "kind"),
        ("list_price", "tax_rate"),
        ("lead_time", "reorder_point"),
        "active",
    )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "list_price":
            kwargs["widget"] = FigureInput
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("List price (元)"), ordering="list_price")
    def price(self, product):
        return price(product.list_price)

    def save_model(self, request, obj, form, change):
        save = services.update_product if change else services.create_product
        save(product=obj, by=request.user)

    def has_delete_permission(self, request, obj=None):
        return False  # what was once ordered stays known; it is taken off sale


@admin.register(StockMove)
class StockMoveAdmin(KeySearch, admin.ModelAdmin):
    """A ledger to read: operations move and count the stock on pages, and a move is never changed."""

    list_display = ("at", "product", "quantity", "reason", "note", "by")
    list_filter = ("reason",)
    list_select_related = ("product", "by")
    search_fields = ("product__search_key",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
