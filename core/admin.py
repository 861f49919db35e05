"""Reference data of the kit: work-day exceptions, policies, and our company's letterhead."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.urls import reverse
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


@dataclass(frozen=True)
class InForce:
    """A policy as it stands: its words, the value in force, the default, and where one changes it."""

    label: str
    value: str
    default: str
    is_set: bool
    url: str


def _in_force() -> list[InForce]:
    stored = {each.key: each for each in PolicyValue.objects.all()}
    return [_as_it_stands(key, *declared, stored.get(key)) for key, declared in sorted(registries.policies.items())]


def _as_it_stands(key: str, default, label, stored: PolicyValue | None) -> InForce:
    name = "admin:core_policyvalue_change" if stored else "admin:core_policyvalue_add"
    url = reverse(name, args=[stored.pk]) if stored else f"{reverse(name)}?{urlencode({'key': key})}"
    held = policy.parse(default, stored.value) if stored else default
    return InForce(str(label), _in_words(held), _in_words(default), bool(stored), url)


def _in_words(held) -> str:
    return str((_("yes") if held else _("no")) if isinstance(held, bool) else held)


@admin.register(PolicyValue)
class PolicyValueAdmin(admin.ModelAdmin):
    form = PolicyValueForm

    def changelist_view(self, request, extra_context=None):
        """Every policy with the value in force, set or not."""
        return super().changelist_view(request, {**(extra_context or {}), "in_force": _in_force()})


@admin.register(Company)
class CompanyAdmin(admin.ModelAdmin):
    list_display = ("name", "phone", "bank")

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Company.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False
