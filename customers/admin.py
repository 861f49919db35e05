"""Grade policies and payment terms are kept here; customer files are only read here, and kept on their own pages."""

from decimal import Decimal

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Contact, Customer, GradePolicy, PaymentTerms, TermsInstalment

WHOLE = Decimal(100)


@admin.register(GradePolicy)
class GradePolicyAdmin(admin.ModelAdmin):
    list_display = ("grade", "annual_threshold", "credit_limit", "order_cap", "max_discount", "visit_interval")
    filter_horizontal = ("allowed_terms",)

    def get_readonly_fields(self, request, obj=None):
        return ("grade",) if obj else ()

    def has_delete_permission(self, request, obj=None):
        return False  # every customer has a grade, and a grade without its policy would grant nothing


class InstalmentFormSet(BaseInlineFormSet):
    """The parts of one template: together they are the whole amount."""

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        total = sum((row["percent"] for row in rows), Decimal(0))
        if total != WHOLE:
            sentence = _("The instalments add up to %(total)s %%, not to 100 %%.")
            raise ValidationError(sentence % {"total": f"{total.normalize():f}"})


class InstalmentInline(admin.TabularInline):
    model = TermsInstalment
    formset = InstalmentFormSet
    extra = 0
    min_num = 1


@admin.register(PaymentTerms)
class PaymentTermsAdmin(admin.ModelAdmin):
    list_display = ("name", "parts", "active")
    list_filter = ("active",)
    search_fields = ("name",)
    inlines = (InstalmentInline,)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("instalments")

    @admin.display(description=gettext_lazy("instalments"))
    def parts(self, terms: PaymentTerms) -> str:
        return " + ".join(str(part) for part in terms.instalments.all())


class ReadOnly:
    """No back door: numbers, grades and search keys are written by the services only, which keep the history."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ContactInline(ReadOnly, admin.TabularInline):
    model = Contact
    extra = 0


@admin.register(Customer)
class CustomerAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("number", "short_name", "name", "grade", "owner", "team", "active")
    list_filter = ("grade", "active", "team")
    list_select_related = ("owner", "team")
    search_fields = ("search_key",)
    inlines = (ContactInline,)
    exclude = ("search_key", "name_pinyin", "submit_token")
