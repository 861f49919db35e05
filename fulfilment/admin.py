"""Reference data of shipping."""

from django.contrib import admin

from fulfilment.models import Carrier


@admin.register(Carrier)
class CarrierAdmin(admin.ModelAdmin):
    list_display = ("name", "active")
    list_filter = ("active",)
    search_fields = ("name",)

    def has_delete_permission(self, request, obj=None):
        return False  # what has carried our goods stays known; it is taken out of use
