"""Orders to look at: the administrator cannot change what only verbs may change."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.administration import KeySearch
from core.templatetags.ui import price
from orders.models import Instalment, Order, OrderLine


class LookOnly:
    """Shows records without letting anybody add, change or delete them."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class LineInline(LookOnly, admin.TabularInline):
    model = OrderLine
    fields = ("revision", "position", "name", "specification", "quantity", "price", "discount", "net_amount")
    readonly_fields = ("price",)

    @admin.display(description=_("unit price without tax"))
    def price(self, line):
        return price(line.unit_price)


class InstalmentInline(LookOnly, admin.TabularInline):
    model = Instalment
    fields = ("revision", "position", "percent", "trigger", "days", "amount", "due_date")


@admin.register(Order)
class OrderAdmin(KeySearch, LookOnly, admin.ModelAdmin):
    list_display = ("__str__", "status", "customer_name", "rep", "order_date", "gross_total", "received_total")
    list_filter = ("status",)
    list_select_related = ("rep",)
    search_fields = ("search_key",)
    show_full_result_count = False
    inlines = (LineInline, InstalmentInline)
