"""Sales targets."""

from typing import cast

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from analytics.models import SalesTarget


class SalesTargetForm(forms.ModelForm):
    """Any day of the month names it."""

    month = forms.DateField(label=_("Month"), help_text=_("Any day of the month."))

    class Meta:
        model = SalesTarget
        fields = ("month", "team", "rep", "amount")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reps = cast(forms.ModelChoiceField, self.fields["rep"])
        reps.queryset = User.objects.filter(role=Role.REP).order_by("name")

    def clean_month(self):
        return self.cleaned_data["month"].replace(day=1)


@admin.register(SalesTarget)
class SalesTargetAdmin(admin.ModelAdmin):
    form = SalesTargetForm
    list_display = ("month", "team", "rep", "amount")
    list_filter = ("team", "rep")
    list_select_related = ("team", "rep")
    date_hierarchy = "month"
