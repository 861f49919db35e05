"""What the customer list can be narrowed by."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from accounts.models import User
from accounts.rights import teams_of
from accounts.roles import Role
from customers.models import Customer, Grade
from customers.places import province_called, provinces_alike
from customers.statuses import Cooperation, CustomerStatus, CustomerType

NOBODY = "none"


def industries_seen_by(request) -> list[tuple[str, str]]:
    """The industries that occur in the files this person may see."""
    return [(name, name) for name in Customer.objects.seen_by(request.user, "industry")]


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
    """The provinces that occur in the files this person may see, by the names we keep them under."""
    return [
        (name, name) for name in sorted(set(map(province_called, Customer.objects.seen_by(request.user, "province"))))
    ]


class CustomerFilter(FilterSet):
    folded = ("province", "active")

    q = CharFilter(method="search", label=_("Search"))
    grade = ChoiceFilter(choices=Grade.choices, label=_("Grade"), empty_label=_("Grade"))
    customer_type = ChoiceFilter(choices=CustomerType.choices, label=_("Type"), empty_label=_("Type"))
    cooperation = ChoiceFilter(choices=Cooperation.choices, label=_("Cooperation"), empty_label=_("Cooperation"))
    owner = ChoiceFilter(method="owned_by", label=_("Owner"), empty_label=_("Owner"))
    industry = ChoiceFilter(label=_("Industry"), empty_label=_("Industry"))
    province = ChoiceFilter(method="of_province", label=_("Province"), empty_label=_("Province"))
    active = ChoiceFilter(choices=State.choices, method="in_state", label=_("Status"), empty_label=_("Status"))

    class Meta:
        model = Customer
        fields = ("q", "grade", "customer_type", "cooperation", "owner", "industry", "province", "active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["industry"].extra["choices"] = industries_seen_by(self.request)
        self.filters["province"].extra["choices"] = provinces_seen_by(self.request)
        if self.request.user.role == Role.REP:
            del self.filters["owner"]
        else:
            self.filters["owner"].extra["choices"] = owners_seen_by(self.request)

    def search(self, queryset, name, value):
        return queryset.matching(value)

    def of_province(self, queryset, name, value):
        """Also by what older files call it: 浙江, 浙江省."""
        return queryset.filter(province__in=provinces_alike(value))

    def owned_by(self, queryset, name, value):
        return queryset.filter(owner=None if value == NOBODY else value)

    def in_state(self, queryset, name, value):
        return queryset.filter(status=CustomerStatus.ACTIVE if value == State.ACTIVE else CustomerStatus.FROZEN)


class UnassignedFilter(CustomerFilter):
    """What narrows the files that nobody looks after: by the owner who has left; status says nothing there."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        left = User.objects.filter(is_active=False, team__in=teams_of(self.request.user)).order_by("name", "id")
        self.filters["owner"].extra["choices"] = [
            (NOBODY, _("Unassigned")),
            *((str(each.pk), str(each)) for each in left),
        ]
        del self.filters["active"]
