"""What the customer list can be narrowed by."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from accounts.models import User
from accounts.roles import Role
from customers.models import Customer, Grade

NOBODY = "none"


class State(models.TextChoices):
    ACTIVE = "yes", _("Active")
    FROZEN = "no", _("Frozen")


def owners_seen_by(request) -> list[tuple[str, Any]]:
    """Nobody, then the reps whose customers this person may see."""
    reps = User.objects.filter(role=Role.REP).order_by("name", "id")
    if request.user.role == Role.MANAGER:
        reps = reps.filter(team=request.user.team_id)
    return [(NOBODY, _("Unassigned")), *((str(rep.pk), str(rep)) for rep in reps)]


def provinces_seen_by(request) -> list[tuple[str, str]]:
    """The provinces that occur in the files this person may see."""
    return [(name, name) for name in Customer.objects.provinces_seen_by(request.user)]


class CustomerFilter(FilterSet):
    q = CharFilter(method="search", label=_("Search"))
    grade = ChoiceFilter(choices=Grade.choices, label=_("Grade"), empty_label=_("Grade"))
    owner = ChoiceFilter(method="owned_by", label=_("Owner"), empty_label=_("Owner"))
    province = ChoiceFilter(label=_("Province"), empty_label=_("Province"))
    active = ChoiceFilter(choices=State.choices, method="in_state", label=_("Status"), empty_label=_("Status"))

    class Meta:
        model = Customer
        fields = ("q", "grade", "owner", "province", "active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["province"].extra["choices"] = provinces_seen_by(self.request)
        if self.request.user.role == Role.REP:
            del self.filters["owner"]
        else:
            self.filters["owner"].extra["choices"] = owners_seen_by(self.request)

    def search(self, queryset, name, value):
        return queryset.matching(value)

    def owned_by(self, queryset, name, value):
        return queryset.filter(owner=None if value == NOBODY else value)

    def in_state(self, queryset, name, value):
        return queryset.filter(active=value == State.ACTIVE)


class UnassignedFilter(CustomerFilter):
    """What narrows the files that nobody owns: owner and status say nothing there."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.filters["owner"], self.filters["active"]
