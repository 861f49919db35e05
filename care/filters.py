"""How visits and reports about files are searched and filtered."""

from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from care.models import ChangeReport, Visit
from core.spans import choices_with, months_back, period
from customers.filters import NOBODY, owners_seen_by
from customers.models import Customer


class CareFilter(django_filters.FilterSet):
    """Search by customer, owner, month and lateness; reps see only their own customers and need no owner."""

    q = django_filters.CharFilter(method="by_customer", label=gettext_lazy("Search"))
    owner = django_filters.ChoiceFilter(
        method="owned_by", label=gettext_lazy("Owner"), empty_label=gettext_lazy("Owner")
    )
    month = django_filters.CharFilter(method="by_month", label=gettext_lazy("Month"))

    #: The day by which rows belong to a month.
    day = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        owner: Any = self.filters["owner"].extra
        owner["choices"] = owners_seen_by(self.request)
        if self.request.user.role == Role.REP:
            del self.filters["owner"]
        months = months_back(timezone.localdate(), 12)
        choices = choices_with((self.data or {}).get("month", ""), months, _("Month"))
        self.filters["month"].extra["widget"] = forms.Select(choices=choices)

    def by_customer(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.matching(value))

    def owned_by(self, queryset, name, value):
        return queryset.filter(customer__owner=None if value == NOBODY else value)

    def by_month(self, queryset, name, value):
        days = period(value)
        return queryset.filter(**{f"{self.day}__range": days}) if days else queryset


class VisitFilter(CareFilter):
    """Visits, by the day on which they were made."""

    day = "visited_on"
    kept = django_filters.ChoiceFilter(
        choices=[("late", gettext_lazy("late")), ("in_time", gettext_lazy("in time"))],
        method="by_lateness",
        label=gettext_lazy("In time"),
        empty_label=gettext_lazy("In time"),
    )

    class Meta:
        model = Visit
        fields: list[str] = []

    def by_lateness(self, queryset, name, value):
        late = Q(visited_on__gt=F("due_on")) if value == "late" else Q(visited_on__lte=F("due_on"))
        return queryset.filter(late, due_on__isnull=False)


class ChangeFilter(CareFilter):
    """Reports about files, by the day on which they were due; without a state or a month, those that are open."""

    day = "due_on"
    state = django_filters.ChoiceFilter(
        choices=[
            ("open", gettext_lazy("Open")),
            ("late", gettext_lazy("late")),
            ("settled", gettext_lazy("Settled reports")),
        ],
        method="by_state",
        label=gettext_lazy("Status"),
        empty_label=gettext_lazy("Status"),
    )

    class Meta:
        model = ChangeReport
        fields: list[str] = []

    @property
    def qs(self):
        found = super().qs
        return found if self.data.get("state") or self.data.get("month") else found.filter(closed_on=None)

    def by_state(self, queryset, name, value):
        over = Q(closed_on=None, due_on__lt=timezone.localdate()) | Q(closed_on__gt=F("due_on"))
        asked = {"open": Q(closed_on=None), "late": over, "settled": Q(closed_on__isnull=False)}
        return queryset.filter(asked[value])
