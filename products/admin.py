"""Reference data of the catalogue; every save goes through the services, so that search and history stay true."""

from django import forms
from django.contrib import admin

from products import services
from products.models import Category, Product, StockMove


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    search_fields = ("name",)


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = (
        "code",
        "name",
        "specification",
        "category",
        "unit",
        "list_price",
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
        "lead_time",
        "active",
    )

    def save_model(self, request, obj, form, change):
        save = services.update_product if change else services.create_product
        save(product=obj, by=request.user)

    def has_delete_permission(self, request, obj=None):
        return False  # what was once ordered stays known; it is taken off sale


class StockMoveForm(forms.ModelForm):
    class Meta:
        model = StockMove
        fields = ("product", "quantity", "reason", "note")

    def clean(self):
        super().clean()
        product, quantity = self.cleaned_data.get("product"), self.cleaned_data.get("quantity")
        if product and quantity is not None:
            services.check_stock_move(product=product, quantity=quantity)
        return self.cleaned_data


@admin.register(StockMove)
class StockMoveAdmin(admin.ModelAdmin):
    """A ledger: moves are added, never changed; a mistake is put right by an opposite move."""

    form = StockMoveForm
    list_display = ("at", "product", "quantity", "reason", "note", "by")
    list_filter = ("reason",)
    list_select_related = ("product", "by")
    search_fields = ("product__search_key",)
    autocomplete_fields = ("product",)

    def save_model(self, request, obj, form, change):
        move = services.record_stock_move(**form.cleaned_data, by=request.user)
        obj.pk, obj.by, obj.at = move.pk, move.by, move.at

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
