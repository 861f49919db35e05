"""Reference data of the kit: work-day exceptions, policies, and our company's letterhead."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core import policy, registries
from core.models import Company, PolicyValue, WorkdayOverride

admin.site.site_header = admin.site.site_title = "OrderSys"
admin.site.index_title = _("Administration")


@admin.register(WorkdayOverride)
class WorkdayOverrideAdmin(admin.ModelAdmin):
    list_display = ("day", "is_workday", "note")
    list_filter = ("is_workday",)
    date_hierarchy = "day"


def _declared() -> list[tuple[str, str]]:
    return [
        (key, _("%(label)s (default %(default)s)") % {"label": label, "default": default})
        for key, (default, label) in sorted(registries.policies.items())
    ]


class PolicyValueForm(forms.ModelForm):
    key = forms.ChoiceField(choices=_declared, label=_("Policy"))

    class Meta:
        model = PolicyValue
        fields = ("key", "value")

    def clean(self):
        super().clean()
        key, text = self.cleaned_data.get("key"), self.cleaned_data.get("value")
        if key in registries.policies and text:
            sentence = policy.problem_with(registries.policies[key][0], text)
            if sentence:
                self.add_error("value", sentence)
        return self.cleaned_data


@admin.register(PolicyValue)
class PolicyValueAdmin(admin.ModelAdmin):
    form = PolicyValueForm
    list_display = ("label", "value", "default")

    @admin.display(description=_("Policy"))
    def label(self, obj):
        return registries.policies.get(obj.key, ("", obj.key))[1]

    @admin.display(description=_("Default"))
    def default(self, obj):
        return registries.policies.get(obj.key, ("—", ""))[0]


@admin.register(Company)
class CompanyAdmin(admin.ModelAdmin):
    list_display = ("name", "phone", "bank")

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Company.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False
