"""How the list of requirements is searched and filtered."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.spans import choices_with, months_around, period
from customers.filters import NOBODY, owners_seen_by
from requirements.models import Requirement
from requirements.search import requirements_matching
from requirements.statuses import FINISHED, UNANSWERED, Priority, RequirementStatus


def states() -> list[tuple[str, str]]:
    """The states, with what people ask for together."""
    return [
        ("unanswered", _("Without a first answer")),
        ("live", _("All that are under way")),
        *((status.value, str(status.label)) for status in RequirementStatus),
    ]


class RequirementFilter(django_filters.FilterSet):
    """Search, state, priority, owner and wanted month."""

    q = django_filters.CharFilter(method="by_text", label=gettext_lazy("Search"))
    status = django_filters.ChoiceFilter(
        choices=states, method="by_status", label=gettext_lazy("Status"), empty_label=gettext_lazy("Status")
    )
    priority = django_filters.ChoiceFilter(
        choices=Priority.choices, label=gettext_lazy("Priority"), empty_label=gettext_lazy("Priority")
    )
    owner = django_filters.ChoiceFilter(
        method="owned_by", label=gettext_lazy("Owner"), empty_label=gettext_lazy("Owner")
    )
    wanted = django_filters.CharFilter(method="by_month", label=gettext_lazy("Wanted month"))

    class Meta:
        model = Requirement
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request.user.role == Role.REP:
            del self.filters["owner"]
        else:
            self.filters["owner"].extra["choices"] = owners_seen_by(self.request)
        # From half a year ago to a year ahead.
        months = months_around(timezone.localdate(), 6, 12)
        choices = choices_with((self.data or {}).get("wanted", ""), months, _("Wanted month"))
        self.filters["wanted"].extra["widget"] = forms.Select(choices=choices)

    def by_text(self, queryset, name, value):
        return requirements_matching(queryset, value)

    def by_status(self, queryset, name, value):
        together = {"unanswered": UNANSWERED, "live": ~Q(status__in=FINISHED)}
        return queryset.filter(together.get(value) or Q(status=value))

    def owned_by(self, queryset, name, value):
        return queryset.filter(owner=None if value == NOBODY else value)

    def by_month(self, queryset, name, value):
        days = period(value)
        return queryset.filter(wanted_date__range=days) if days else queryset
