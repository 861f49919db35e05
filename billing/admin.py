"""Receipts to look at: money is recorded and reversed by finance alone, through its verbs."""

from django.contrib import admin

from billing.models import Dunning, Receipt, ReceiptAllocation, Refund, RefundPart, Statement
from core.text_key import text_key
from orders.admin import LookOnly


class AllocationInline(LookOnly, admin.TabularInline):
    model = ReceiptAllocation
    fields = ("instalment", "amount")


@admin.register(Receipt)
class ReceiptAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("received_on", "amount", "customer", "bank_reference", "rest", "is_reversed", "recorded_by")
    list_select_related = ("customer", "recorded_by")
    search_fields = ("reference_key", "payer")
    show_full_result_count = False
    inlines = (AllocationInline,)

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, text_key(search_term))


class RefundPartInline(LookOnly, admin.TabularInline):
    model = RefundPart
    fields = ("receipt", "amount")


@admin.register(Refund)
class RefundAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("refunded_on", "amount", "customer", "order", "bank_reference", "is_reversed", "recorded_by")
    list_select_related = ("customer", "order", "recorded_by")
    search_fields = ("reference_key", "payee")
    show_full_result_count = False
    inlines = (RefundPartInline,)


@admin.register(Dunning)
class DunningAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("asked_on", "whom", "order", "promised_on", "by")
    list_select_related = ("order", "by")
    show_full_result_count = False


@admin.register(Statement)
class StatementAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("customer", "first_day", "last_day", "closing", "answered_by", "answered_at")
    list_select_related = ("customer",)
    show_full_result_count = False
