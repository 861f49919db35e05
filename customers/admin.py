"""Grade policies and payment terms are kept here; customer files are only read here, and kept on their own pages."""

from decimal import Decimal

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.administration import KeySearch
from core.templatetags.ui import when
from customers.models import Contact, Customer, GradePolicy, GradePolicyChange, PaymentTerms, TermsInstalment

WHOLE = Decimal(100)


@admin.register(GradePolicy)
class GradePolicyAdmin(admin.ModelAdmin):
    list_display = ("grade", "annual_threshold", "credit_limit", "order_cap", "max_discount", "visit_interval")
    filter_horizontal = ("allowed_terms",)
    readonly_fields = ("history",)

    def save_related(self, request, form, formsets, change):
        """Keeps what changed, terms included, once everything is saved; who did it and from what to what."""
        before = {name: form.initial.get(name) for name in form.changed_data} if change else {}
        super().save_related(request, form, formsets, change)
        if before:
            now = form.cleaned_data
            changes = [[str(form.fields[each].label), _shown(old), _shown(now[each])] for each, old in before.items()]
            GradePolicyChange.objects.create(policy=form.instance, by=request.user, changes=changes)

    @admin.display(description=gettext_lazy("History"))
    def history(self, policy: GradePolicy):
        line = "{} · {}<br>{}"
        rows = [
            (when(each.at), each.by or "—", format_html_join("", "{}: {} → {}<br>", each.changes))
            for each in policy.policy_changes.select_related("by")
        ]
        return format_html_join("", f"<p>{line}</p>", rows) or "—"

    def get_readonly_fields(self, request, obj=None):
        return ("grade", *self.readonly_fields) if obj else self.readonly_fields

    def has_delete_permission(self, request, obj=None):
        return False  # every customer has a grade, and a grade without its policy would grant nothing


def _shown(value) -> str:
    """A value of the form as the history keeps it; payment terms by their names."""
    if isinstance(value, list | tuple | QuerySet):
        return _("; ").join(str(each) for each in value)
    return "—" if value is None or value == "" else str(value)


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
class CustomerAdmin(KeySearch, ReadOnly, admin.ModelAdmin):
    list_display = ("number", "short_name", "name", "grade", "owner", "team", "status")
    list_filter = ("grade", "status", "team")
    list_select_related = ("owner", "team")
    search_fields = ("search_key",)
    inlines = (ContactInline,)
    exclude = ("search_key", "name_pinyin", "submit_token")
