"""Orders and receipts to look at: the administrator cannot change what only verbs may change."""

from django.contrib import admin

from orders.models import Instalment, Order, OrderLine, Receipt, ReceiptAllocation


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
    fields = ("revision", "position", "name", "specification", "quantity", "unit_price", "discount", "net_amount")


class InstalmentInline(LookOnly, admin.TabularInline):
    model = Instalment
    fields = ("revision", "position", "percent", "trigger", "days", "amount", "due_date")


class AllocationInline(LookOnly, admin.TabularInline):
    model = ReceiptAllocation
    fields = ("instalment", "amount")


@admin.register(Order)
class OrderAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("__str__", "status", "customer_name", "rep", "order_date", "gross_total", "received_total")
    list_filter = ("status",)
    list_select_related = ("rep",)
    search_fields = ("number", "search_key")
    show_full_result_count = False
    inlines = (LineInline, InstalmentInline)


@admin.register(Receipt)
class ReceiptAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("received_on", "amount", "customer", "bank_reference", "is_reversed", "recorded_by")
    list_select_related = ("customer", "recorded_by")
    search_fields = ("bank_reference", "payer")
    show_full_result_count = False
    inlines = (AllocationInline,)
