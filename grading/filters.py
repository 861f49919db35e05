"""What the proposals can be narrowed by; without a filter the list shows what waits for a decision."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from customers.models import Customer
from grading.models import GradeProposal
from grading.statuses import Origin, ProposalStatus


class Way(models.TextChoices):
    UP = "up", _("Up")
    DOWN = "down", _("Down")


class State(models.TextChoices):
    OPEN = "open", _("To be decided")
    DECIDED = "decided", _("Decided")


class ProposalFilter(FilterSet):
    q = CharFilter(method="search", label=_("Search"))
    way = ChoiceFilter(choices=Way.choices, method="by_way", label=_("Up or down"), empty_label=_("Up or down"))
    origin = ChoiceFilter(choices=Origin.choices, label=_("Origin"), empty_label=_("Origin"))
    state = ChoiceFilter(choices=State.choices, method="by_state", label=_("Status"), empty_label=_("Status"))

    class Meta:
        model = GradeProposal
        fields = ("q", "way", "origin", "state")

    @property
    def qs(self):
        found = super().qs
        return found if self.data.get("q") or self.data.get("state") else found.open()

    def search(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.matching(value))

    def by_way(self, queryset, name, value):
        # A comes before B: up is the smaller letter.
        return queryset.filter(after__lt=F("before")) if value == Way.UP else queryset.filter(after__gt=F("before"))

    def by_state(self, queryset, name, value):
        return queryset.open() if value == State.OPEN else queryset.exclude(status=ProposalStatus.OPEN)
